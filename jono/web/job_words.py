"""What the job queue's pages say that no field holds: progress, recurrence, parameters, changes, in words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from babel.dates import get_day_names
from django.db.models import DateTimeField, Field
from django.utils.translation import get_language, gettext

from jono.jobs.models import JobQueueEntry, Run
from jono.jobs.registry import caption_of
from jono.kit.date_formula import in_words
from jono.web.pages import CardForm, Record
from jono.web.parameters import CAPTIONS
from jono.web.shown import Badge, Link, Progress, address_of, moment, reader_locale

MOST_TOLD = 3

WEEKDAYS = ("mondays", "tuesdays", "wednesdays", "thursdays", "fridays", "saturdays", "sundays")


def day_names(width: Literal["abbreviated", "wide"] = "abbreviated") -> list[str]:
    """Monday to Sunday in the reader's language."""
    return [
        str(name) for _number, name in sorted(get_day_names(width, "stand-alone", reader_locale()).items())
    ]


def describe_weekdays(entry: JobQueueEntry) -> str:
    """The days an entry runs on, in words; empty when it does not recur."""
    days = entry.weekdays
    if len(days) == len(WEEKDAYS):
        return gettext("Every day")
    return ", ".join(name for number, name in enumerate(day_names(), 1) if number in days)


def describe_parameters(record: JobQueueEntry | Run) -> str:
    """What an entry or run is asked to do, in a line."""
    return parameters_in_words(record.parameters)


def parameters_in_words(parameters: Mapping[str, Any]) -> str:
    """Parameters by what they are called."""
    return ", ".join(f"{CAPTIONS.get(name, name)}: {_value(value)}" for name, value in parameters.items())


def _value(value: object) -> str:
    """A parameter's value; of a long list just the beginning, and how many more there are."""
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if not isinstance(value, list):
        return str(value)
    told, left = ", ".join(map(str, value[:MOST_TOLD])), len(value) - MOST_TOLD
    return told if left <= 0 else gettext("%(told)s and %(count)s more") % {"told": told, "count": left}


def progress_of_entry(entry: Record) -> Progress | None:
    """How far the run in process is, if there is one."""
    return progress(entry.open_runs[0]) if entry.open_runs else None


def outcome(run: Run) -> Badge:
    """A run's status; one that ended well is not green while it has records that failed."""
    tones = {
        Run.Status.IN_PROCESS: "busy",
        Run.Status.SUCCESS: "good",
        Run.Status.ERROR: "bad",
        Run.Status.PUT_OFF: "calm",
    }
    tone = (
        "warn"
        if run.status == Run.Status.SUCCESS and run.failed
        else tones.get(Run.Status(run.status), "warn")
    )
    return Badge(run.get_status_display(), tone)


def progress(run: Run) -> Progress:
    """How far a run is."""
    return Progress(run.tally.total, run.expected if run.active else None)


def follow_open_run(entry: Record) -> str:
    """The run whose progress an entry's row shows."""
    return f"run:{entry.open_runs[0].pk}" if entry.open_runs else ""


def error_of(record: Record) -> Mapping[str, Any]:
    """What an error group shows: the message, and the call stack when it was a bug."""
    return {"message": record.error, "call_stack": getattr(record, "error_call_stack", "")}


def tally_of(run: Record, _form: CardForm | None) -> Mapping[str, Any]:
    """What the counts' group shows: in = done + skipped + failed, and how far it is."""
    return {"tally": run.tally, "progress": progress(run)}


def parameters_of(entry: Record | None, form: CardForm | None) -> Mapping[str, Any]:
    """What the parameters' group shows when nothing is filled in."""
    return {"described": "" if form or entry is None else describe_parameters(entry), "form": form}


def formula_of(entry: Record) -> str:
    """The date formula as the reader writes it."""
    return in_words(entry.next_run_date_formula, get_language() or "")


def describe_changes(change: Record) -> str:
    """What was changed on an entry, in words."""
    fields = {field.name: field for field in JobQueueEntry._meta.concrete_fields}
    return "; ".join(
        f"{fields[name].verbose_name}: {_word(fields[name], before)} → {_word(fields[name], after)}"
        for name, (before, after) in change.changes.items()
        if name in fields
    )


def _word(field: "Field[Any, Any]", value: object) -> str:
    """A value as the history keeps it, in the reader's words."""
    if value in (None, "", {}):
        return "-"
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, dict):
        return parameters_in_words(value)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return moment(datetime.fromisoformat(str(value))) if isinstance(field, DateTimeField) else str(value)


def report_of(record: Record) -> str:
    """The report's number and caption."""
    return f"{record.object_id_to_run} {caption_of(record.object_id_to_run)}"


def entry_link(run: Run) -> Link | None:
    """The way to the entry that a run is an attempt at; it may have been deleted."""
    return Link(str(run.entry_id), address_of(run.entry)) if run.entry else None
