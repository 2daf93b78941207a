"""Live rows: each browser hears what changed, from the moment its page was made, whatever breaks meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import psycopg
import pytest
from asgiref.sync import sync_to_async
from django.db import connection

from jono.jobs.models import JobQueueEntry
from jono.jobs.news import tell as tell_change
from jono.web import live
from jono.web.live import News

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def address() -> str:
    """How to reach the test's database from another connection."""
    given = connection.get_connection_params()
    return psycopg.conninfo.make_conninfo(
        **{name: given[name] for name in ("host", "port", "user", "dbname", "password") if given.get(name)}
    )


Tell = Callable[[str], Awaitable[None]]


def run(story: Callable[[News, Tell], Awaitable[None]], address: str) -> None:
    """Let a story happen in a web process of its own; `tell` is a worker's commit elsewhere."""

    async def tell(change: str) -> None:
        async with await psycopg.AsyncConnection.connect(address, autocommit=True) as worker:
            await worker.execute("SELECT pg_notify('jono_jobs', %s)", [change])

    async def whole() -> None:
        news = News()
        async with asyncio.timeout(10):
            await story(news, tell)

    asyncio.run(whole())


async def events(stream: AsyncIterator[str], count: int) -> list[tuple[str, str]]:
    """The next events of a stream: name and data; what only keeps the line open is passed over."""
    heard: list[tuple[str, str]] = []
    while len(heard) < count:
        text = await anext(stream)
        fields = dict(
            line.split(": ", 1) for line in text.splitlines() if not line.startswith(":") and ": " in line
        )
        if "event" in fields:
            heard.append((fields["event"], fields.get("data", "")))
    return heard


async def listening(news: News) -> AsyncIterator[str]:
    """A first stream, which makes the process listen."""
    stream = news.stream("")
    assert await events(stream, 1) == [("refresh", "")]
    return stream


def test_a_change_reaches_every_browser(address: str) -> None:
    async def story(news: News, tell: Tell) -> None:
        one = await listening(news)
        other = news.stream(news.position())
        await anext(other)
        await tell("entry:7")
        assert await events(one, 1) == await events(other, 1) == [("change", "entry:7")]

    run(story, address)


def test_what_changes_between_making_a_page_and_listening_is_not_lost(address: str) -> None:
    async def story(news: News, tell: Tell) -> None:
        first = await listening(news)
        made_at = news.position()
        await tell("run:1")
        await events(first, 1)
        assert await events(news.stream(made_at), 1) == [("change", "run:1")]

    run(story, address)


def test_many_changes_of_one_row_are_told_as_one(address: str) -> None:
    async def story(news: News, tell: Tell) -> None:
        first = await listening(news)
        made_at = news.position()
        for change in ("run:1", "run:1", "run:2", "run:1"):
            await tell(change)
        while news.position() != f"{made_at.rpartition('-')[0]}-4":
            await events(first, 1)
        assert await events(news.stream(made_at), 2) == [("change", "run:1"), ("change", "run:2")]

    run(story, address)


def test_a_page_made_before_anybody_listened_asks_anew(address: str) -> None:
    async def story(news: News, _tell: Tell) -> None:
        assert news.position() == ""
        await listening(news)
        assert news.position()

    run(story, address)


def test_a_page_of_another_process_or_from_long_ago_asks_anew(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "KEPT", 3)

    async def story(news: News, tell: Tell) -> None:
        first = await listening(news)
        made_at = news.position()
        for number in range(4):
            await tell(f"entry:{number}")
        while news.position() != f"{made_at.rpartition('-')[0]}-4":
            await events(first, 1)
        for since in (made_at, "another-1", "nonsense", "-"):
            assert await events(news.stream(since), 1) == [("refresh", "")]

    run(story, address)


def test_a_lost_connection_is_made_again_and_every_page_asks_anew(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "RECONNECT_SECONDS", 0.05)

    async def story(news: News, tell: Tell) -> None:
        first = await listening(news)
        async with await psycopg.AsyncConnection.connect(address, autocommit=True) as admin:
            await admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'LISTEN jono_jobs'"
            )
        assert await events(first, 1) == [("refresh", "")]
        await tell("entry:8")
        assert await events(first, 1) == [("change", "entry:8")]

    run(story, address)


def test_a_browser_that_leaves_is_forgotten(address: str) -> None:
    async def story(news: News, _tell: Tell) -> None:
        stream = await listening(news)
        assert len(news._ears) == 1
        await stream.aclose()  # type: ignore[attr-defined]
        assert not news._ears

    run(story, address)


def test_the_queue_tells_what_the_pages_listen_to(address: str) -> None:
    def change() -> None:
        tell_change(JobQueueEntry(pk=12))
        connection.close()

    async def story(news: News, _tell: Tell) -> None:
        first = await listening(news)
        await sync_to_async(change)()
        assert await events(first, 1) == [("change", "entry:12")]

    run(story, address)
