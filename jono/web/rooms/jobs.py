"""The pages of the job queue: its entries and categories."""

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _

from jono.jobs.models import Category, EntryChange, JobQueueEntry, Run
from jono.web import job_words as words
from jono.web import queue_actions, syncs
from jono.web import waiting_words as waiting
from jono.web.alert_words import alerts_of
from jono.web.entries import EntryForm, coming_runs
from jono.web.outlook_words import collisions_of, usually
from jono.web.pages import Action, Caption, CardPage, Column, Cue, Field, Group, ListPage, Part, Room
from jono.web.rooms.alerts import OPEN_ALERTS, alerts, channels
from jono.web.rooms.failed_records import FAILED_RECORDS, failed_records, retries
from jono.web.rooms.retention import policies
from jono.web.rooms.runs import runs

Status = JobQueueEntry.Status

ENTRY_TONES: dict[str, str] = {
    Status.READY: "good",
    Status.IN_PROCESS: "busy",
    Status.WAITING: "warn",
    Status.ERROR: "bad",
    Status.ON_HOLD: "calm",
    Status.INACTIVE: "calm",
    Status.FINISHED: "calm",
}

SET_READY = Action(
    "set-ready",
    _("Set Status to Ready"),
    queue_actions.set_ready,
    icon="start",
    keywords=_("start run schedule"),
    shown=lambda entry: entry.status not in {Status.READY, Status.IN_PROCESS, Status.WAITING},
)
SET_ON_HOLD = Action(
    "set-on-hold",
    _("Set On Hold"),
    queue_actions.set_on_hold,
    icon="hold",
    keywords=_("stop pause"),
    shown=lambda entry: entry.status != Status.ON_HOLD,
)
RESTART = Action(
    "restart",
    _("Restart"),
    queue_actions.restart,
    icon="sync",
    keywords=_("run again now"),
    shown=lambda entry: entry.status in {Status.ERROR, Status.READY, Status.INACTIVE},
)
RUN_ONCE = Action(
    "run-once",
    _("Run Once (Foreground)"),
    syncs.run_once,
    icon="start",
    in_place=True,
    shown=lambda entry: entry.status != Status.IN_PROCESS,
)
CONTINUE = Action(
    "continue",
    _("Continue"),
    queue_actions.resume,
    icon="start",
    primary=True,
    shown=queue_actions.is_paused,
)


def _priority(caption: Caption, priority: JobQueueEntry.Priority) -> Action:
    """Give another priority to an entry that may have to wait its turn, without stopping it."""
    return Action(
        f"priority-{priority.name.lower()}",
        caption,
        queue_actions.set_priority(priority),
        icon="log",
        shown=lambda entry: (
            entry.status in {Status.READY, Status.WAITING} and entry.priority_within_category != priority
        ),
    )


PRIORITIES = [
    _priority(_("High Priority"), JobQueueEntry.Priority.HIGH),
    _priority(_("Normal Priority"), JobQueueEntry.Priority.NORMAL),
    _priority(_("Low Priority"), JobQueueEntry.Priority.LOW),
]
COPY = Action("copy", _("Copy"), queue_actions.copy, icon="new", permission="jobs.add_jobqueueentry")
DELETE = Action(
    "delete",
    _("Delete"),
    queue_actions.delete,
    icon="delete",
    permission="jobs.delete_jobqueueentry",
    confirm=_("Delete? The runs stay in the log."),
    shown=lambda entry: entry.status != Status.IN_PROCESS,
)


def with_open_runs() -> QuerySet[JobQueueEntry]:
    """The entries, each with the run it has in process."""
    open_runs = Run.objects.filter(ended_at=None)
    return JobQueueEntry.objects.prefetch_related(Prefetch("runs", open_runs, to_attr="open_runs"))


runs_part = Part(
    name="runs",
    caption=_("Log Entries"),
    rows=lambda entry: entry.runs.all(),
    columns=[
        Column("id", _("Run No."), identifier=True),
        Column("outcome", _("Status"), value=words.outcome),
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

history_part = Part(
    name="history",
    caption=_("History"),
    rows=lambda entry: EntryChange.objects.filter(entry_no=entry.pk).select_related("user"),
    columns=[
        Column("at"),
        Column("action"),
        Column("user"),
        Column("changes", value=words.describe_changes, caption=_("Changes")),
    ],
    order=["-id"],
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
        Column("id", _("Entry No."), identifier=True),
        Column("status", tones=ENTRY_TONES, filter=True),
        Column("caption", _("Description"), value=lambda entry: entry.caption),
        Column("object_id_to_run", _("Report"), filter=True, identifier=True, wide=True),
        Column("progress", _("Progress"), value=words.progress_of_entry),
        Column("recurring", _("Recurring"), value=lambda entry: entry.recurring, wide=True),
        Column("earliest_start_at"),
        Column("user", wide=True),
    ],
    search=["id", "description", "object_id_to_run", "error_message"],
    order=["-id"],
    related=["user"],
    actions=[SET_READY, SET_ON_HOLD, RESTART, DELETE],
    empty=_("No job waits or runs. Press New (Alt+N) to schedule one."),
    live="entry",
    follows=words.follow_open_run,
    card=CardPage(
        _("Job Queue Entry"),
        [
            Group(
                _("Error"),
                template="web/jobs/error.html",
                context=lambda entry, _form: words.error_of(entry),
                shown=lambda entry: entry is not None and bool(entry.error_message),
                live=True,
            ),
            Group(
                _("Waiting"),
                [
                    Field("waits_for"),
                    Field("over", _("Both Work on"), value=waiting.over),
                    Field("since", _("Waiting Since"), value=waiting.since),
                    Field("left", _("That Run Usually Needs Another"), value=waiting.usually_left),
                    Field(
                        "ahead",
                        _("Has Its Turn before"),
                        value=waiting.ahead,
                        shown=lambda entry: bool(waiting.ahead(entry)),
                    ),
                    Field("freed", _("What Would Free It"), value=waiting.what_frees),
                ],
                shown=waiting.is_waiting,
                live=True,
            ),
            Group(
                _("General"),
                [
                    Field("object_id_to_run", _("Report"), value=words.report_of),
                    Field("description"),
                    Field("company_code"),
                    Field("earliest_start_at"),
                    Field("expiration_at"),
                    Field("category_code"),
                    Field("priority_within_category"),
                    Field("user"),
                    Field("service_user"),
                    Field("job_timeout"),
                    Field("report_output_type"),
                    Field("last_ready_at"),
                ],
                live=True,
            ),
            Group(
                _("Parameters"),
                record="parameters",
                live=True,
                template="web/jobs/parameters.html",
                context=words.parameters_of,
            ),
            Group(
                _("Recurrence"),
                [
                    Field("weekdays", _("Run on"), value=words.describe_weekdays),
                    Field("no_of_minutes_between_runs"),
                    Field("starting_time"),
                    Field("ending_time"),
                    Field(
                        "next_run_date_formula", value=words.formula_of, caption=_("Next Run Date Formula")
                    ),
                    Field("time_zone"),
                    Field("missed_slots"),
                    Field("count_from"),
                    Field("rests_when_idle"),
                    Field("inactivity_timeout_period"),
                ],
            ),
            Group(_("Next Runs"), template="web/jobs/next_runs.html", context=coming_runs, live=True),
            Group(
                _("Foreseen Collisions"),
                template="web/jobs/collisions.html",
                context=collisions_of,
                live=True,
            ),
            Group(
                _("Alerts"),
                [
                    Field("alerts", _("Open Alerts"), value=alerts_of),
                    Field("last_success_at"),
                    Field("usually", _("Usual Duration"), value=usually),
                    Field("expected_within"),
                    Field("alert_when_waiting"),
                    Field("notify_on_success"),
                ],
                live=True,
            ),
            Group(
                _("After a Failure"),
                [
                    Field("maximum_no_of_attempts_to_run"),
                    Field("no_of_attempts_to_run"),
                    Field("rerun_delay_sec"),
                    Field("after_last_failure"),
                ],
                open=False,
            ),
        ],
        title=lambda entry: f"{entry.pk} · {entry.caption}",
        status=Field("status", tones=ENTRY_TONES),
        parts=[runs_part, history_part],
        actions=[CONTINUE, SET_READY, SET_ON_HOLD, RESTART, RUN_ONCE, *PRIORITIES, COPY, DELETE],
        fill_in=EntryForm,
        may_edit=lambda entry: entry.status == Status.ON_HOLD,
        locked=_("An entry can be edited while it is On Hold. Press Set On Hold first."),
        new=True,
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
    pages=[entries, runs, failed_records, retries, alerts, channels, categories, policies],
    cues=[
        OPEN_ALERTS,
        FAILED_RECORDS,
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
