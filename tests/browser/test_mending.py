"""A person sees what went wrong without asking, and mends it: the banner, failed records, what is coming."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def number(page: Page, caption: str) -> int:
    """A number of the outcome, as it stands now."""
    return int(page.locator(".tally div", has_text=caption).locator("dd").inner_text())


def test_failed_records_are_tried_again_by_group_and_the_outcome_counts_up(page: Page) -> None:
    page.goto("/failed-records")
    rows = page.locator("#failed-records tbody tr")
    before = int(rows.first.locator("td").nth(3).inner_text())
    assert before > 0
    rows.first.locator("input[type=checkbox]").check()
    page.get_by_role("button", name="Try Again").click()
    page.wait_for_url(re.compile(r"/retries/\d+"))
    expect(page.locator(".tally div", has_text="To come").locator("dd")).to_have_text("0")
    assert number(page, "Failed before") == before
    ended = sum(number(page, caption) for caption in ("Done", "Skipped", "Failed again"))
    assert ended == before
    page.locator(".runs-made a").first.click()
    expect(page).to_have_url(re.compile(r"/job-queue-log-entries/\d+"))


def test_an_alert_appears_and_leaves_without_a_reload(person: Callable[..., Page]) -> None:
    watching, acting = person(), person()
    banner = watching.locator("#alert-banner")
    expect(banner).not_to_contain_text("This is a test of the channel")
    acting.goto("/alert-channels")
    acting.get_by_role("link", name="Every page").click()
    acting.get_by_role("button", name="Send a Test").click()
    expect(banner).to_contain_text("This is a test of the channel Every page.")
    acting.goto("/alerts")
    acting.locator("#alerts tbody tr", has_text="Test").first.locator("input[type=checkbox]").check()
    acting.get_by_role("button", name="Close Alert").click()
    expect(banner).not_to_contain_text("This is a test of the channel")


def test_a_new_webhook_shows_its_secret_in_a_dialog(page: Page) -> None:
    page.goto("/alert-channels/-/new")
    page.locator("[name=kind]").select_option("webhook")
    page.locator("[name=description]").fill("Watch")
    page.locator("[name=url]").fill("https://watch.example/hook")
    page.keyboard.press("Control+s")
    page.get_by_role("button", name="Show Secret").click()
    expect(page.locator("#waiting")).to_contain_text("whsec_")
    page.locator("#waiting").get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Delete").click()
    page.locator("#confirm").get_by_role("button", name="Yes").click()
    expect(page).to_have_url(re.compile(r"/alert-channels$"))


def test_what_the_policy_would_delete_follows_the_days_filled_in(page: Page) -> None:
    page.goto("/retention-policies/1/edit")
    page.locator("[name=keep_days]").fill("0")
    page.keyboard.press("Tab")
    expect(page.get_by_text("It is shown here once the days are right.")).to_be_visible()
    page.locator("[name=keep_days]").fill("30")
    page.keyboard.press("Tab")
    expect(page.get_by_text("It is cleared once an hour.")).to_be_visible()


def test_a_collision_is_foreseen_while_the_times_are_filled_in(page: Page) -> None:
    def fill_in(at: str) -> None:
        page.goto("/job-queue-entries/-/new")
        page.locator("[name=object_id_to_run]").select_option("30104")
        page.locator("[name=parameters-shop]").select_option("sandbox")
        for day in page.locator("[name=weekdays]").all():
            day.check()
        page.locator("[name=earliest_start_at]").fill(at)
        page.keyboard.press("Tab")

    warning = page.get_by_text("These entries will want the same at the same time.")
    fill_in("2030-01-07T03:00")
    page.keyboard.press("Control+s")
    page.get_by_role("button", name="Set Status to Ready").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ready")
    made = page.url.rpartition("/")[2]
    fill_in("2030-01-07T03:00")
    expect(warning).to_be_visible()
    expect(page.locator(".collisions a").first).to_have_attribute("href", f"/job-queue-entries/{made}")
    page.locator("[name=earliest_start_at]").fill("2030-01-07T04:00")
    page.keyboard.press("Tab")
    expect(warning).to_be_hidden()
