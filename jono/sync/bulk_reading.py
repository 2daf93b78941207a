"""Reads a store's records from a file that the store prepares: over as many runs as that takes, each record once.

What is under way is a row (`jono.shopify.models.BulkOperation`), written before the store is asked; so a run that goes
on after another finds the same operation, whatever became of the other. While the store is at work the run is put off
and no worker waits. How far the file has been dealt with moves in the transaction that deals with it.
"""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from itertools import islice
from typing import TypeVar

from pydantic import BaseModel

from jono.jobs import queue
from jono.jobs.models import Run
from jono.jobs.work import Page, Work
from jono.kit.clock import now
from jono.kit.errors import RetryLater, UserError, gettext_noop
from jono.shopify.bulk import operations as bulk
from jono.shopify.bulk.files import ExpiredError
from jono.shopify.bulk.form import BulkForm, bulk_form
from jono.shopify.bulk.operations import BulkState
from jono.shopify.bulk.reading import Placed, UnreadableFileError, open_records
from jono.shopify.client import PAGE_SIZE, Store
from jono.shopify.models import BulkOperation, Shop
from jono.shopify.operations import operations

T = TypeVar("T", bound=BaseModel)

MOST_FAILURES = 2
"""After so many in a row the store is not asked for another file."""
_GONE = "EXPIRED"
_PASSING = {_GONE, "INTERNAL_SERVER_ERROR"}
"""What asking once more may help against."""
SHORTEST_WAIT, LONGEST_WAIT = timedelta(seconds=3), timedelta(minutes=5)

PREPARING = gettext_noop(
    "The store is preparing the file: %(done)s of about %(expected)s records so far. This goes on by itself."
)
GOES_ON = gettext_noop("Goes on with the file that an earlier run has asked the store for.")
EXPIRED = gettext_noop("The store keeps the file that it prepared no longer.")
FAILED = gettext_noop(
    "The store could not prepare the whole file (%(reason)s). The %(records)s records in it were dealt with."
)


def under_way(shop: Shop, purpose: str) -> BulkOperation | None:
    """Return the operation that an earlier run has left."""
    return BulkOperation.objects.filter(shop=shop, purpose=purpose).first()


def begin(
    work: Work, shop: Shop, purpose: str, result: type[BaseModel], expected: int, **variables: object
) -> BulkOperation:
    """Write down that the store is to read a query of ours into a file; `read` asks it."""
    with work.page():
        return BulkOperation.objects.create(
            shop=shop, purpose=purpose, operation=result.__name__, variables=variables, expected=expected
        )


def read(
    work: Work,
    store: Store,
    task: BulkOperation,
    model: type[T],
    deal: Callable[[Page, list[T]], None],
    then: Callable[[], None],
) -> None:
    """Deal with the records of the file, a page at a time, and with `then` when that were all there are.

    It is not done when the store could not prepare the file: what it had was dealt with, and the run notes so; the
    rest is to be read in another way. Raises RetryLater while the store is at work, and where the
    file breaks off: the next run goes on from there.
    """
    while True:
        state = _ended(work, store, task)
        lack = _GONE if state is None else _deal_with_all(work, store, task, state, model, deal)
        if not lack:
            with work.page():
                then()
                task.delete()
            return
        if lack == _GONE:
            work.note(EXPIRED)
        else:
            work.note(FAILED, reason=lack, records=task.records)
        if lack not in _PASSING or task.failures + 1 >= MOST_FAILURES:
            with work.page():
                task.delete()
            return
        _ask_anew(work, task)


def _deal_with_all(
    work: Work,
    store: Store,
    task: BulkOperation,
    state: BulkState,
    model: type[T],
    deal: Callable[[Page, list[T]], None],
) -> str:
    """Deal with what the file holds; return what keeps that from being all there is, nothing when it is."""
    try:
        for page in _pages(store, task, state, model):
            with work.page() as opened:
                deal(opened, [each.record for each in page])
                _move(task, page)
    except ExpiredError:
        return _GONE
    except UnreadableFileError as error:
        return str(error)
    return _lack(task, state)


def _pages(store: Store, task: BulkOperation, state: BulkState, model: type[T]) -> Iterator[list[Placed[T]]]:
    """The records of the file that have not been dealt with yet, so many at a time."""
    with open_records(_form(task), model, state, store.address, task.position) as records:
        while page := list(islice(records, PAGE_SIZE)):
            yield page


def _move(task: BulkOperation, page: list[Placed[T]]) -> None:
    task.position = page[-1].position
    task.lines += sum(each.lines for each in page)
    task.records += len(page)
    task.save(update_fields=["position", "lines", "records"])


def _lack(task: BulkOperation, state: BulkState) -> str:
    """What keeps the file from being all there is; nothing when it is."""
    if state.status != "COMPLETED":
        return state.error_code or state.status
    if task.lines < state.object_count or task.records < state.root_object_count:
        return f"{task.records}/{state.root_object_count}, {task.lines}/{state.object_count}"
    return ""


def _ended(work: Work, store: Store, task: BulkOperation) -> BulkState | None:
    """How the operation has ended, None when the store keeps it no longer; it is asked for unless it was.

    Raises RetryLater while the store is at work; in the foreground waits.
    """
    with _cancelled_by_a_stop(work, store, task):
        while True:
            state = bulk.look(store, task.gid) if task.gid else _start(work, store, task)
            work.check()
            if state is None or not bulk.is_under_way(state):
                return None if state is None or state.status == "EXPIRED" else state
            _wait(work, task, state)


def _start(work: Work, store: Store, task: BulkOperation) -> BulkState:
    """Ask the store, once: where it was asked before and nobody heard the answer, look for the operation first."""
    state = bulk.find(store, task.key, task.asked_at) if task.asked_at else None
    if state is None:
        task.asked_at = now()
        with work.page():
            task.save(update_fields=["asked_at"])
        state = bulk.start_query(store, _form(task).text, task.key, task.asked_at)
    task.gid, task.began_at = state.id, state.created_at
    with work.page():
        task.save(update_fields=["gid", "began_at"])
    return state


def _wait(work: Work, task: BulkOperation, state: BulkState) -> None:
    """Come back later: the longer it has taken, the later."""
    taken = now() - (task.asked_at or now())
    wait = min(LONGEST_WAIT, max(SHORTEST_WAIT, taken / 2))
    if work.run.foreground:
        work.sleep(wait.total_seconds())
        return
    with work.page():
        task.entry_no = work.run.entry_id
        task.save(update_fields=["entry_no"])
    raise RetryLater(now() + wait, PREPARING, done=state.root_object_count, expected=task.expected)


def _ask_anew(work: Work, task: BulkOperation) -> None:
    """Forget the operation; the store is asked for another."""
    task.key, task.asked_at, task.gid, task.began_at = uuid.uuid4(), None, "", None
    task.position = task.lines = task.records = 0
    task.failures += 1
    with work.page():
        task.save()


@contextmanager
def _cancelled_by_a_stop(work: Work, store: Store, task: BulkOperation) -> Iterator[None]:
    """When a person stops the run, let the store stop, too. A pause lets it work on: the run will be continued."""
    try:
        yield
    except queue.Stopped:
        stopped = Run.objects.filter(pk=work.run.pk, requested=Run.Request.STOP).exists()
        # Where the store does not take it now, the operation ends by itself, and the next run finds it.
        with suppress(queue.Stopped, RetryLater, UserError):
            if stopped and task.gid:
                bulk.cancel(store, task.gid)
                task.delete()
        raise


def _form(task: BulkOperation) -> BulkForm:
    return bulk_form(operations()[task.operation], task.variables, task.key)
