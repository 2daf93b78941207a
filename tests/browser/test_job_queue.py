"""Point 3 of what a person can do: schedule a job, see when it will run, and watch it."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from jono.jobs.foresight import RUNS_AHEAD
from tests.browser.conftest import Jono

pytestmark = pytest.mark.browser


def fill_in(page: Page, description: str) -> None:
    """Fill in a new entry that runs every minute of every day."""
    page.goto("/job-queue-entries")
    page.keyboard.press("Alt+n")
    page.wait_for_url("**/-/new")
    page.get_by_label("Report").select_option(label="30104 Sync Orders from Shopify")
    page.get_by_label("Shop", exact=True).select_option("sandbox")
    page.get_by_label("Description").fill(description)
    for day in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"):
        page.get_by_label(day).check()
    page.get_by_label("No. of Minutes between Runs").fill("1")


def test_a_recurring_entry_is_made_made_ready_and_watched_as_it_runs(page: Page) -> None:
    fill_in(page, "Every minute")
    page.keyboard.press("Tab")
    coming = page.locator("details", has=page.get_by_role("heading", name="Next Runs")).locator("li")
    expect(coming).to_have_count(RUNS_AHEAD)
    page.keyboard.press("Control+s")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_contain_text("Every minute")
    expect(heading).to_contain_text("On Hold")
    expect(coming).to_have_count(RUNS_AHEAD)
    page.get_by_role("button", name="Set Status to Ready").click()
    expect(page.get_by_text(re.compile(r"Job queue entry \d+ is ready."))).to_be_visible()
    runs = page.get_by_role("region", name="Log Entries", exact=True)
    expect(runs.get_by_role("row").filter(has_text="Success").first).to_be_visible()
    expect(heading).to_contain_text("Ready")
    runs.locator("a.open").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Every minute")
    counts = [int(page.locator(".tally dd").nth(number).inner_text()) for number in range(4)]
    assert counts[0] == sum(counts[1:])
    page.go_back()
    page.get_by_role("button", name="Set On Hold").click()
    expect(heading).to_contain_text("On Hold")


def test_what_is_to_be_deleted_is_asked_first(page: Page) -> None:
    fill_in(page, "Short-lived")
    page.keyboard.press("Control+s")
    page.get_by_role("button", name="Delete").click()
    question = page.get_by_role("alertdialog")
    expect(question).to_contain_text("Delete? The runs stay in the log.")
    page.keyboard.press("Escape")
    expect(question).to_be_hidden()
    page.get_by_role("button", name="Delete").click()
    question.get_by_role("button", name="Yes").click()
    page.wait_for_url("**/job-queue-entries")
    expect(page.get_by_text("Its runs stay in the log.")).to_be_visible()


def test_a_list_shows_what_others_start_without_being_asked(page: Page, jono: Jono) -> None:
    page.goto("/job-queue-entries")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    entry = jono.command("sync", "orders", "--shop", "sandbox", "--background")
    row = page.locator(f"#job-queue-entries-{entry['no']}")
    expect(row).to_contain_text("Finished")


def test_a_page_in_the_background_rests_and_catches_up_when_it_is_seen(page: Page, jono: Jono) -> None:
    page.goto("/job-queue-entries")
    with page.expect_event("requestfailed", lambda request: "/live" in request.url):
        look(page, away=True)
    entry = jono.command("sync", "orders", "--shop", "sandbox", "--background")
    row = page.locator(f"#job-queue-entries-{entry['no']}")
    expect(row).to_have_count(0)
    look(page, away=False)
    expect(row).to_contain_text("Finished")


def look(page: Page, *, away: bool) -> None:
    """Look at another tab, or at this one again."""
    page.evaluate(
        """away => {
            Object.defineProperty(document, "hidden", { value: away, configurable: true });
            document.dispatchEvent(new Event("visibilitychange"));
        }""",
        away,
    )


def test_the_home_page_keeps_count(page: Page, jono: Jono) -> None:
    last = page.locator("#overview [data-rows] tr").first
    before = last.inner_text()
    jono.command("sync", "orders", "--shop", "sandbox")
    expect(last).not_to_have_text(before)


def test_a_live_row_keeps_its_place_and_its_choice(page: Page, jono: Jono) -> None:
    fill_in(page, "Kept")
    page.keyboard.press("Control+s")
    page.wait_for_url(re.compile(r"/job-queue-entries/\d+$"))
    no = page.url.rpartition("/")[2]
    page.goto("/job-queue-entries")
    row = page.locator(f"#job-queue-entries-{no}")
    row.get_by_role("checkbox").check()
    row.get_by_role("link").first.focus()
    jono.command("jobs", "ready", no)
    expect(row).to_contain_text("Ready")
    jono.command("jobs", "hold", no)
    expect(row).to_contain_text("On Hold")
    expect(row.get_by_role("checkbox")).to_be_checked()
    expect(row.get_by_role("link").first).to_be_focused()


def test_failed_records_are_found_and_tried_again(page: Page) -> None:
    page.goto("/job-queue-log-entries")
    page.locator("[data-rows] tr").filter(has_text="Sync Orders from Shopify").last.locator("a.open").click()
    records = page.get_by_role("region", name="Records", exact=True)
    records.get_by_role("button", name="Failed").click()
    expect(page).to_have_url(re.compile("records.outcome=failed"))
    expect(records.locator("[data-rows]")).not_to_contain_text("Done")
    retry = records.get_by_role("button", name="Try Again")
    expect(retry).to_be_disabled()
    records.locator("[data-rows] tr").first.get_by_role("checkbox").check()
    retry.click()
    expect(page.get_by_text("Trying again in the background as job queue entry")).to_be_visible()


def test_lists_are_walked_with_the_keyboard(page: Page) -> None:
    page.goto("/shopify-orders")
    rows = page.locator("[data-rows] a.open")
    page.keyboard.press("ArrowDown")
    expect(rows.nth(0)).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(page.locator("[name=record]").nth(1)).to_be_checked()
    expect(page.get_by_role("button", name="Create Sales Document")).to_be_enabled()
    page.keyboard.press("End")
    expect(rows.last).to_be_focused()
    page.keyboard.press("F3")
    expect(page.get_by_role("searchbox", name="Search", exact=True)).to_be_focused()
    page.keyboard.type("#1001")
    expect(rows).to_have_count(1)
    page.keyboard.press("ArrowDown")
    expect(rows.first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("#1001")
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", level=1)).to_have_text("Shopify Orders")


def test_every_shortcut_is_told(page: Page) -> None:
    page.get_by_text("admin").click()
    page.get_by_role("button", name="Keyboard shortcuts").click()
    for keys in ("Alt+Q", "Alt+N", "F2", "F3", "Ctrl+S", "Esc"):
        expect(page.get_by_role("dialog").get_by_text(keys, exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_the_connection_for_live_rows_is_one_a_page(person: Callable[..., Page]) -> None:
    page, lists = person(), ["/job-queue-entries", "/job-queue-log-entries"]
    opened_by: list[str] = []
    page.on(
        "request",
        lambda asked: (
            opened_by.append(urlsplit(asked.headers["referer"]).path) if "/live" in asked.url else None
        ),
    )
    for address in lists:
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert [each for each in opened_by if each in lists] == lists
