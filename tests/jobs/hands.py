"""What a worker process of these tests does: Jono's own worker, at a test's pace, which knows the tests' chores."""

from dataclasses import dataclass
from datetime import timedelta

from psycopg.conninfo import make_conninfo

from jono.jobs import pulse, worker
from jono.jobs.queue import clockwork
from tests.jobs import databases, diary, farm_jobs, flock


@dataclass(frozen=True)
class Pace:
    """How long things take that a test does not care to wait for, in seconds."""

    beat: float
    dead_after: float
    sweep: float
    tick: float
    connect: float
    """How long a connection is waited for."""
    idle: float
    """After which the server ends a transaction in which nothing happens."""


AS_SHIPPED = Pace(
    beat=pulse.BEAT_SECONDS,
    dead_after=clockwork.DEAD_AFTER.total_seconds(),
    sweep=worker.SWEEP_SECONDS,
    tick=worker.TICK_SECONDS,
    connect=worker.CONNECT_SECONDS,
    idle=20.0,
)
BRISK = Pace(beat=0.25, dead_after=2.0, sweep=0.25, tick=0.05, connect=2.0, idle=2.0)


def work(address: str, pace: Pace, concurrency: int) -> None:
    """Be a worker on the database at this address."""
    idle = f"-c idle_in_transaction_session_timeout={pace.idle}s"
    address = make_conninfo(address, options=idle, connect_timeout=round(pace.connect))
    databases.turn_to(address, pace.connect)
    diary.keep_at(address)
    farm_jobs.learn()
    flock.learn()
    pulse.BEAT_SECONDS = pace.beat
    clockwork.DEAD_AFTER = timedelta(seconds=pace.dead_after)
    worker.SWEEP_SECONDS, worker.TICK_SECONDS = pace.sweep, pace.tick
    worker.CONNECT_SECONDS = pace.connect
    worker.run(concurrency)
