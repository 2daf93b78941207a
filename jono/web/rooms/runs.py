"""The pages of the job queue's log: every run, its counts, and what became of each record."""

from django.utils.translation import gettext_lazy as _

from jono.jobs.models import Run
from jono.web import job_words as words
from jono.web import queue_actions
from jono.web.outlook_words import duration, duration_so_far, usually
from jono.web.pages import Action, CardPage, Column, Field, Group, ListPage, Part
from jono.web.rooms.failed_records import failures_part

RUN_TONES: dict[str, str] = {
    Run.Status.IN_PROCESS: "busy",
    Run.Status.SUCCESS: "good",
    Run.Status.ERROR: "bad",
    Run.Status.PUT_OFF: "calm",
}
OUTCOME_TONES = {"done": "good", "skipped": "warn", "failed": "bad"}

STOP = Action(
    "stop",
    _("Stop"),
    queue_actions.stop,
    icon="close",
    confirm=_("Stop the run? What it has done stays."),
    shown=lambda run: run.active,
)
PAUSE = Action(
    "pause",
    _("Pause"),
    queue_actions.pause,
    icon="hold",
    shown=lambda run: run.active and run.entry_id is not None,
)

CONTINUE = Action(
    "continue",
    _("Continue"),
    queue_actions.resume_run,
    icon="start",
    permission="jobs.change_jobqueueentry",
    primary=True,
    shown=queue_actions.was_paused,
)

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
    order=["-outcome", "id"],
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

runs = ListPage(
    name="job-queue-log-entries",
    model=Run,
    caption=_("Job Queue Log Entries"),
    keywords=_("runs history outcome errors log"),
    icon="log",
    columns=[
        Column("id", _("Run No."), identifier=True),
        Column("status", filter=True, filter_only=True),
        Column("outcome", _("Status"), value=words.outcome),
        Column("caption", _("Description"), value=lambda run: run.caption),
        Column("object_id_to_run", _("Report"), filter=True, identifier=True, wide=True),
        Column("entry", _("Entry No."), value=lambda run: words.entry_link(run), wide=True),
        Column("started_at"),
        Column("duration", _("Duration"), value=duration_so_far),
        Column("progress", _("Records"), value=words.progress),
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
            Group(_("Records"), template="web/jobs/tally.html", context=words.tally_of, live=True),
            Group(
                _("Error"),
                template="web/jobs/error.html",
                context=lambda run, _form: words.error_of(run),
                shown=lambda run: bool(run.error_message) and run.status != Run.Status.PUT_OFF,
                live=True,
            ),
            Group(
                _("Why It Was Put Off"),
                template="web/jobs/notes.html",
                context=lambda run, _form: {"notes": [run.error]},
                shown=lambda run: run.status == Run.Status.PUT_OFF,
                live=True,
            ),
            Group(
                _("Notes"),
                template="web/jobs/notes.html",
                context=lambda run, _form: {"notes": run.told_notes},
                shown=lambda run: bool(run.notes),
                live=True,
            ),
            Group(
                _("General"),
                [
                    Field("object_id_to_run", _("Report"), value=words.report_of),
                    Field("entry", _("Job Queue Entry"), value=lambda run: words.entry_link(run)),
                    Field("parameters", value=words.describe_parameters),
                    Field("company_code"),
                    Field("user"),
                    Field("foreground"),
                    Field("slot_at"),
                    Field("started_at"),
                    Field("ended_at"),
                    Field("duration", _("Duration"), value=duration),
                    Field("usually", _("Usual Duration"), value=usually),
                    Field("attempt", shown=lambda run: run.attempt > 0),
                    Field("requested", shown=lambda run: bool(run.requested)),
                    Field("follows", shown=lambda run: run.follows_id is not None),
                ],
                live=True,
            ),
        ],
        title=lambda run: f"{run.pk} · {run.caption}",
        status=Field("outcome", value=words.outcome),
        parts=[failures_part, records_part],
        actions=[STOP, PAUSE, CONTINUE],
    ),
)
