"""A run is paused, continued and stopped from its page, which shows by itself that it was; nothing is done twice."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Jono
from tests.browser.test_shops import open_the_shop

pytestmark = pytest.mark.browser

ORDERS = 260  # more than one page of the store's
EMPTY_AFTER_A_PAGE = {
    "kind": "throttle",
    "operation": "query OrdersById(",
    "times": None,
    # Dice that spare the first query, and none of the forty after it.
    "rate": 0.95,
    "seed": 523,
}
AT_ONCE = 3_000  # milliseconds; it is noticed within half a second, on a machine that has time


@pytest.fixture
def store(page: Page) -> Iterator[httpx.Client]:
    """The back door of the sandbox store; what was made to go wrong ends with the test."""
    open_the_shop(page, background=True)
    address = re.search(r"http://127\.0\.0\.1:\d+", page.locator("#main").inner_text())
    assert address
    with httpx.Client(base_url=f"{address[0]}/_control/") as store:
        yield store
        store.delete("faults").raise_for_status()


def test_a_run_is_paused_continued_and_stopped_and_nothing_is_done_twice(
    page: Page, jono: Jono, store: httpx.Client
) -> None:
    store.post("orders", json={"count": ORDERS}).raise_for_status()
    store.post("faults", json={"fault": EMPTY_AFTER_A_PAGE}).raise_for_status()
    heading = page.get_by_role("heading", level=1)
    page.get_by_role("button", name="Sync Orders").click()
    page.get_by_role("link", name="Show job queue entry").click()

    paused = open_run(page)
    read = page.locator(".tally div", has_text="In").locator("dd").first
    expect(read).not_to_have_text("0")
    page.get_by_role("button", name="Pause").click()
    expect(heading).to_contain_text("Stopped", timeout=AT_ONCE)
    first_page = int(read.inner_text())
    assert 0 < first_page < ORDERS
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("goes on where it was paused")).to_be_visible()

    stopped = open_run(page)
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("button", name="Yes").click()
    expect(heading).to_contain_text("Stopped", timeout=AT_ONCE)
    expect(read).to_have_text("0")
    expect(page.get_by_role("button", name="Continue")).to_have_count(0)

    store.delete("faults").raise_for_status()
    page.locator(".card a[href^='/job-queue-entries/']").click()
    page.get_by_role("button", name="Set Status to Ready").click()
    expect(heading).to_contain_text("Finished")
    last = open_run(page, "Success")
    assert done_in(jono, stopped) == []
    done_before, done_after = done_in(jono, paused), done_in(jono, last)
    assert 0 < len(done_before) <= first_page
    assert not set(done_before) & set(done_after)


def open_run(page: Page, status: str = "In Process") -> str:
    """Go from an entry's card to its run of that status; return its number."""
    runs = page.get_by_role("region", name="Log Entries", exact=True)
    runs.get_by_role("row").filter(has_text=status).locator("a.open").click()
    page.wait_for_url("**/job-queue-log-entries/*")
    return page.url.rpartition("/")[2]


def done_in(jono: Jono, run: str) -> list[Any]:
    """The orders that a run has done; those that failed are tried again by the next, which is as it should be."""
    records: Any = jono.command("jobs", "records", run, "--outcome", "done")
    return [record["key"] for record in records]
