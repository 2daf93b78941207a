"""Live rows: one ear on the database for the whole process, and a stream of events for each browser.

PostgreSQL tells the channel `jono_jobs` which entry or run has changed (`entry:12`). Each browser's stream passes on
what changed since its page was made, so that nothing falls between making a page and listening. When that cannot be
known, because the connection was lost or another process made the page, the stream says `refresh` and the page asks
for its rows anew.
"""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import AsyncIterator
from time import monotonic
from typing import Any
from uuid import uuid4

import psycopg
from django.db import connection
from django.http import HttpRequest, StreamingHttpResponse
from django.views.decorators.http import require_GET

CHANNEL = "jono_jobs"
KEPT = 2000
SETTLE_SECONDS = 0.25
PING_SECONDS = 20.0
STREAM_SECONDS = 15 * 60.0
RECONNECT_SECONDS = 1.0

log = logging.getLogger(__name__)


class News:
    """What has changed, numbered within a span: the time that one connection has listened without a break."""

    def __init__(self) -> None:
        self._now: tuple[str, int] | None = None
        self._kept: deque[tuple[int, str]] = deque(maxlen=KEPT)
        self._ears: set[asyncio.Event] = set()
        self._task: asyncio.Task[None] | None = None

    def position(self) -> str:
        """Return where the news are now, to stream from later; empty while nobody listens."""
        now = self._now
        return "{}-{}".format(*now) if now else ""

    async def stream(self, since: str) -> AsyncIterator[str]:
        """Yield server-sent events from a position on, several changes of one row as one."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._listen())
        ear, end = asyncio.Event(), monotonic() + STREAM_SECONDS
        self._ears.add(ear)
        try:
            yield "retry: 1000\n\n"
            while monotonic() < end:
                ear.clear()
                events, since = self._after(since)
                for event in events:
                    yield event
                if events:
                    await asyncio.sleep(SETTLE_SECONDS)
                elif not await _heard(ear):
                    yield ": still here\n\n"
        finally:
            self._ears.discard(ear)

    def _after(self, since: str) -> tuple[list[str], str]:
        """The events since a position, and the position after them."""
        if self._now is None:
            return [], since
        (span, last), position = self._now, self.position()
        known, _dash, number = since.rpartition("-")
        seen = int(number) if number.isdigit() else -1
        first_kept = self._kept[0][0] if self._kept else last + 1
        if known != span or seen < first_kept - 1:
            return [_event("refresh", "", position)], position
        changes = dict.fromkeys(change for at, change in self._kept if at > seen)
        return [_event("change", change, position) for change in changes], position

    async def _listen(self) -> None:
        """Listen for ever; a connection that breaks begins a new span, which refreshes every page."""
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(**connection_parameters()) as ear:
                    await ear.execute(f"LISTEN {CHANNEL}")
                    self._begin_span()
                    while True:
                        async for notice in ear.notifies(timeout=PING_SECONDS):
                            self._add(notice.payload)
                        await ear.execute("SELECT 1")
            except psycopg.Error as error:
                log.warning("live rows have lost the database and try again: %s", error)
            finally:
                self._now = None
            await asyncio.sleep(RECONNECT_SECONDS)

    def _begin_span(self) -> None:
        self._kept.clear()
        self._now = (uuid4().hex[:12], 0)
        self._wake()

    def _add(self, change: str) -> None:
        if self._now:
            span, last = self._now
            self._kept.append((last + 1, change))
            self._now = (span, last + 1)
            self._wake()

    def _wake(self) -> None:
        for ear in self._ears:
            ear.set()


news = News()


@require_GET
async def stream(request: HttpRequest) -> StreamingHttpResponse:
    """Answer with the stream of events for one browser, from where its page or its last connection left off."""
    since = request.headers.get("Last-Event-ID") or request.GET.get("since", "")
    answer = StreamingHttpResponse(news.stream(since), content_type="text/event-stream")
    answer["Cache-Control"] = "no-store"
    answer["X-Accel-Buffering"] = "no"
    return answer


async def _heard(ear: asyncio.Event) -> bool:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(ear.wait(), PING_SECONDS)
    return ear.is_set()


def _event(name: str, data: str, position: str) -> str:
    return f"id: {position}\nevent: {name}\ndata: {data}\n\n"


def connection_parameters() -> dict[str, Any]:
    """The parameters of Django's own connection, less what only its cursors need."""
    ours = {"cursor_factory", "context", "prepare_threshold", "server_side_binding"}
    given = {name: value for name, value in connection.get_connection_params().items() if name not in ours}
    return {**given, "autocommit": True, "connect_timeout": 5}
