"""What `make run` prepares for somebody who tries Jono."""

from decimal import Decimal

import pytest

from jono.cli import demo
from jono.jobs.models import JobQueueEntry
from jono.office.models import Company, Item
from jono.shopify.models import Shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    demo.prepare("http://127.0.0.1:8100", "shpat_first")
    return Shop.objects.get(code="sandbox")


def test_the_shop_stands_for_the_sandbox_store(shop: Shop) -> None:
    assert (shop.shopify_url, shop.connection.access_token) == ("http://127.0.0.1:8100", "shpat_first")
    assert shop.enabled
    assert shop.allow_background_syncs


def test_its_connection_is_checked_at_once_and_daily(shop: Shop) -> None:
    entry = JobQueueEntry.objects.get()
    assert (entry.object_id_to_run, entry.recurring) == (90001, True)
    demo.prepare("http://127.0.0.1:8105", "shpat_second")
    assert JobQueueEntry.objects.get() == entry


def test_the_company_sells_what_the_store_sells_at_the_same_price_and_tax(shop: Shop) -> None:
    espresso = Item.objects.get(company__code=shop.company_code, no="COF-RUS-WHOL-250G")
    assert espresso.description == "Ruska Espresso Blend Whole beans 250 g"
    assert espresso.unit_price == Decimal("11.90")
    assert espresso.vat_prod_posting_group.code == "VAT13.5"


def test_a_second_time_only_the_address_follows_the_store(shop: Shop) -> None:
    shop.enabled = False
    shop.save()
    Item.objects.all().delete()
    demo.prepare("http://127.0.0.1:8105", "shpat_second")
    again = Shop.objects.get()
    assert (again.shopify_url, again.connection.access_token) == ("http://127.0.0.1:8105", "shpat_second")
    assert not again.enabled
    assert Company.objects.count() == 1
    assert not Item.objects.exists()
