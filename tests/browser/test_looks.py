"""The pages fit a desk and a phone, day and night, in English and in Finnish."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, WIDE

pytestmark = pytest.mark.browser

ADDRESSES = (
    "/",
    "/shopify-shops",
    "/shopify-shops/sandbox",
    "/shopify-shops/sandbox/edit",
    "/shopify-orders",
    "/job-queue-entries",
    "/job-queue-entries/-/new",
    "/job-queue-log-entries",
    "/sales-orders",
    "/vat-posting-setup",
    "/nowhere",
)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["desk", "phone"])
@pytest.mark.parametrize("language", ["en", "fi"])
def test_no_page_is_wider_than_its_screen(
    person: Callable[..., Page], size: tuple[int, int], language: str, tmp_path: Path
) -> None:
    page = person(size=size, language=language, light="dark" if language == "fi" else "light")
    for address in ADDRESSES:
        page.goto(address)
        page.screenshot(
            path=tmp_path / f"{address.strip('/').replace('/', '-') or 'home'}.png", full_page=True
        )
        assert page.evaluate("() => document.documentElement.scrollWidth") <= size[0], address


def test_the_menu_opens_on_a_phone(person: Callable[..., Page]) -> None:
    page = person(size=NARROW)
    menu = page.get_by_role("navigation", name="Pages")
    expect(menu).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    menu.get_by_role("link", name="Shopify Orders").click()
    page.wait_for_url("**/shopify-orders")
    expect(menu).to_be_hidden()


def test_a_person_turns_to_finnish_and_stays_there(newcomer: Page) -> None:
    newcomer.goto("/shopify-orders")
    newcomer.get_by_text("kaisa").click()
    newcomer.get_by_role("button", name="Suomi").click()
    expect(newcomer.get_by_role("heading", level=1)).to_have_text("Shopify-tilaukset")
    first = newcomer.locator("[data-rows] tr").first
    expect(first).to_contain_text(re.compile(r"\d+\.\d+\.20\d\d \d+\.\d\d"))
    expect(first).to_contain_text(re.compile(r"\d,\d\d\s€"))
    newcomer.keyboard.press("Alt+q")
    newcomer.keyboard.type("kauppa")
    expect(newcomer.get_by_role("option").first).to_contain_text("Shopify-kaupat")
    newcomer.keyboard.press("Enter")
    expect(newcomer.get_by_role("heading", level=1)).to_have_text("Shopify-kaupat")


def test_a_person_turns_the_lights_off_and_on(newcomer: Page) -> None:
    def ground() -> str:
        colour: str = newcomer.evaluate("() => getComputedStyle(document.body).backgroundColor")
        return colour

    light = ground()
    newcomer.get_by_text("kaisa").click()
    newcomer.get_by_role("button", name="Dark").click()
    expect(newcomer.locator("html")).to_have_attribute("data-theme", "dark")
    assert ground() != light
    newcomer.goto("/users")
    assert ground() != light


def test_the_keyboard_always_shows_where_it_is(page: Page) -> None:
    page.goto("/shopify-orders")
    for _step in range(12):
        page.keyboard.press("Tab")
        outline = page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"
