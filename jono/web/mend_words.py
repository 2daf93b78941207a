"""What the pages of failed records say that no field holds: an error in general, and what came of trying again."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from jono.jobs import mend
from jono.jobs.models import FailureGroup, Retry, Run
from jono.jobs.registry import caption_of
from jono.kit.language import say_in_general
from jono.web import job_words
from jono.web.pages import CardForm
from jono.web.shown import Badge, Link, address_of


def error(group: FailureGroup) -> str:
    """The error of a group: to the letter where all records have the same, else with dots for what may differ."""
    return str(group) if group.alike else say_in_general(group.message)


def report(group: FailureGroup) -> str:
    """The report's number and caption."""
    return f"{group.run.object_id_to_run} {caption_of(group.run.object_id_to_run)}"


def trying(group: FailureGroup) -> Badge | None:
    """How many of a group are being tried again now."""
    if not group.trying:
        return None
    return Badge(gettext("Trying again: %(count)s") % {"count": group.trying}, "busy")


def error_of(retry: Retry) -> str:
    """The error that the records had in common."""
    return say_in_general(retry.message) if retry.message else gettext("Several errors")


def state(retry: Retry) -> Badge:
    """How far a retry is, and how it went."""
    outcome = mend.outcome_of(retry.entries.all())
    if outcome.to_come:
        return Badge(gettext("In Process"), "busy")
    if outcome.failed or outcome.untouched:
        return Badge(
            gettext("Still failed: %(count)s") % {"count": outcome.failed + outcome.untouched}, "bad"
        )
    return Badge(gettext("Mended"), "good")


def outcome_of(retry: Retry, _form: CardForm | None) -> Mapping[str, Any]:
    """What the outcome's group shows: the count before, what came after, and what to follow while it goes on."""
    entries = list(retry.entries.all())
    runs = list(Run.objects.filter(entry__in=entries).order_by("id"))
    followed = [f"entry:{entry.pk}" for entry in entries] + [f"run:{run.pk}" for run in runs if run.active]
    return {
        "before": retry.records,
        "outcome": mend.outcome_of(entries),
        "runs": [(Link(str(run), address_of(run)), run, job_words.outcome(run)) for run in runs],
        "followed": " ".join(followed),
        "changes": reverse("retries-changes", args=[retry]),
    }
