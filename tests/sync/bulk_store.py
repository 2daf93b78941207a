"""A store so short of points that everything is best read from a file that it prepares; and a way through its waits."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.test import override_settings

from jono.jobs import queue
from jono.jobs.models import JobQueueEntry, Run
from jono.kit.http import Http
from jono.sandbox.bucket import Plan
from jono.sandbox.products import put_products
from jono.sandbox.state import Record
from jono.shopify.models import Shop
from tests.stores import empty_store, served
from tests.sync.conftest import Kahvila, finish, goods

POOR = Plan(maximum=10_000, restore_rate=1)
IMPORT = 30104
PATIENCE = 20


@contextmanager
def poor_kahvila() -> Iterator[Kahvila]:
    """Open the store on a port of its own."""
    state = empty_store()
    put_products(state, goods(), "EUR")
    state.clock.run(0)  # it stands still but when it is let pass
    with served(state, POOR) as address, override_settings(JONO_SANDBOX_ALLOWED=True):
        yield Kahvila(state, address)
    state.close()


def let_time_pass(kahvila: Kahvila, seconds: float = 5) -> None:
    """Let the store get on with its work."""
    kahvila.state.clock.advance(seconds)
    with Http(kahvila.address) as back_door:
        for _ in range(2):  # to the end of its work, and to the end of its time
            assert back_door.post("/_control/work", {}).status < 300


def fault(kahvila: Kahvila, **what: object) -> None:
    """Let something go wrong at the store."""
    with Http(kahvila.address) as back_door:
        assert back_door.post("/_control/faults", {"fault": what}).status < 300


def start(shop: Shop) -> JobQueueEntry:
    """Start an import in the background."""
    return queue.start_now(IMPORT, shop.company_code, {"shop": shop.code})


def go_through(entry: JobQueueEntry, kahvila: Kahvila) -> list[Run]:
    """Perform the entry's runs, as the store gets on, until one is not put off; return them all."""
    runs = [finish(entry if entry.runs.filter(ended_at=None) else queue.restart(entry))]
    while runs[-1].status == Run.Status.PUT_OFF:
        assert len(runs) < PATIENCE, runs[-1].error
        let_time_pass(kahvila)
        runs.append(finish(queue.restart(entry)))
    return runs


def operations_in(kahvila: Kahvila) -> list[Record]:
    """The bulk operations that the store has been asked for."""
    return list(kahvila.state.all("BulkOperation"))
