"""A sandbox store over HTTP, and a shop that keeps it in step with the cast's company."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from django.test import override_settings

from jono.jobs import queue
from jono.jobs.models import JobQueueEntry, Run
from jono.jobs.perform import perform
from jono.office.models import Company
from jono.office.setup_company import CASH_ROUNDING, SHIPPING_CHARGES, SOLD_GIFT_CARDS, TIPS, WEB_CUSTOMER
from jono.sandbox.catalogue import Product, Variant
from jono.sandbox.drafts import OrderDraft
from jono.sandbox.orders import place
from jono.sandbox.products import put_products
from jono.sandbox.state import Record, State
from jono.shopify.models import CustomerSettings, OrderSettings, ProductSettings, Shop, ShopConnection
from tests import cast
from tests.stores import TOKEN, empty_store, served


@dataclass(frozen=True)
class Kahvila:
    """The store: Kahvila, which sells mugs, books and coffee; and how to reach it."""

    state: State
    address: str

    def place(self, *drafts: OrderDraft) -> list[Record]:
        """Place orders."""
        return place(self.state, *drafts)


@pytest.fixture
def kahvila() -> Iterator[Kahvila]:
    """Open the store on a port of its own."""
    state = empty_store()
    put_products(state, goods(), "EUR")
    with served(state) as address, override_settings(JONO_SANDBOX_ALLOWED=True):
        yield Kahvila(state, address)
    state.close()


@pytest.fixture
def company(db: None) -> Company:
    """The cast's company."""
    return cast.nordic()


@pytest.fixture
def shop(company: Company, kahvila: Kahvila) -> Shop:
    """Kahvila's shop: it creates documents by itself, for the web customer where it knows none."""
    return make_shop(company.code, kahvila.address)


def make_shop(company_code: str, address: str, code: str = "kahvila") -> Shop:
    """Add a shop of the store at that address."""
    shop = Shop.objects.create(code=code, company_code=company_code, shopify_url=address, enabled=True)
    connection = ShopConnection(shop=shop)
    connection.access_token = TOKEN
    connection.save()
    ProductSettings.objects.create(shop=shop, sku_mapping="item no and variant code")
    CustomerSettings.objects.create(shop=shop, default_customer_no=WEB_CUSTOMER)
    OrderSettings.objects.create(
        shop=shop,
        auto_create_sales_documents=True,
        shipping_charges_account=SHIPPING_CHARGES,
        tip_account=TIPS,
        sold_gift_card_account=SOLD_GIFT_CARDS,
        cash_roundings_account=CASH_ROUNDING,
    )
    return shop


def run_job(report_id: int, shop: Shop, **parameters: Any) -> Run:
    """Start a job in the background and perform it, as a worker would; return its run."""
    entry = queue.start_now(report_id, shop.company_code, {"shop": shop.code, **parameters})
    return finish(entry)


def finish(entry: JobQueueEntry) -> Run:
    """Perform the entry's run in process and return it as it ended."""
    run = entry.runs.get(ended_at=None)
    perform(run.pk, run.token)
    run.refresh_from_db()
    return run


def goods() -> list[Product]:
    """What Kahvila sells."""
    return [
        Product(
            handle="mug",
            title="Mug",
            option_names=("Title",),
            variants=[Variant(("Default Title",), Decimal("12.90"), sku="MUG")],
        ),
        Product(
            handle="book",
            title="Cookbook",
            option_names=("Title",),
            variants=[Variant(("Default Title",), Decimal("29.90"), sku="BOOK")],
        ),
        Product(
            handle="coffee",
            title="Coffee 500 g",
            option_names=("Grind",),
            variants=[
                Variant(("Whole beans",), Decimal("7.50"), sku="COFFEE|BEANS"),
                Variant(("Ground",), Decimal("7.50"), sku="COFFEE|GROUND"),
            ],
        ),
        Product(
            handle="teapot",
            title="Teapot",
            option_names=("Title",),
            variants=[Variant(("Default Title",), Decimal("45.00"), sku="TEAPOT")],
        ),
    ]
