"""The sandbox store's back door: tests and the command line place, change and remove records as a merchant would.

GET    /_control/state             how many records of each kind there are
POST   /_control/orders            {"orders": [OrderDraft, ...]} or {"count": 5, "seed": 1}
POST   /_control/orders/<number>   fields of the order to change; it is updated now
DELETE /_control/orders/<number>
POST   /_control/products          a product CSV (text/csv); known handles are replaced
DELETE /_control/products/<number>
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from jono.kit.clock import now
from jono.sandbox.catalogue import read_catalogue
from jono.sandbox.drafts import OrderDraft
from jono.sandbox.gids import gid
from jono.sandbox.orders import place, touch
from jono.sandbox.products import put_products, remove_product
from jono.sandbox.shop import SHOP
from jono.sandbox.state import Record, State
from jono.sandbox.stream import goods_of, order_stream

Body = dict[str, Any]
_KINDS = ("Order", "Product", "ProductVariant", "Customer", "Location")


@dataclass(frozen=True)
class Reply:
    """The answer to a request at the back door."""

    status: HTTPStatus
    body: Body


class _Orders(BaseModel):
    model_config = ConfigDict(extra="forbid")

    orders: list[OrderDraft] = []
    count: Annotated[int, Field(ge=0, le=1_000)] = 0
    seed: int | None = None


def reply(state: State, method: str, path: str, content: bytes) -> Reply:
    """Carry out a request at the back door; what is wrong with it is told in the reply."""
    for wanted, pattern, carry_out in _DOORS:
        found = re.fullmatch(pattern, path)
        if found and wanted == method:
            try:
                return carry_out(state, content, *found.groups())
            except ValidationError as error:
                wrong = [f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()]
                return _unprocessable("; ".join(wrong))
            except ValueError as error:
                return _unprocessable(str(error))
    return Reply(HTTPStatus.NOT_FOUND, {"error": f"The sandbox's back door knows no {method} {path}."})


def _tell_state(state: State, _content: bytes) -> Reply:
    last = state.rows("SELECT max(id) FROM record WHERE kind = 'Order'")[0][0]
    order = state.find(gid("Order", last)) if last else None
    counts: Body = {kind: state.count(kind) for kind in _KINDS}
    return Reply(HTTPStatus.OK, counts | {"last_order": order["name"] if order else None})


def _place(state: State, content: bytes) -> Reply:
    wanted = _Orders.model_validate_json(content)
    drafts = list(wanted.orders)
    if wanted.count:
        seed = state.count("Order") if wanted.seed is None else wanted.seed
        drafts += order_stream(goods_of(state), wanted.count, now(), days=0, seed=seed)
    placed = place(state, *drafts)
    return Reply(
        HTTPStatus.CREATED, {"orders": [{"id": each["id"], "name": each["name"]} for each in placed]}
    )


def _touch(state: State, content: bytes, number: str) -> Reply:
    order = state.find(gid("Order", int(number)))
    if order is None:
        return _missing("order", number)
    changed = touch(state, order, TypeAdapter(Record).validate_json(content or b"{}"))
    return Reply(
        HTTPStatus.OK, {"id": changed["id"], "name": changed["name"], "updatedAt": changed["updatedAt"]}
    )


def _remove_order(state: State, _content: bytes, number: str) -> Reply:
    found = state.remove(gid("Order", int(number)))
    return Reply(HTTPStatus.OK, {"removed": number}) if found else _missing("order", number)


def _put_products(state: State, content: bytes) -> Reply:
    catalogue = read_catalogue(content)
    currency = (state.find(SHOP) or {})["currencyCode"]
    kept = put_products(state, catalogue.products, currency)
    skipped = [
        {"line": each.line, "handle": each.handle, "reason": each.reason} for each in catalogue.skipped
    ]
    return Reply(HTTPStatus.CREATED, {"products": [each["id"] for each in kept], "skipped": skipped})


def _remove_product(state: State, _content: bytes, number: str) -> Reply:
    product = state.find(gid("Product", int(number)))
    if product is None:
        return _missing("product", number)
    remove_product(state, product)
    return Reply(HTTPStatus.OK, {"removed": number})


def _missing(what: str, number: str) -> Reply:
    return Reply(HTTPStatus.NOT_FOUND, {"error": f"The sandbox has no {what} {number}."})


def _unprocessable(message: str) -> Reply:
    return Reply(HTTPStatus.UNPROCESSABLE_ENTITY, {"error": message})


_DOORS: list[tuple[str, str, Callable[..., Reply]]] = [
    ("GET", "/_control/state", _tell_state),
    ("POST", "/_control/orders", _place),
    ("POST", r"/_control/orders/(\d+)", _touch),
    ("DELETE", r"/_control/orders/(\d+)", _remove_order),
    ("POST", "/_control/products", _put_products),
    ("DELETE", r"/_control/products/(\d+)", _remove_product),
]
