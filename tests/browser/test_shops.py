"""Point 2 of what a person can do: tell, find the shop, sync it in the background or while waiting."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

pytestmark = pytest.mark.browser

PERFORM = re.compile(r"/foreground/\d+$")


def open_the_shop(page: Page, background: bool) -> None:
    """Go to the sandbox shop's card with nothing but the keyboard; leave the switch as wished."""
    page.keyboard.press("Alt+q")
    asked = page.get_by_role("combobox", name="Tell me what you want to do")
    expect(asked).to_be_focused()
    page.keyboard.type("shop")
    expect(page.get_by_role("option").first).to_have_text(re.compile("Shopify Shops"))
    expect(page.get_by_role("option").first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    page.wait_for_url("**/shopify-shops")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="sandbox", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/shopify-shops/sandbox")
    switch = page.get_by_role("switch", name="Allow Background Syncs")
    if switch.get_attribute("aria-checked") != str(background).lower():
        switch.focus()
        page.keyboard.press("Space")
    expect(switch).to_have_attribute("aria-checked", str(background).lower())


def test_in_the_background_a_message_with_a_link_comes_at_once_and_the_person_goes_on(page: Page) -> None:
    open_the_shop(page, background=True)
    page.get_by_role("button", name="Sync Orders").focus()
    page.keyboard.press("Enter")
    message = page.get_by_role("status").filter(has_text="was started in the background as job queue entry")
    expect(message).to_be_visible()
    expect(page).to_have_url(re.compile("/shopify-shops/sandbox$"))
    message.get_by_role("link", name="Show job queue entry").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Sync Orders from Shopify")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Finished")
    expect(page.get_by_role("region", name="Log Entries")).to_contain_text("Success")


def test_with_background_syncs_off_the_page_waits_and_ends_with_the_outcome(page: Page) -> None:
    open_the_shop(page, background=False)
    held: list[Route] = []
    page.route(PERFORM, lambda route: held.append(route))
    with page.expect_request(PERFORM):
        page.get_by_role("button", name="Sync Orders").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("This runs while you wait.")
    expect(dialog.get_by_role("progressbar")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_visible()
    held[0].continue_()
    expect(dialog).to_contain_text("Ended well.")
    expect(dialog.get_by_role("button", name="Close")).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    open_the_shop(page, background=True)


def test_a_connection_lost_while_waiting_is_told_and_the_dialog_can_be_left(page: Page) -> None:
    open_the_shop(page, background=False)
    page.route(PERFORM, lambda route: route.fulfill(status=502))
    page.get_by_role("button", name="Sync Orders").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("The connection was lost while the run went on.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_bad_input_is_answered_beside_its_field_which_has_the_focus(page: Page) -> None:
    page.goto("/shopify-shops/sandbox/edit")
    page.get_by_label("Shopify Admin URL").fill("https://elsewhere.example")
    page.keyboard.press("Control+s")
    field = page.get_by_label("Shopify Admin URL")
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description(re.compile("is not the address of a Shopify store"))
    page.keyboard.press("Escape")
    page.wait_for_url("**/shopify-shops/sandbox")


def test_an_order_leads_to_its_sales_document_and_back(page: Page) -> None:
    page.goto("/shopify-orders?processed=True")
    number = page.locator("[data-rows] a.open").first.inner_text()
    page.locator("[data-rows] a.open").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(number)
    expect(page.get_by_role("region", name="Lines", exact=True)).to_be_visible()
    page.locator("#group-0 a, #group-1 a").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile("Sales (Order|Invoice)"))
    page.get_by_role("link", name=number, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"Shopify Order {number}")
