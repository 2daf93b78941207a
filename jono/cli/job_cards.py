"""Filling in job queue entries from a terminal, and foreseeing their runs."""

from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _
from rich.table import Table
from rich.text import Text

from jono.cli.database import database
from jono.cli.entry_options import filled_in, in_options, read
from jono.cli.job_actions import As, answer, user_named
from jono.cli.job_lists import EntryNo
from jono.cli.terminal import Json, console, print_json
from jono.jobs import outlook
from jono.jobs.models import JobQueueEntry
from jono.kit.clock import now
from jono.web.rest import drafts
from jono.web.rest.documents import PreviewDocument
from jono.web.rest.drafts import EntryChanges, EntryDraft, NotRight
from jono.web.rest.finding import entry_numbered


@database()
@filled_in
def create(given: dict[str, Any], as_: As = "", as_json: Json = False) -> None:
    """Add an entry, On Hold."""
    draft = read(given, EntryDraft)
    try:
        entry = drafts.create_entry(draft, user_named(as_))
    except NotRight as error:
        raise in_options(error) from None
    answer(entry, as_json)


@database()
@filled_in
def change(entry_no: EntryNo, given: dict[str, Any], as_: As = "", as_json: Json = False) -> None:
    """Change what is given of an entry."""
    entry = entry_numbered(entry_no)
    changes = read(given, EntryChanges, zone=entry.time_zone, parameters=entry.parameters)
    try:
        changed = drafts.change_entry(entry, changes, user_named(as_))
    except NotRight as error:
        raise in_options(error) from None
    answer(changed, as_json)


@database()
@filled_in
def preview(
    given: dict[str, Any],
    entry_no: Annotated[
        int | None, typer.Argument(help=_("The number of the job queue entry; left out, one to be."))
    ] = None,
    as_json: Json = False,
) -> None:
    """Foresee the coming runs of an entry, or of what the options fill in."""
    entry = _entry_to_be(given) if entry_no is None else entry_numbered(entry_no)
    foreseen = PreviewDocument.of(outlook.foresee(entry, now()))
    if as_json:
        print_json(foreseen.model_dump())
    else:
        _print_preview(entry, foreseen)


def _entry_to_be(given: dict[str, Any]) -> JobQueueEntry:
    try:
        return drafts.preview_of(read(given, EntryDraft))
    except NotRight as error:
        raise in_options(error) from None


def _print_preview(entry: JobQueueEntry, foreseen: PreviewDocument) -> None:
    """Print the coming runs on the clock of the entry's zone."""
    if not foreseen.runs:
        console.print(_("It does not run again."))
        return
    table = Table(_("Next start"), entry.time_zone)
    for number, run in enumerate(foreseen.runs, start=1):
        table.add_row(str(number), f"{run.astimezone(entry.zone):%Y-%m-%d %H:%M:%S %z}")
    console.print(table)
    for met in foreseen.collisions:
        words = _("Job queue entry %(no)s will be in its way: %(times)s times, first %(at)s (%(resource)s).")
        values = {
            "no": met.entry,
            "times": met.times,
            "at": f"{met.at.astimezone(entry.zone):%Y-%m-%d %H:%M:%S}",
            "resource": met.resource,
        }
        console.print(Text(words % values, style="yellow"), soft_wrap=True)
