"""Trying failed records again, some, a group or all, and what came of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import QuerySet

from jono.jobs import queue
from jono.jobs.failures import UNDER_WAY, being_tried
from jono.jobs.models import JobQueueEntry, Retry, RunRecord
from jono.kit.errors import UserError, gettext_noop

KEYS_AT_ONCE = 250
"""How many records one entry tries again: a page of the store's."""


@dataclass(frozen=True)
class RetryOutcome:
    """What became of records tried again: asked = done + skipped + failed + to come + untouched."""

    asked: int = 0
    done: int = 0
    skipped: int = 0
    failed: int = 0
    to_come: int = 0
    untouched: int = 0


@dataclass
class _Question:
    """What to ask for again, and for which records; each key once, in their order."""

    report_id: int
    company_code: str
    description: str
    parameters: dict[str, Any]
    keys: dict[str, None]


@transaction.atomic
def retry(records: QuerySet[RunRecord], user: User | None = None) -> Retry:
    """Start the jobs of failures that stand (`failures`) again for just these; return what was asked for.

    Those that are being tried again already are left out; raises UserError when none remains.
    """
    with connection.cursor() as cursor:
        # Two people who press the button at once: the second finds what the first has begun.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('jono retry'))")
    chosen = records.filter(~being_tried())
    questions = _questions(chosen)
    if not questions:
        raise UserError(
            gettext_noop("There is nothing to try again: the records are mended, or being tried again now.")
        )
    messages = set(chosen.order_by().values_list("message", flat=True).distinct()[:2])
    made = Retry.objects.create(
        user=user,
        records=sum(len(question.keys) for question in questions),
        message=messages.pop() if len(messages) == 1 else "",
    )
    made.entries.set(_start(question, keys, user) for question in questions for keys in _pages(question))
    return made


def outcome_of(entries: Iterable[JobQueueEntry]) -> RetryOutcome:
    """Return what has become so far of the records that entries were made to try again."""
    retried = list(entries)
    last_words = (
        RunRecord.objects.filter(run__entry__in=retried)
        .order_by("run__entry", "key", "-id")
        .distinct("run__entry", "key")
        .values_list("run__entry", "key", "outcome")
    )
    said = {(entry_id, key): outcome for entry_id, key, outcome in last_words}
    counts = dict.fromkeys(("done", "skipped", "failed", "to_come", "untouched"), 0)
    for entry in retried:
        silent = "to_come" if entry.status in UNDER_WAY else "untouched"
        for key in entry.parameters.get("only", ()):
            counts[said.get((entry.pk, key), silent)] += 1
    return RetryOutcome(sum(counts.values()), **counts)


def _questions(records: QuerySet[Any]) -> Sequence[_Question]:
    """What to ask again: one question for each report, company and set of parameters."""
    found: dict[tuple[int, str, str], _Question] = {}
    rows = records.order_by("id").values_list(
        "run__object_id_to_run", "run__company_code", "asked", "run__description", "run__parameters", "key"
    )
    for report_id, company_code, asked, description, parameters, key in rows.iterator():
        again = {name: value for name, value in parameters.items() if name != "only"}
        question = found.setdefault(
            (report_id, company_code, asked), _Question(report_id, company_code, description, again, {})
        )
        question.keys[key] = None
    return list(found.values())


def _pages(question: _Question) -> Iterable[list[str]]:
    keys = list(question.keys)
    return (keys[first : first + KEYS_AT_ONCE] for first in range(0, len(keys), KEYS_AT_ONCE))


def _start(question: _Question, keys: list[str], user: User | None) -> JobQueueEntry:
    return queue.start_now(
        question.report_id,
        question.company_code,
        {**question.parameters, "only": keys},
        user,
        description=question.description,
        alert_when_waiting=None,
    )
