"""What the store does while nobody asks: jobs are done, webhooks go out, bulk operations go on, by its own clock."""

import asyncio
import logging

from jono.sandbox import jobs
from jono.sandbox.answering import Desk
from jono.sandbox.bulk.operations import proceed
from jono.sandbox.bulk_work import works
from jono.sandbox.deliveries import deliver_due, next_due
from jono.sandbox.mutations import finish

LONGEST_WAIT = 1.0  # the store's clock may be set, or run fast, at any moment
_log = logging.getLogger(__name__)


def work(desk: Desk) -> float:
    """Do all that is due; return how many real seconds may pass before something is due again."""
    with desk.working:
        jobs.proceed(desk.state, lambda name, arguments: finish(desk.state, name, arguments))
        due = [proceed(desk.state, works(desk.faults)), jobs.next_due(desk.state)]
        deliver_due(desk.state, desk.faults)
        due.append(next_due(desk.state))
    soonest = min((each for each in due if each is not None), default=None)
    if soonest is None or not desk.state.clock.speed:
        return LONGEST_WAIT
    left = (soonest - desk.state.clock.seconds()) / desk.state.clock.speed
    return min(max(left, 0.0), LONGEST_WAIT)


class Background:
    """The task that works beside the requests; it begins with the first of them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._news: asyncio.Event | None = None
        self._task: asyncio.Task[None] | None = None

    def wake(self) -> None:
        """Look at once whether something is due: a request may have brought it."""
        if self._task is None or self._task.done() or self._news is None:
            self._news = asyncio.Event()
            self._task = asyncio.get_running_loop().create_task(self._run(self._news))
        self._news.set()

    async def _run(self, news: asyncio.Event) -> None:
        while True:
            news.clear()
            try:
                wait = await asyncio.to_thread(work, self._desk)
            except Exception:  # noqa: BLE001 - the store goes on; what broke is told, and tried again
                _log.exception("The sandbox store's background work failed.")
                wait = LONGEST_WAIT
            try:
                await asyncio.wait_for(news.wait(), wait)
            except TimeoutError:
                continue
