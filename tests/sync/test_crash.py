"""A year of a real pizza place, imported by workers that are killed: one document an order, to the cent."""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

import psycopg
import pytest
from django.db.models import Count, Sum

from jono.jobs import queue
from jono.jobs.models import JobQueueEntry, Run
from jono.jobs.outcome import Tally
from jono.office.assortment import NewItem, create_items
from jono.office.models import Company, SalesHeader
from jono.sandbox.pizzaplace import ORDERS, is_installed, pizza_orders, pizzas
from jono.sandbox.products import put_products
from jono.shopify.models import Order
from tests import cast
from tests.sync.conftest import Kahvila, make_shop

HOW_MANY = int(os.environ.get("JONO_TEST_ORDERS", "2000"))
KILLS = 5
PATIENCE = 60.0

pytestmark = [
    pytest.mark.crash,
    pytest.mark.skipif(not is_installed(), reason="the pizza place's data are not installed (group data)"),
]


@contextmanager
def worker(database_url: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker in a process of its own."""
    environment = {**os.environ, "DATABASE_URL": database_url, "JONO_SANDBOX_ALLOWED": "1"}
    process = subprocess.Popen([sys.executable, "-m", "jono", "worker", "--concurrency=2"], env=environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def dealt_with() -> int:
    """How many orders all runs together have dealt with."""
    return sum((run.tally for run in Run.objects.all()), Tally()).total


def wait_until(news: psycopg.Connection, enough: int, entry: JobQueueEntry) -> bool:
    """Wait for so many orders to be dealt with, told by the queue's own news; return whether the entry has ended."""
    while True:
        entry.refresh_from_db()
        if entry.status == JobQueueEntry.Status.FINISHED:
            return True
        if dealt_with() >= enough:
            return False
        assert list(news.notifies(timeout=PATIENCE, stop_after=1)), f"nothing happened for {PATIENCE} s"


@pytest.mark.django_db(transaction=True)
def test_killed_at_five_random_moments_it_ends_with_one_document_an_order(
    database_url: str, kahvila: Kahvila
) -> None:
    put_products(kahvila.state, pizzas(), "EUR")
    kahvila.place(*pizza_orders(min(HOW_MANY, ORDERS)))
    company = _pizza_company()
    shop = make_shop(company.code, kahvila.address)
    shop.products_section.sku_mapping = "item no"
    shop.products_section.save()
    entry = queue.start_now(30104, company.code, {"shop": shop.code})
    dice = random.Random(20261123)
    moments = sorted(dice.randrange(HOW_MANY) for _ in range(KILLS))
    with psycopg.connect(database_url, autocommit=True) as news:
        news.execute("LISTEN jono_jobs")
        killed = 0
        for moment in (*moments, HOW_MANY):
            with worker(database_url) as process:
                if wait_until(news, moment, entry) or moment == HOW_MANY:
                    wait_until(news, HOW_MANY + 1, entry)
                    break
                process.send_signal(signal.SIGKILL)
                killed += 1
    _assert_everything_once(killed)


def _assert_everything_once(killed: int) -> None:
    assert killed == KILLS
    assert Order.objects.count() == HOW_MANY
    once = SalesHeader.objects.values("shopify_order_id").annotate(times=Count("id"))
    assert {row["times"] for row in once} == {1}
    assert len(once) == HOW_MANY
    documents = SalesHeader.objects.aggregate(total=Sum("amount_including_vat"))["total"]
    assert documents == Order.objects.aggregate(total=Sum("total_amount"))["total"] > Decimal(0)
    # Where there are many, they are read from a file that the store prepares: until then runs are put off.
    runs = list(Run.objects.exclude(status=Run.Status.PUT_OFF).order_by("id"))
    assert len(runs) == KILLS + 1
    assert sum((run.tally for run in runs), Tally()) == Tally(done=HOW_MANY)
    assert [run.status for run in runs] == [Run.Status.ERROR] * KILLS + [Run.Status.SUCCESS]


def _pizza_company() -> Company:
    company = cast.nordic()
    create_items(
        company,
        [
            NewItem(
                no=str(variant.sku),
                description=pizza.title,
                unit_price=variant.price,
                vat_prod_posting_group="VAT14",
            )
            for pizza in pizzas()
            for variant in pizza.variants
        ],
    )
    return company
