"""What stands in the job queue, as `jono jobs` lists and shows it."""

from typing import Annotated

import typer
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rich.table import Table

from jono.cli.database import database
from jono.cli.shown import (
    entry_document,
    moment,
    print_entry,
    print_outcome,
    run_document,
)
from jono.cli.terminal import Json, console, print_json
from jono.jobs import failures
from jono.jobs.models import JobQueueEntry, Run, RunRecord
from jono.jobs.outcome import Outcome
from jono.jobs.registry import caption_of, jobs
from jono.jobs.signs import living_workers, runs_of
from jono.kit.clock import now
from jono.kit.errors import UserError, gettext_noop
from jono.web.rest.documents import FailureDocument, RecordDocument, ReportDocument, WorkerDocument
from jono.web.rest.finding import (
    EntryQuery,
    RunQuery,
    entry_numbered,
    find_entries,
    find_runs,
    run_numbered,
)

EntryNo = Annotated[int, typer.Argument(help=_("The number of the job queue entry."), show_default=False)]
RunNo = Annotated[int, typer.Argument(help=_("The number of the run."), show_default=False)]
Most = Annotated[int, typer.Option("--most", min=1, help=_("How many at the most."))]
Report = Annotated[list[int] | None, typer.Option("--report", help=_("Only those of this report."))]
Company = Annotated[str | None, typer.Option("--company", help=_("Only those of this company."))]
STATUSES = ", ".join(status.value for status in JobQueueEntry.Status)
RUN_STATUSES = ", ".join(status.value for status in Run.Status)


@database()
def list_entries(
    status: Annotated[
        list[str] | None, typer.Option("--status", help=_("Only those with this status: %s.") % STATUSES)
    ] = None,
    report: Report = None,
    company: Company = None,
    category: Annotated[
        str | None, typer.Option("--category", help=_("Only those of this category."))
    ] = None,
    recurring: Annotated[
        bool | None, typer.Option("--recurring/--once", help=_("Only those that recur, or do not."))
    ] = None,
    most: Most = 1000,
    as_json: Json = False,
) -> None:
    """List the job queue entries, newest first."""
    _refuse_unknown(status, STATUSES)
    asked = {"report": report or [], "company": company, "category": category, "recurring": recurring}
    query = EntryQuery.model_validate({"status": status or [], **asked})
    entries = list(find_entries(query)[:most])
    if as_json:
        print_json([entry_document(entry) for entry in entries])
    else:
        _print_entries(entries)


@database()
def show_entry(entry_no: EntryNo, as_json: Json = False) -> None:
    """Show one entry whole."""
    entry = entry_numbered(entry_no)
    if as_json:
        print_json(entry_document(entry))
    else:
        print_entry(entry)


@database()
def list_runs(
    entry_no: Annotated[int | None, typer.Argument(help=_("The number of the job queue entry."))] = None,
    status: Annotated[
        list[str] | None, typer.Option("--status", help=_("Only those with this status: %s.") % RUN_STATUSES)
    ] = None,
    report: Report = None,
    company: Company = None,
    most: Most = 50,
    as_json: Json = False,
) -> None:
    """List the runs of an entry, or of all, newest first."""
    _refuse_unknown(status, RUN_STATUSES)
    if entry_no is not None:
        entry_numbered(entry_no)
    asked = {"status": status or [], "report": report or [], "company": company, "entry": entry_no}
    runs = list(find_runs(RunQuery.model_validate(asked))[:most])
    if as_json:
        print_json([run_document(run) for run in runs])
    else:
        _print_runs(runs)


@database()
def show_run(run_no: RunNo, as_json: Json = False) -> None:
    """Show one run."""
    found = run_numbered(run_no)
    if as_json:
        print_json(run_document(found))
    else:
        print_outcome(found)


@database()
def list_records(
    run_no: RunNo,
    outcome: Annotated[
        list[Outcome] | None, typer.Option("--outcome", help=_("Only those with this outcome."))
    ] = None,
    most: Most = 1000,
    as_json: Json = False,
) -> None:
    """List the records of a run, in the order they were dealt with."""
    records: QuerySet[RunRecord] = run_numbered(run_no).records.order_by("id")
    if outcome:
        records = records.filter(outcome__in=[each.value for each in outcome])
    if as_json:
        print_json([RecordDocument.of(record).model_dump() for record in records[:most]])
        return
    table = Table(_("No."), _("Record"), _("Outcome"), _("Reason"))
    for record in records[:most]:
        table.add_row(str(record.pk), record.label, record.get_outcome_display(), str(record))
    console.print(table)


@database()
def list_failures(as_json: Json = False) -> None:
    """List what failed in the last seven days and is still to be mended, by its error."""
    groups = [FailureDocument.of(group) for group in failures.groups(failures.standing(now()))]
    if as_json:
        print_json([group.model_dump() for group in groups])
        return
    if not groups:
        console.print(_("No record that failed in the last seven days is still to be mended."))
        return
    table = Table(_("No."), _("Report"), _("Error"), _("Records"), _("For Example"), _("Company"))
    for group in groups:
        count = str(group.records)
        table.add_row(str(group.id), group.description, group.error, count, group.example, group.company)
    console.print(table)


@database()
def list_reports(as_json: Json = False) -> None:
    """List the reports that can be run."""
    if as_json:
        print_json([ReportDocument.of(job).model_dump() for job in jobs()])
        return
    table = Table(_("Report"), _("Description"), _("Parameters"))
    for job in jobs():
        table.add_row(str(job.report_id), caption_of(job.report_id), ", ".join(job.parameters.model_fields))
    console.print(table)


@database()
def list_workers(as_json: Json = False) -> None:
    """List the workers that live."""
    workers = list(living_workers())
    if as_json:
        print_json([WorkerDocument.of(worker).model_dump() for worker in workers])
        return
    if not workers:
        console.print(_("No worker lives, so nothing runs in the background. Start one: jono worker"))
        return
    table = Table(_("Host"), _("Process"), _("Runs at Once"), _("Runs in Process"), _("Started"))
    for worker in workers:
        in_hand = ", ".join(str(run.pk) for run in runs_of(worker))
        table.add_row(
            worker.host, str(worker.process_id), str(worker.concurrency), in_hand, moment(worker.started_at)
        )
    console.print(table)


def _refuse_unknown(statuses: list[str] | None, known: str) -> None:
    for status in statuses or ():
        if status not in known.split(", "):
            message = gettext_noop("There is no status %(status)s. The statuses are: %(known)s.")
            raise UserError(message, status=status, known=known)


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
        table.add_row(
            str(each.pk),
            str(each.entry_id or ""),
            each.caption,
            moment(each.started_at),
            each.get_status_display(),
            *(str(each.done), str(each.skipped), str(each.failed)),
            each.error,
        )
    console.print(table)
