"""Orders of a real pizza place from a store to released sales documents: how many a second, for how many points.

The store's bucket knows no bottom here, so that the machine is measured and not the wait; what a Standard store would
make of it (100 points a second) is worked out beside it. Twice over, so that the worker's memory shows whether it
grows with the number of orders.
"""

import argparse
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, count, islice
from typing import Any

from benchmarks.ground import database, peak_memory, process

STANDARD_RATE = 100
PATIENCE = 600.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, nargs="+", default=[2_000, 20_000])
    sizes = parser.parse_args().orders
    columns = []
    with database():
        from django.core.management import call_command

        for size in sizes:
            call_command("flush", verbosity=0, interactive=False)
            columns.append(measure(size))
    print("".join(["orders".ljust(42), *(f"{size:>12,}" for size in sizes), f"{'ratio':>8}"]))
    for figure in columns[0]:
        values = [column[figure] for column in columns]
        ratio = values[-1] / values[0] if values[0] else float("nan")
        print("".join([figure.ljust(42), *(f"{value:>12,.1f}" for value in values), f"{ratio:>8.2f}"]))


def measure(size: int) -> dict[str, float]:
    """Import so many orders with a worker in a process of its own."""
    from django.db.models import Sum

    from jono.jobs import queue
    from jono.jobs.models import Run

    with pizza_store(size) as (address, spent):
        shop = pizza_shop(address)
        with process("jono", "worker", "--concurrency=1") as worker, peak_memory(worker) as peak:
            began = time.monotonic()
            entry = queue.start_now(30104, shop.company_code, {"shop": shop.code})
            wait_for_end(entry)
            took = time.monotonic() - began
        # One run, or where the orders come from a file of the store's, those that asked for it and waited.
        booked = Run.objects.aggregate(done=Sum("done"), failed=Sum("failed"))
        assert booked == {"done": size, "failed": 0}, booked
        points = spent()
    return {
        "orders a second": size / took,
        "points per 1,000 orders": 1000 * points / size,
        "orders a second at 100 points a second": STANDARD_RATE * size / points,
        "worker's peak memory, MB": peak() / 1e6,
    }


def wait_for_end(entry: Any) -> None:
    """Wait for the entry to finish, told by the queue's own news."""
    import psycopg

    from jono.jobs.news import CHANNEL
    from jono.kit import postgres

    with psycopg.connect(postgres.address(), autocommit=True) as news:
        news.execute(f"LISTEN {CHANNEL}")
        deadline = time.monotonic() + PATIENCE
        while entry.status != "finished":
            assert time.monotonic() < deadline, f"not finished after {PATIENCE} s"
            list(news.notifies(timeout=1.0, stop_after=1))
            entry.refresh_from_db()


@contextmanager
def pizza_store(size: int) -> Iterator[tuple[str, Any]]:
    """Serve a sandbox store with so many orders; yield its address and a way to ask for the points spent."""
    from jono.sandbox.orders import place_all
    from jono.sandbox.pizzaplace import pizza_orders, pizzas
    from jono.sandbox.products import put_products
    from tests.stores import BOUNDLESS, empty_store, served

    state, before = empty_store(), BOUNDLESS.maximum
    put_products(state, pizzas(), "EUR")
    # The real year, and where that is too little the same year again.
    place_all(state, islice(chain.from_iterable(pizza_orders() for _ in count()), size))
    frozen = 0.0
    with served(state, clock=lambda: frozen) as address:
        yield address, lambda: before - points_left(address)
    state.close()


def points_left(address: str) -> int:
    """Ask the store what is left in its bucket; the question's own point is added back."""
    import httpx

    from jono.shopify.schema import API_VERSION
    from tests.stores import TOKEN

    answer = httpx.post(
        f"{address}/admin/api/{API_VERSION}/graphql.json",
        headers={"X-Shopify-Access-Token": TOKEN},
        json={"query": "{ shop { id } }"},
    )
    cost = answer.json()["extensions"]["cost"]
    return int(cost["throttleStatus"]["currentlyAvailable"]) + int(cost["requestedQueryCost"])


def pizza_shop(address: str) -> Any:
    """Create a company that sells the pizzas, and the shop of the store."""
    from jono.office.assortment import NewItem, create_items
    from jono.office.setup_company import create_company
    from jono.sandbox.pizzaplace import pizzas
    from tests.sync.conftest import make_shop

    company = create_company("NORDIC", "Nordic Pizza Oy")
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
    shop = make_shop(company.code, address)
    shop.products_section.sku_mapping = "item no"
    shop.products_section.save()
    return shop


if __name__ == "__main__":
    main()
