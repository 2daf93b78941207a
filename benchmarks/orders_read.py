"""The same orders of a store read from its file, page by page and by their ids: calls, points, memory, time.

Each way in a process of its own, so that its memory is its own; single calls, an order each, for a sample. The store's
bucket knows no bottom here, so that the machine is measured and not the wait: how long a Standard store would make us
wait (2,000 points, 100 a second) stands beside it, and the least calls that the orders could be had for with the
points to ask for then (charged is what the answers hold, which is less).
"""

import argparse
import json
import math
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import psutil

from benchmarks.ground import peak_memory
from benchmarks.orders import pizza_store

if TYPE_CHECKING:
    from jono.shopify.client import Store
    from jono.shopify.records import Order

BUCKET, RATE = 2_000, 100
SAMPLE = 200


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=50_000)
    orders = parser.parse_args().orders
    with pizza_store(orders) as (address, _spent):
        ways = {way: measure(way, address, orders) for way in WAYS}
    print_table(orders, ways)


def measure(way: str, address: str, orders: int) -> dict[str, float]:
    """Let a process read the orders that way; return what it took, for all of them."""
    command = [sys.executable, "-m", "benchmarks.orders_read", way, address]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as reader:
        with peak_memory(psutil.Process(reader.pid)) as peak:
            found: dict[str, float] = json.loads(reader.communicate()[0])
            found["peak memory, MB"] = peak() / 1e6
    read = int(found.pop("orders"))
    assert read == (min(SAMPLE, orders) if way == "one by one" else orders), (way, read)
    scale = orders / read
    grown = {name: value if name == "peak memory, MB" else value * scale for name, value in found.items()}
    wait = max(0.0, grown["points"] - BUCKET) / RATE
    return {**grown, "least calls": least(way, orders)[0], "points to ask for": least(way, orders)[1],
            "seconds on a Standard store": max(grown["seconds"], wait)}  # fmt: skip


def least(way: str, orders: int) -> tuple[float, float]:
    """The fewest calls that a way could do with, every page full and no order too long, and the points to ask for."""
    lists = math.ceil(orders / 250)
    return {
        "file": (3, 11),
        "by ids": (2 * lists, lists * (13 + 55)),
        "pages": (math.ceil(orders / 244), math.ceil(orders / 244) * 552),
        "one by one": (lists + orders, lists * 13 + orders * 55),
    }[way]


def read(way: str, address: str) -> None:
    """Be the process that reads."""
    from jono.shopify.client import Store
    from tests.stores import TOKEN

    calls = 0

    def count(_call: object) -> None:
        nonlocal calls
        calls += 1

    began = time.monotonic()
    with Store(address, TOKEN, may_change=lambda: None, listener=count) as store:
        orders = sum(1 for _ in WAYS[way](store))
        took = time.monotonic() - began
        print(
            json.dumps(
                {
                    "orders": orders,
                    "calls": calls + (way == "file"),
                    "points": store.points_spent,
                    "seconds": took,
                }
            )
        )


def from_file(store: "Store") -> "Iterator[Order]":
    from jono.shopify.bulk.form import bulk_form
    from jono.shopify.bulk.operations import is_under_way, look, start_query
    from jono.shopify.bulk.reading import open_records
    from jono.shopify.operations import operations
    from jono.shopify.records import Order

    key = uuid.uuid4()
    form = bulk_form(operations()["Orders"], {}, key)
    state = start_query(store, form.text, key, datetime.now(UTC))
    while is_under_way(state):
        time.sleep(1)
        state = look(store, state.id) or state
    assert state.status == "COMPLETED", state
    with open_records(form, Order, state, store.address) as records:
        yield from (each.record for each in records)


def by_pages(store: "Store") -> "Iterator[Order]":
    return (order for page in store.orders_updated_since() for order in page.orders)


def by_ids(store: "Store") -> "Iterator[Order]":
    return (order for page in store.single_orders_updated_since() for order in page.orders)


def one_by_one(store: "Store") -> "Iterator[Order]":
    """A sample: its ids are listed once, each order asked for by itself."""
    from jono.shopify.api import OrderIds

    listed = store.execute(OrderIds, first=SAMPLE).orders.nodes
    return (order for each in listed if (order := store.order(each.id)))


WAYS: "dict[str, Callable[[Store], Iterator[Order]]]" = {
    "file": from_file,
    "by ids": by_ids,
    "pages": by_pages,
    "one by one": one_by_one,
}


def print_table(orders: int, ways: dict[str, dict[str, float]]) -> None:
    print("".join([f"{orders:,} orders".ljust(30), *(f"{way:>14}" for way in ways), f"{'pages / file':>14}"]))
    for figure in ways["file"]:
        values = [column[figure] for column in ways.values()]
        ratio = ways["pages"][figure] / ways["file"][figure]
        print("".join([figure.ljust(30), *(f"{value:>14,.1f}" for value in values), f"{ratio:>14,.1f}"]))
    print(f"one by one: {min(SAMPLE, orders)} orders were read and the rest reckoned, but for the memory")


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] in WAYS:
        read(*sys.argv[1:])
    else:
        main()
