"""`jono jobs`: the job queue from a terminal."""

from typing import Annotated

import typer
from django.utils.translation import gettext as _
from rich.table import Table

from jono.cli.database import database
from jono.cli.shown import entry_document, moment, print_outcome, run_document
from jono.cli.terminal import Commands, Json, console, print_json
from jono.jobs import queue
from jono.jobs.models import JobQueueEntry, Run
from jono.kit.errors import UserError, gettext_noop

app = typer.Typer(cls=Commands, no_args_is_help=True, help=_("The job queue: its entries and their runs."))

EntryNo = Annotated[int, typer.Argument(help=_("The number of the job queue entry."), show_default=False)]
RunNo = Annotated[int, typer.Argument(help=_("The number of the run."), show_default=False)]
STATUSES = ", ".join(status.value for status in JobQueueEntry.Status)


@app.command("list", help=_("List the job queue entries."))
@database()
def list_(
    status: Annotated[
        str, typer.Option("--status", help=_("Only those with this status: %s.") % STATUSES)
    ] = "",
    as_json: Json = False,
) -> None:
    """List the job queue entries, newest first."""
    entries = JobQueueEntry.objects.select_related("user", "waits_for")
    if status:
        if status not in JobQueueEntry.Status.values:
            raise UserError(
                gettext_noop("There is no status %(status)s. The statuses are: %(known)s."),
                status=status,
                known=STATUSES,
            )
        entries = entries.filter(status=status)
    if as_json:
        print_json([entry_document(entry) for entry in entries])
    else:
        _print_entries(list(entries))


@app.command("log", help=_("List the runs, of one entry or of all, newest first."))
@database()
def log(
    entry_no: Annotated[int | None, typer.Argument(help=_("The number of the job queue entry."))] = None,
    most: Annotated[int, typer.Option("--most", min=1, help=_("How many at the most."))] = 50,
    as_json: Json = False,
) -> None:
    """List the runs of an entry, or of all."""
    runs = Run.objects.select_related("user")
    if entry_no is not None:
        runs = runs.filter(entry=_entry(entry_no))
    if as_json:
        print_json([run_document(run) for run in runs[:most]])
    else:
        _print_runs(list(runs[:most]))


@app.command("run", help=_("Show a run: its counts, and why records were skipped or failed."))
@database()
def run(run_no: RunNo, as_json: Json = False) -> None:
    """Show one run."""
    found = _run(run_no)
    if as_json:
        print_json(run_document(found))
    else:
        print_outcome(found)


@app.command("ready", help=_("Set an entry to Ready: it starts when it is due."))
@database()
def ready(entry_no: EntryNo, as_json: Json = False) -> None:
    """Set an entry to Ready."""
    _answer(queue.set_ready(_entry(entry_no)), as_json)


@app.command("hold", help=_("Set an entry On Hold: it does not start again until it is set to Ready."))
@database()
def hold(entry_no: EntryNo, as_json: Json = False) -> None:
    """Set an entry On Hold."""
    _answer(queue.set_on_hold(_entry(entry_no)), as_json)


@app.command("delete", help=_("Delete an entry; the log of its runs stays."))
@database()
def delete(entry_no: EntryNo, as_json: Json = False) -> None:
    """Delete an entry."""
    entry = _entry(entry_no)
    queue.delete(entry)
    if as_json:
        print_json({"deleted": entry_no})
    else:
        console.print(_("Job queue entry %(no)s is deleted.") % {"no": entry_no})


@app.command("retry", help=_("Try the failed records of a run again, in the background."))
@database()
def retry(run_no: RunNo, as_json: Json = False) -> None:
    """Try the failed records of a run again."""
    found = _run(run_no)
    _answer(queue.retry(found, found.records.filter(outcome="failed")), as_json)


def _answer(entry: JobQueueEntry, as_json: bool) -> None:
    if as_json:
        print_json(entry_document(entry))
    else:
        message = _("Job queue entry %(no)s: %(status)s.")
        console.print(message % {"no": entry.pk, "status": entry.get_status_display()})


def _entry(no: int) -> JobQueueEntry:
    entry = JobQueueEntry.objects.filter(pk=no).first()
    if entry is None:
        raise UserError(gettext_noop("There is no job queue entry %(no)s. See: jono jobs list"), no=no)
    return entry


def _run(no: int) -> Run:
    found = Run.objects.filter(pk=no).first()
    if found is None:
        raise UserError(gettext_noop("There is no run %(no)s. See: jono jobs log"), no=no)
    return found


def _print_entries(entries: list[JobQueueEntry]) -> None:
    if not entries:
        console.print(_("There are no job queue entries."))
        return
    table = Table(_("No."), _("Report"), _("Description"), _("Status"), _("Next start"), _("Error Message"))
    for entry in entries:
        table.add_row(
            str(entry.pk),
            str(entry.object_id_to_run),
            entry.caption,
            entry.get_status_display(),
            moment(entry.earliest_start_at) if entry.status == JobQueueEntry.Status.READY else "",
            entry.error,
        )
    console.print(table)


def _print_runs(runs: list[Run]) -> None:
    if not runs:
        console.print(_("There are no runs."))
        return
    counts = (_("Done"), _("Skipped"), _("Failed"))
    table = Table(
        _("Run"), _("Entry"), _("Description"), _("Start"), _("Status"), *counts, _("Error Message")
    )
    for each in runs:
        numbers = (str(each.done), str(each.skipped), str(each.failed))
        entry_no = str(each.entry_id or "")
        table.add_row(
            str(each.pk),
            entry_no,
            each.caption,
            moment(each.started_at),
            each.get_status_display(),
            *numbers,
            each.error,
        )
    console.print(table)
