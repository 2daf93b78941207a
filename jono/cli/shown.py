"""Entries and runs as the terminal shows them, in words and as JSON."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from rich.table import Table
from rich.text import Text

from jono.cli.terminal import console
from jono.jobs.models import JobQueueEntry, Run
from jono.jobs.outcome import Outcome
from jono.web import shown
from jono.web.rest.documents import EntryDocument, RecordDocument, RunDocument
from jono.web.rest.drafts import STORED_AS

SHOWN_RECORDS = 20


def moment(at: datetime | None) -> str:
    """Return a time as the pages write it, in the reader's language and the server's zone; nothing for none."""
    return shown.moment(at) if at else ""


def entry_document(entry: JobQueueEntry) -> dict[str, Any]:
    """Return an entry for programs, as REST does."""
    return EntryDocument.of(entry).model_dump()


def run_document(run: Run) -> dict[str, Any]:
    """Return a run for programs, as REST does, with the records that were skipped or failed."""
    odd = run.records.exclude(outcome=Outcome.DONE.value)
    return RunDocument.of(run).model_dump() | {
        "records": [RecordDocument.of(record).model_dump() for record in odd]
    }


def print_entry(entry: JobQueueEntry) -> None:
    """Print what is filled in on an entry, and how it stands."""
    table = Table(show_header=False)
    captions = {field.name: field.verbose_name for field in JobQueueEntry._meta.concrete_fields}
    for name, value in entry_document(entry).items():
        if value not in (None, "", [], {}, False):
            caption = captions.get(STORED_AS.get(name, name), name.replace("_", " ").capitalize())
            table.add_row(str(caption), _in_words(value))
    console.print(table)


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
    for note in run.told_notes:
        console.print(Text(note, style="dim"), soft_wrap=True)
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


def _in_words(value: object) -> str:
    match value:
        case datetime():
            return moment(value)
        case dict():
            return ", ".join(f"{name}={inner}" for name, inner in value.items())
        case list():
            return ", ".join(map(str, value))
        case True:
            return _("Yes")
        case other:
            return str(other)
