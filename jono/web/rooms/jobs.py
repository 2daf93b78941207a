"""The pages of the job queue: its entries, the log of their runs, its categories."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _

from jono.jobs.models import Category, JobQueueEntry, Run
from jono.jobs.registry import caption_of
from jono.web import queue_actions
from jono.web.entries import EntryForm, coming_runs, describe_parameters, describe_weekdays
from jono.web.pages import Action, CardForm, CardPage, Column, Cue, Field, Group, ListPage, Part, Record, Room
from jono.web.shown import Link, Progress, address_of

Status = JobQueueEntry.Status

ENTRY_TONES: dict[str, str] = {
    Status.READY: "good",
    Status.IN_PROCESS: "busy",
    Status.WAITING: "warn",
    Status.ERROR: "bad",
    Status.ON_HOLD: "calm",
    Status.FINISHED: "calm",
}
RUN_TONES: dict[str, str] = {
    Run.Status.IN_PROCESS: "busy",
    Run.Status.SUCCESS: "good",
    Run.Status.ERROR: "bad",
}
OUTCOME_TONES = {"done": "good", "skipped": "warn", "failed": "bad"}


ENTRY_ACTIONS = [
    Action(
        "set-ready",
        _("Set Status to Ready"),
        queue_actions.set_ready,
        icon="start",
        keywords=_("start run restart schedule"),
        shown=lambda entry: entry.status in {Status.ON_HOLD, Status.ERROR, Status.FINISHED},
    ),
    Action(
        "set-on-hold",
        _("Set On Hold"),
        queue_actions.set_on_hold,
        icon="hold",
        keywords=_("stop pause"),
        shown=lambda entry: entry.status != Status.ON_HOLD,
    ),
    Action(
        "delete",
        _("Delete"),
        queue_actions.delete,
        icon="delete",
        permission="jobs.delete_jobqueueentry",
        confirm=_("Delete? The runs stay in the log."),
        shown=lambda entry: entry.status != Status.IN_PROCESS,
    ),
]


def with_open_runs() -> QuerySet[JobQueueEntry]:
    """The entries, each with the run it has in process."""
    open_runs = Run.objects.filter(ended_at=None)
    return JobQueueEntry.objects.prefetch_related(Prefetch("runs", open_runs, to_attr="open_runs"))


def progress_of_entry(entry: Record) -> Progress | None:
    """How far the run in process is, if there is one."""
    return progress(entry.open_runs[0]) if entry.open_runs else None


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
    return {"tally": run.tally, "progress": progress(run), "page": runs.name}


def parameters_of(entry: Record | None, form: CardForm | None) -> Mapping[str, Any]:
    """What the parameters' group shows when nothing is filled in."""
    return {"described": "" if form or entry is None else describe_parameters(entry), "form": form}


def report_of(record: Record) -> str:
    """The report's number and caption."""
    return f"{record.object_id_to_run} {caption_of(record.object_id_to_run)}"


def entry_link(run: Run) -> Link | None:
    """The way to the entry that a run is an attempt at; it may have been deleted."""
    return Link(str(run.entry_id), address_of(run.entry)) if run.entry else None


records_part = Part(
    name="records",
    caption=_("Records"),
    rows=lambda run: run.records.all(),
    columns=[
        Column("label"),
        Column("outcome", tones=OUTCOME_TONES, filter=True),
        Column("message", _("Reason"), value=str),
        Column("at", wide=True),
    ],
    search=["label", "key"],
    order=["id"],
    actions=[
        Action(
            "retry",
            _("Try Again"),
            queue_actions.retry,
            icon="sync",
            permission="jobs.add_jobqueueentry",
        )
    ],
    empty=_("No record has been dealt with yet."),
    live="run",
)

runs_part = Part(
    name="runs",
    caption=_("Log Entries"),
    rows=lambda entry: entry.runs.all(),
    columns=[
        Column("id", _("Run No.")),
        Column("status", tones=RUN_TONES),
        Column("started_at"),
        Column("duration", _("Duration"), value=lambda run: run.duration),
        Column("done"),
        Column("skipped"),
        Column("failed"),
    ],
    order=["-id"],
    empty=_("It has not run yet. Set its status to Ready, and its runs appear here."),
    live="entry",
)

entries = ListPage(
    name="job-queue-entries",
    model=JobQueueEntry,
    records=with_open_runs,
    caption=_("Job Queue Entries"),
    keywords=_("background jobs tasks schedule recurring timer queue"),
    icon="queue",
    columns=[
        Column("id", _("Entry No.")),
        Column("status", tones=ENTRY_TONES, filter=True),
        Column("caption", _("Description"), value=lambda entry: entry.caption),
        Column("object_id_to_run", _("Report"), filter=True, wide=True),
        Column("progress", _("Progress"), value=progress_of_entry),
        Column("recurring", _("Recurring"), value=lambda entry: entry.recurring, wide=True),
        Column("earliest_start_at"),
        Column("user", wide=True),
    ],
    search=["id", "description", "object_id_to_run", "error_message"],
    order=["-id"],
    related=["user"],
    actions=ENTRY_ACTIONS,
    empty=_("No job waits or runs. Press New (Alt+N) to schedule one."),
    live="entry",
    follows=follow_open_run,
    card=CardPage(
        _("Job Queue Entry"),
        [
            Group(
                _("Error"),
                template="web/jobs/error.html",
                context=lambda entry, _form: error_of(entry),
                shown=lambda entry: entry is not None and bool(entry.error_message),
            ),
            Group(
                _("General"),
                [
                    Field("object_id_to_run", _("Report"), value=report_of),
                    Field("description"),
                    Field("company_code"),
                    Field("earliest_start_at"),
                    Field("expiration_at"),
                    Field("category_code"),
                    Field("priority_within_category"),
                    Field("user"),
                    Field("waits_for", shown=lambda entry: entry.waits_for_id is not None),
                    Field("waiting_since_at", shown=lambda entry: entry.waiting_since_at is not None),
                    Field("last_ready_at"),
                ],
                live=True,
            ),
            Group(
                _("Parameters"),
                record="parameters",
                live=True,
                template="web/jobs/parameters.html",
                context=parameters_of,
            ),
            Group(
                _("Recurrence"),
                [
                    Field("weekdays", _("Run on"), value=describe_weekdays),
                    Field("no_of_minutes_between_runs"),
                    Field("starting_time"),
                    Field("ending_time"),
                    Field("time_zone"),
                ],
            ),
            Group(_("Next Runs"), template="web/jobs/next_runs.html", context=coming_runs, live=True),
        ],
        title=lambda entry: f"{entry.pk} · {entry.caption}",
        status=Field("status", tones=ENTRY_TONES),
        parts=[runs_part],
        actions=ENTRY_ACTIONS,
        fill_in=EntryForm,
        may_edit=lambda entry: entry.status == Status.ON_HOLD,
        locked=_("An entry can be edited while it is On Hold. Press Set On Hold first."),
        new=True,
    ),
)

runs = ListPage(
    name="job-queue-log-entries",
    model=Run,
    caption=_("Job Queue Log Entries"),
    keywords=_("runs history outcome errors log"),
    icon="log",
    columns=[
        Column("id", _("Run No.")),
        Column("status", tones=RUN_TONES, filter=True),
        Column("caption", _("Description"), value=lambda run: run.caption),
        Column("object_id_to_run", _("Report"), filter=True, wide=True),
        Column("entry", _("Entry No."), value=lambda run: entry_link(run), wide=True),
        Column("started_at"),
        Column("duration", _("Duration"), value=lambda run: run.duration),
        Column("progress", _("Progress"), value=progress),
        Column("done"),
        Column("skipped"),
        Column("failed"),
    ],
    search=["id", "description", "error_message", "records__label"],
    order=["-id"],
    related=["entry", "user"],
    empty=_("Nothing has run yet. Every run of a job queue entry is noted here."),
    live="run",
    card=CardPage(
        _("Job Queue Log Entry"),
        [
            Group(_("Records"), template="web/jobs/tally.html", context=tally_of, live=True),
            Group(
                _("Error"),
                template="web/jobs/error.html",
                context=lambda run, _form: error_of(run),
                shown=lambda run: bool(run.error_message),
            ),
            Group(
                _("General"),
                [
                    Field("object_id_to_run", _("Report"), value=report_of),
                    Field("entry", _("Job Queue Entry"), value=lambda run: entry_link(run)),
                    Field("parameters", value=describe_parameters),
                    Field("company_code"),
                    Field("user"),
                    Field("foreground"),
                    Field("slot_at"),
                    Field("started_at"),
                    Field("ended_at"),
                    Field("duration", _("Duration"), value=lambda run: run.duration),
                    Field("follows", shown=lambda run: run.follows_id is not None),
                ],
                live=True,
            ),
        ],
        title=lambda run: f"{run.pk} · {run.caption}",
        status=Field("status", tones=RUN_TONES),
        parts=[records_part],
    ),
)

categories = ListPage(
    name="job-queue-categories",
    model=Category,
    caption=_("Job Queue Categories"),
    keywords=_("serialise one at a time"),
    icon="setup",
    columns=[Column("code"), Column("description")],
    search=["code", "description"],
    order=["code"],
    empty=_("No category yet. Entries of one category run one at a time; press New (Alt+N) to add one."),
    card=CardPage(
        _("Job Queue Category"),
        [Group(_("General"), [Field("code", editable=True), Field("description", editable=True)])],
        new=True,
    ),
)

ROOM = Room(
    caption=_("Job Queue"),
    pages=[entries, runs, categories],
    cues=[
        Cue(
            caption=_("Tasks Failed"),
            page=entries.name,
            query="?status=error",
            count=JobQueueEntry.objects.filter(status=Status.ERROR).count,
            tone="bad",
        ),
        Cue(
            caption=_("Tasks In Process"),
            page=entries.name,
            query="?status=in+process",
            count=JobQueueEntry.objects.filter(status=Status.IN_PROCESS).count,
            tone="busy",
        ),
        Cue(
            caption=_("Tasks In Queue"),
            page=entries.name,
            query="?status=ready&status=waiting",
            count=JobQueueEntry.objects.filter(status__in=[Status.READY, Status.WAITING]).count,
        ),
    ],
    latest=runs,
)
