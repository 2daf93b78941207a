"""Entries and runs as the terminal shows them, in words and as JSON."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from rich.table import Table
from rich.text import Text

from jono.cli.terminal import console
from jono.jobs.models import JobQueueEntry, Run

SHOWN_RECORDS = 20


def moment(at: datetime | None) -> str:
    """Return a time in the reader's language and the server's zone; nothing for none."""
    return date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT") if at else ""


def entry_document(entry: JobQueueEntry) -> dict[str, Any]:
    """Return an entry for programs."""
    return {
        "no": entry.pk,
        "company": entry.company_code,
        "report": entry.object_id_to_run,
        "description": entry.caption,
        "parameters": entry.parameters,
        "status": entry.status,
        "recurring": entry.recurring,
        "earliest_start_at": entry.earliest_start_at,
        "waits_for_run": entry.waits_for_id,
        "user": entry.user.get_username() if entry.user else None,
        "error": entry.error,
    }


def run_document(run: Run) -> dict[str, Any]:
    """Return a run for programs, with the records that were skipped or failed."""
    return {
        "run": run.pk,
        "entry": run.entry_id,
        "company": run.company_code,
        "report": run.object_id_to_run,
        "description": run.caption,
        "parameters": run.parameters,
        "status": run.status,
        "started_at": run.started_at,
        "ended_at": run.ended_at,
        "in": run.tally.total,
        "done": run.done,
        "skipped": run.skipped,
        "failed": run.failed,
        "error": run.error,
        "records": [
            {"key": record.key, "record": record.label, "outcome": record.outcome, "reason": str(record)}
            for record in run.records.exclude(outcome="done")
        ],
    }


def print_outcome(run: Run) -> None:
    """Print what became of a run and of the records that were not done."""
    color = "red" if run.error else "yellow" if run.failed else "green"
    words = _(
        "%(caption)s (run %(run)s): %(status)s. "
        "%(total)s records: %(done)s done, %(skipped)s skipped, %(failed)s failed."
    )
    values = {
        "caption": run.caption, "run": run.pk, "status": run.get_status_display(), "total": run.tally.total,
        "done": run.done, "skipped": run.skipped, "failed": run.failed,
    }  # fmt: skip
    console.print(Text(words % values, style=color), soft_wrap=True)
    if run.error:
        console.print(Text(run.error, style="red"), soft_wrap=True)
    odd = run.records.exclude(outcome="done")
    if not odd.exists():
        return
    table = Table(_("Record"), _("Outcome"), _("Reason"))
    for record in odd[:SHOWN_RECORDS]:
        table.add_row(record.label, record.get_outcome_display(), str(record))
    console.print(table)
    more = odd.count() - SHOWN_RECORDS
    if more > 0:
        console.print(_("… and %(more)s more.") % {"more": more})
