"""Performs a run in the thread that calls it, and keeps its sign of life going meanwhile."""

import logging
import threading
from collections.abc import Callable
from uuid import UUID

from django.db import InterfaceError, OperationalError, close_old_connections
from psycopg.errors import IdleInTransactionSessionTimeout

from jono.jobs import queue
from jono.jobs.models import Run
from jono.jobs.pulse import pulse
from jono.jobs.registry import job_of
from jono.jobs.work import TakenOver, Work, WorkerStops
from jono.kit import logs
from jono.kit.errors import RetryLater, UserError, call_stack_of, gettext_noop, words_of

log = logging.getLogger(__name__)

stopping = threading.Event()
"""Set when this process has been asked to stop: its runs are handed on at their next page."""


def perform(run_id: int, token: UUID, on_progress: Callable[[Run], None] | None = None) -> None:
    """Do the work of a run that was claimed before; nothing when somebody else has it or it has ended.

    `on_progress` is called with the run after each page.
    """
    with pulse.of(run_id) as process_no:
        run = queue.begin(run_id, token, process_no)
        if run is not None:
            with logs.about(**_facts(run)):
                _perform(run, on_progress)


def _facts(run: Run) -> dict[str, str | int | None]:
    """What is said of a run on each line it logs."""
    return {
        "run_id": run.pk,
        "entry_no": run.entry_id,
        "report": run.object_id_to_run,
        "company": run.company_code,
    }


def _perform(run: Run, on_progress: Callable[[Run], None] | None) -> None:
    work = Work(run, stopping, on_progress)
    log.info("the run has begun")
    try:
        job = job_of(run.object_id_to_run)
        job.flow(work, job.read_parameters(run.parameters))
    except TakenOver:
        log.warning("run %s was taken over; this worker leaves it", run.pk)
    except WorkerStops:
        log.info("the worker stops; another run goes on from here")
        why = gettext_noop("The worker was stopped; another run goes on from here.")
        queue.take_over(run, UserError(why))
    except Exception as error:  # noqa: BLE001 - the run ends with it and shows it
        if _is_the_database(error):
            log.warning("the database kept the run from going on; another goes on from here", exc_info=error)
            close_old_connections()
            queue.take_over(run, error)
        else:
            _log_failure(error)
            _finish(run, work, error)
    else:
        _finish(run, work)


def _is_the_database(error: Exception) -> bool:
    """Whether the database went away, broke a deadlock, or cut this process off while it stood still in a
    transaction: another run may well get through."""
    lost = (OperationalError, InterfaceError)
    return isinstance(error, lost) or isinstance(error.__cause__, IdleInTransactionSessionTimeout)


def _finish(run: Run, work: Work, error: Exception | None = None) -> None:
    queue.finish(run, error)
    tally = work.run.tally
    log.info("the run has ended: %s done, %s skipped, %s failed", tally.done, tally.skipped, tally.failed)


def _log_failure(error: Exception) -> None:
    """Log why a run fails: the words alone, as what stands in their places may be people's data."""
    if isinstance(error, queue.Stopped):
        log.info("the run was asked to stop")
    elif isinstance(error, RetryLater):
        log.info("the run is put off: %s", words_of(error)[0])
    elif call_stack_of(error):
        log.error("the run fails by an error in Jono", exc_info=error)
    else:
        log.warning("the run fails: %s", words_of(error)[0])
