"""A worker: performs runs as the engine hands them over, starts what is due, and takes over from the dead."""

import asyncio
import logging
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from uuid import UUID

from django.db import Error, close_old_connections
from procrastinate import App, PsycopgConnector
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import ConnectorException
from psycopg import AsyncConnection, OperationalError
from psycopg_pool import AsyncConnectionPool

from jono.jobs import chores, engine, queue, signs, totals
from jono.jobs.perform import perform, stopping
from jono.jobs.pulse import pulse
from jono.kit.clock import now
from jono.kit.errors import UserError, gettext_noop

log = logging.getLogger(__name__)

TICK_SECONDS = 0.25
SWEEP_SECONDS = 5.0
GRACE_SECONDS = 8.0
CONNECT_SECONDS = 10.0
RECONNECT_SECONDS = 1.0


def run(concurrency: int) -> None:
    """Work until SIGINT or SIGTERM; then end each run at its next page and hand it on.

    A database that goes away is waited for: the worker starts afresh when it is back.
    """
    pulse.reside()
    ticker = threading.Thread(target=_tick, args=[concurrency], name="tick", daemon=True)
    ticker.start()
    chores.start(stopping)
    try:
        while not stopping.is_set():
            asyncio.run(_serve(concurrency))
            stopping.wait(RECONNECT_SECONDS)
    finally:
        stopping.set()
        ticker.join(GRACE_SECONDS)
        with suppress(Error):  # without the database, silence takes it off the list
            signs.sign_off()


async def _serve(concurrency: int) -> None:
    """Serve the engine's queue until asked to stop, or until the database is gone."""
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(concurrency, thread_name_prefix="run"))
    serving = asyncio.ensure_future(_work(concurrency))

    def stop() -> None:
        stopping.set()
        serving.cancel()

    for signal_no in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(signal_no, stop)
    try:
        await serving
    except asyncio.CancelledError:
        log.info("stopped")
    except (ConnectorException, OperationalError):
        log.exception("the engine lost its database; starting again")


async def _work(concurrency: int) -> None:
    # An app of the worker's own connections; the Django app goes on deferring in our own transactions.
    app = App(connector=PsycopgConnector())
    app.task(name=engine.TASK, queue=engine.QUEUE)(_perform)
    # Our pool, not one the app makes: asked to stop while it still connects, that one would never end.
    pool = AsyncConnectionPool(
        kwargs=connector_params(),
        configure=_commit_each_statement,
        open=False,
        min_size=1,
        max_size=4,
        timeout=CONNECT_SECONDS,
        reconnect_timeout=CONNECT_SECONDS,
    )
    async with pool, app.open_async(pool):
        await app.run_worker_async(
            queues=[engine.QUEUE],
            concurrency=concurrency,
            delete_jobs="always",
            install_signal_handlers=False,
            shutdown_graceful_timeout=GRACE_SECONDS,
        )


async def _commit_each_statement(connection: AsyncConnection) -> None:
    """Whatever the engine does is one statement and needs no transaction around it."""
    await connection.set_autocommit(True)


def _perform(run_id: int, token: str) -> None:
    close_old_connections()
    try:
        perform(run_id, UUID(token))
    finally:
        close_old_connections()


def _tick(concurrency: int) -> None:
    """Start what is due, again and again; now and then sign, and look for runs whose worker is gone."""
    since_sweep = SWEEP_SECONDS
    while not stopping.is_set():
        try:
            while queue.start_due(now()) and not stopping.is_set():
                pass
            if since_sweep >= SWEEP_SECONDS:
                signs.sign(concurrency)
                sweep()
                totals.count_ended()
                since_sweep = 0.0
        except Exception:
            # The database is away, or it is a bug: without its tick a worker would look alive and start nothing.
            log.exception("what is due could not be started; trying again")
            close_old_connections()
        stopping.wait(TICK_SECONDS)
        since_sweep += TICK_SECONDS


def sweep() -> None:
    """Take over from the dead, and wake what a hand-over passed by."""
    silence = gettext_noop("The worker of this run stopped answering; another run goes on from here.")
    too_long = gettext_noop("The run took longer than its job timeout and was ended.")
    for dead in queue.find_dead():
        log.warning("run %s shows no sign of life; taking over", dead.pk)
        with _the_rest_goes_on():
            queue.take_over(dead, UserError(silence))
    for overdue in queue.find_overdue(now()):
        log.warning("run %s has not noticed its timeout; ending it", overdue.pk)
        with _the_rest_goes_on():
            queue.finish(overdue, UserError(too_long), skip_locked=True)
    queue.wake_forgotten()


@contextmanager
def _the_rest_goes_on() -> Iterator[None]:
    """Let no run that cannot be ended keep a worker from seeing to the next."""
    try:
        yield
    except Error:
        raise
    except Exception:
        log.exception("the run could not be ended; trying again")
