"""A year of a real pizza place as orders: 21,350 of them in 49,574 lines.

The data come with the Python package great_tables (dependency group `data`), which took them from the R package gt.
"""

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from importlib.resources import files
from importlib.util import find_spec
from itertools import groupby

from jono.sandbox.catalogue import Product, Variant
from jono.sandbox.drafts import Line, OrderDraft, Tax

ORDERS = 21_350
LINES = 49_574
_VAT = Tax(title="ALV 14%", rate=Decimal("0.14"))
_SIZES = ("S", "M", "L", "XL", "XXL")

Row = dict[str, str]


def is_installed() -> bool:
    """Whether the data are on this machine."""
    return find_spec("great_tables") is not None


def pizza_orders(how_many: int = ORDERS) -> Iterator[OrderDraft]:
    """Yield the first orders of the year, each pizza a line, as sold at a till; RuntimeError without the data."""
    by_order = groupby(_rows(), key=lambda row: row["id"])
    for _, (_, rows) in zip(range(how_many), by_order, strict=False):
        yield _order(list(rows))


def pizzas() -> list[Product]:
    """Return every pizza as a product, its sizes as variants."""
    sold = {(row["name"], row["size"]): row for row in _rows()}
    return [
        Product(
            handle=name.replace("_", "-"),
            title=_title(name),
            vendor="Pizza Place",
            product_type="Pizza",
            option_names=("Size",),
            variants=[
                Variant((size,), Decimal(sold[name, size]["price"]), sku=_sku(name, size))
                for size in _SIZES
                if (name, size) in sold
            ],
        )
        for name in sorted({name for name, _ in sold})
    ]


def _order(rows: list[Row]) -> OrderDraft:
    first = rows[0]
    return OrderDraft(
        lines=tuple(Line(sku=_sku(row["name"], row["size"]), price=Decimal(row["price"])) for row in rows),
        taxes=(_VAT,),
        created_at=datetime.fromisoformat(f"{first['date']}T{first['time']}").replace(tzinfo=UTC),
        fulfillment_status="FULFILLED",
        source_name="pos",
        attributes={"Pizza place id": first["id"]},
    )


def _sku(name: str, size: str) -> str:
    return f"{name}-{size}"


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _rows() -> Iterator[Row]:
    if not is_installed():
        raise RuntimeError("The pizza place's data are missing. Install them with: uv sync --group data")
    path = files("great_tables").joinpath("data", "05-pizzaplace.csv")
    with path.open(encoding="utf-8") as file:
        yield from csv.DictReader(file)
