"""A shop's card: its sections, its switches, and a token that goes in and never comes out."""

from typing import Any

import pytest
from django.test import Client

from jono.jobs.models import JobQueueEntry, Run
from jono.kit.clock import now
from jono.office.models import Company, GLAccount
from jono.sandbox.access import grant
from jono.shopify.models import OrderSettings, Shop
from tests.sync.conftest import Kahvila

CARD = "/shopify-shops/kahvila"
NEW_SHOP = {
    "code": "torikauppa",
    "company_code": "NORDIC",
    "shopify_url": "admin.shopify.com/store/torikauppa/orders",
    "currency_code": "",
    "logging_mode": "error only",
    "connection-sign_in_method": "token",
    "connection-access_token": "shpat_" + "0" * 32,
    "orders_section-currency_handling": "shop",
    "customers_section-customer_mapping_type": "email or phone",
    "customers_section-name_source": "company",
    "customers_section-name_2_source": "first last",
    "customers_section-contact_source": "first last",
    "customers_section-county_source": "code",
    "products_section-sku_mapping": "item no",
    "products_section-sku_field_separator": "|",
}


def test_a_new_shop_has_all_its_sections_and_a_sealed_token(pages: Client, company: Company) -> None:
    answer = pages.post("/shopify-shops/-/new", NEW_SHOP)
    assert answer.headers["Location"] == "/shopify-shops/torikauppa"
    shop = Shop.objects.get()
    assert shop.shopify_url == "https://torikauppa.myshopify.com"
    assert shop.connection.access_token == NEW_SHOP["connection-access_token"]
    assert shop.orders_section.currency_handling == "shop"
    assert (shop.customers_section.county_source, shop.products_section.sku_mapping) == ("code", "item no")
    for address in ("/shopify-shops/torikauppa", "/shopify-shops/torikauppa/edit"):
        assert NEW_SHOP["connection-access_token"] not in pages.get(address).text


@pytest.mark.parametrize(
    ("field", "given", "problem"),
    [
        (
            "shopify_url",
            "https://evil.example",
            "https://evil.example is not the address of a Shopify store.",
        ),
        ("company_code", "NOBODY", "There is no company NOBODY. Choose one of the list."),
        ("code", "", "This field is required."),
        ("orders_section-tip_account", "4711", "There is no G/L account 4711."),
    ],
)
def test_bad_input_is_answered_beside_its_field(
    pages: Client, company: Company, field: str, given: str, problem: str
) -> None:
    answer = pages.post("/shopify-shops/-/new", {**NEW_SHOP, field: given})
    assert answer.status_code == 422
    assert problem in answer.text
    assert not Shop.objects.exists()
    assert not OrderSettings.objects.exists()


def test_an_account_that_may_not_be_sold_on_is_refused(pages: Client, shop: Shop) -> None:
    GLAccount.objects.filter(no="3060").update(direct_posting=False)
    answer = pages.post(f"{CARD}/edit", {**NEW_SHOP, "orders_section-tip_account": "3060"})
    assert "does not allow direct posting" in answer.text


def test_a_blank_token_keeps_the_present_one_and_the_code_stays(pages: Client, shop: Shop) -> None:
    present = shop.connection.access_token
    changed: dict[str, Any] = {
        **NEW_SHOP,
        "connection-access_token": "",
        "shopify_url": "https://kahvila.myshopify.com",
    }
    assert pages.post(f"{CARD}/edit", changed).headers["Location"] == CARD
    changed_shop = Shop.objects.get()
    assert (changed_shop.code, changed_shop.connection.access_token) == ("kahvila", present)


def test_a_switch_is_turned_on_the_spot(pages: Client, shop: Shop) -> None:
    turn = f"{CARD}/switch/allow_background_syncs"
    answer = pages.post(turn, headers={"HX-Request": "true"})
    assert 'aria-checked="false"' in answer.text
    shop.refresh_from_db()
    assert not shop.allow_background_syncs
    assert pages.post(turn, {"back": CARD}).headers["Location"] == CARD
    shop.refresh_from_db()
    assert shop.allow_background_syncs


def test_a_shop_that_is_switched_on_is_checked_at_once_and_daily(pages: Client, shop: Shop) -> None:
    Shop.objects.update(enabled=False)
    pages.post(f"{CARD}/switch/enabled")
    entry = JobQueueEntry.objects.get()
    assert (entry.caption, entry.recurring) == ("kahvila: check the connection to Shopify", True)
    assert entry.earliest_start_at
    assert entry.earliest_start_at <= now()
    pages.post(f"{CARD}/switch/enabled")
    pages.post(f"{CARD}/switch/enabled")
    assert JobQueueEntry.objects.count() == 1


def test_only_switches_can_be_turned(pages: Client, shop: Shop) -> None:
    for path in ("code", "orders_section.auto_release_sales_documents", "connection.sealed_token", "nothing"):
        assert pages.post(f"{CARD}/switch/{path}").status_code == 404


def test_the_cues_count_what_waits(pages: Client, imported: Run) -> None:
    tiles = {str(tile.caption): tile for room in pages.get("/").context["tiles"] for tile in room.tiles}
    unprocessed = tiles["Unprocessed Orders"]
    assert (unprocessed.count, unprocessed.tone) == (1, "warn")
    listed = pages.get(unprocessed.address).context["listing"]
    assert [row.record.shopify_order_no for row in listed.rows()] == ["#1002"]
    assert tiles["Tasks Failed"].tone == "calm"


def test_a_connection_is_tested_from_the_card(pages: Client, shop: Shop) -> None:
    answer = pages.post(f"{CARD}/do/test-connection", follow=True)
    assert "Kaamos &amp; Kahvi" in answer.text


def test_what_a_connection_lacks_is_told_with_the_jobs_that_need_it(
    pages: Client, shop: Shop, kahvila: Kahvila
) -> None:
    grant(kahvila.state, {"read_orders", "read_products", "read_locations"})
    answer = pages.post(f"{CARD}/do/test-connection", follow=True)
    assert "read_customers" in answer.text
    assert "Sync Orders from Shopify" in answer.text


def test_credentials_are_sealed_and_want_a_new_token(pages: Client, shop: Shop) -> None:
    given = {
        **NEW_SHOP,
        "connection-sign_in_method": "client credentials",
        "connection-client_id": "0123",
        "connection-client_secret": "shpss_4567",
    }
    pages.post(f"{CARD}/edit", given)
    connection = Shop.objects.get().connection
    assert (connection.client_id, connection.client_secret) == ("0123", "shpss_4567")
    assert connection.token_expires_at is None
    assert "shpss_4567" not in pages.get(CARD).text


def test_saving_an_enabled_shop_has_its_connection_checked_daily(pages: Client, shop: Shop) -> None:
    pages.post(f"{CARD}/edit", {**NEW_SHOP, "enabled": "on"})
    entry = JobQueueEntry.objects.get(object_id_to_run=90001)
    assert entry.next_run_date_formula == "1D"
    assert entry.pk == Shop.objects.get().connection.check_entry_no
