"""What `jono jobs` does with entries and their runs, as the job queue's pages do."""

from typing import Annotated, Literal

import typer
from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from jono.cli.database import database
from jono.cli.job_lists import EntryNo, RunNo
from jono.cli.shown import entry_document, print_outcome, run_document
from jono.cli.sync import perform_here
from jono.cli.terminal import Json, console, print_json
from jono.jobs import failures, mend, queue
from jono.jobs.models import JobQueueEntry, Run
from jono.jobs.outcome import Outcome
from jono.kit.clock import now
from jono.kit.errors import UserError, gettext_noop
from jono.web.rest.documents import PRIORITIES, RetryDocument
from jono.web.rest.finding import entry_numbered, failure_numbered, run_in_process, run_numbered

As = Annotated[
    str,
    typer.Option("--as", help=_("The user it is done as; the entry's history says so."), show_default=False),
]


@database()
def ready(entry_no: EntryNo, as_: As = "", as_json: Json = False) -> None:
    """Set an entry to Ready."""
    answer(queue.set_ready(entry_numbered(entry_no), user_named(as_)), as_json)


@database()
def hold(entry_no: EntryNo, as_: As = "", as_json: Json = False) -> None:
    """Set an entry On Hold."""
    answer(queue.set_on_hold(entry_numbered(entry_no), user_named(as_)), as_json)


@database()
def restart(entry_no: EntryNo, as_: As = "", as_json: Json = False) -> None:
    """Let an entry run now."""
    answer(queue.restart(entry_numbered(entry_no), user_named(as_)), as_json)


@database()
def resume(entry_no: EntryNo, as_: As = "", as_json: Json = False) -> None:
    """Go on after a pause."""
    answer(queue.resume(entry_numbered(entry_no), user_named(as_)), as_json)


@database()
def copy(entry_no: EntryNo, as_: As = "", as_json: Json = False) -> None:
    """Add an entry like this one."""
    answer(queue.copy_entry(entry_numbered(entry_no), user_named(as_)), as_json)


@database()
def priority(
    entry_no: EntryNo,
    wanted: Annotated[Literal["high", "normal", "low"], typer.Argument(help=_("high, normal or low."))],
    as_: As = "",
    as_json: Json = False,
) -> None:
    """Change an entry's priority."""
    answer(queue.set_priority(entry_numbered(entry_no), PRIORITIES[wanted], user_named(as_)), as_json)


@database()
def run_once(entry_no: EntryNo, as_: As = "", as_json: Json = False) -> None:
    """Run an entry once in the foreground."""
    perform_here(queue.run_once(entry_numbered(entry_no), user_named(as_)), as_json)


@database()
def stop(entry_no: EntryNo, as_: As = "", as_json: Json = False) -> None:
    """Ask the run of an entry to stop."""
    run = run_in_process(entry_numbered(entry_no))
    _answer_request(queue.request_stop(run, user_named(as_)), as_json)


@database()
def pause(entry_no: EntryNo, as_: As = "", as_json: Json = False) -> None:
    """Ask the run of an entry to pause."""
    run = run_in_process(entry_numbered(entry_no))
    _answer_request(queue.request_stop(run, user_named(as_), pause=True), as_json)


@database()
def retry(
    run_no: RunNo,
    record: Annotated[
        list[int] | None, typer.Option("--record", help=_("Just this record of the run, by its number."))
    ] = None,
    as_: As = "",
    as_json: Json = False,
) -> None:
    """Try the failed records of a run again, or just those chosen."""
    run = run_numbered(run_no)
    records = (
        run.records.filter(pk__in=record) if record else run.records.filter(outcome=Outcome.FAILED.value)
    )
    strange = sorted(set(record or ()) - {found.pk for found in records})
    if strange:
        message = gettext_noop("The run %(run)s has no record %(records)s.")
        raise UserError(message, run=run.pk, records=", ".join(map(str, strange)))
    answer(queue.retry(run, records, user_named(as_)), as_json)


@database()
def retry_failures(
    group_no: Annotated[
        list[int] | None, typer.Argument(help=_("Groups, as jono jobs failures lists them; left out: all."))
    ] = None,
    as_: As = "",
    as_json: Json = False,
) -> None:
    """Try failed records again by their error."""
    chosen = failures.standing(now())
    if group_no:
        chosen = failures.members([failure_numbered(no) for no in group_no], chosen)
    started = RetryDocument.of(mend.retry(chosen, user_named(as_)))
    if as_json:
        print_json(started.model_dump())
    else:
        values = {"count": started.asked, "entries": ", ".join(map(str, started.entries))}
        console.print(_("%(count)s records are tried again by job queue entry %(entries)s.") % values)


@database()
def delete(entry_no: EntryNo, as_: As = "", as_json: Json = False) -> None:
    """Delete an entry."""
    queue.delete(entry_numbered(entry_no), user_named(as_))
    if as_json:
        print_json({"deleted": entry_no})
    else:
        console.print(_("Job queue entry %(no)s is deleted.") % {"no": entry_no})


def answer(entry: JobQueueEntry, as_json: bool) -> None:
    """Say how an entry stands now."""
    if as_json:
        print_json(entry_document(entry))
    else:
        message = _("Job queue entry %(no)s: %(status)s.")
        console.print(message % {"no": entry.pk, "status": entry.get_status_display()})


def user_named(name: str) -> User | None:
    """Return the user with this name, None for no name; raise UserError when there is none."""
    if not name:
        return None
    user = User.objects.filter(username=name, is_active=True).first()
    if user is None:
        raise UserError(gettext_noop("There is no user %(name)s."), name=name)
    return user


def _answer_request(run: Run, as_json: bool) -> None:
    if as_json:
        print_json(run_document(run))
    elif run.active:
        console.print(_("Run %(run)s will stop at its next page or call.") % {"run": run.pk})
    else:
        print_outcome(run)
