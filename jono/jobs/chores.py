"""What a worker does now and then beside its runs, each chore on a thread of its own so that none waits for another."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from jono.jobs import causes, deliveries, engine, retention
from jono.kit.clock import now

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Chore:
    """Something to be done again and again, so many seconds after it was done last."""

    name: str
    do: Callable[[datetime], object]
    seconds: float


CHORES = (
    Chore("alerts", causes.look, 10.0),
    Chore("deliveries", deliveries.send_due, 2.0),
    Chore("retention", retention.clear_if_due, 60.0),
    Chore("left behind", engine.forget_left_behind, 60.0),
)


def start(stopping: threading.Event) -> None:
    """Begin all chores; they end when `stopping` is set, or with the process."""
    for chore in CHORES:
        threading.Thread(target=_keep_doing, args=[chore, stopping], name=chore.name, daemon=True).start()


def _keep_doing(chore: Chore, stopping: threading.Event) -> None:
    while not stopping.wait(chore.seconds):
        try:
            chore.do(now())
        except Exception:
            # The database is away, or it is a bug: the other chores and the runs go on, and this one tries again.
            log.exception("the chore %s failed", chore.name)
        finally:
            connection.close()
