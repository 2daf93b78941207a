"""The sandbox store's back door: tests and the command line do what a merchant, or fate, would.

It opens to this machine alone, and never to a page that a browser here happens to show. docs/sandbox.md tells what
it knows.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from jono.sandbox import access, apps, deliveries
from jono.sandbox.answering import Desk
from jono.sandbox.background import work
from jono.sandbox.catalogue import read_catalogue
from jono.sandbox.doors import Response, Visit
from jono.sandbox.drafts import OrderDraft
from jono.sandbox.events import COMPLIANCE, announce, put_delivery
from jono.sandbox.faults import Fault, Mix
from jono.sandbox.gids import gid
from jono.sandbox.orders import place, touch
from jono.sandbox.payouts import dispute, pay_out
from jono.sandbox.products import put_products, remove_product
from jono.sandbox.returns import open_return
from jono.sandbox.shop import APP, SHOP, open_location
from jono.sandbox.state import Record
from jono.sandbox.stream import goods_of, order_stream
from jono.sandbox.values import time_text

Body = dict[str, Any]
LOOPBACK = {"127.0.0.1", "::1"}
_KINDS = (
    "Order",
    "Product",
    "ProductVariant",
    "Customer",
    "Location",
    "WebhookSubscription",
    "BulkOperation",
)
_PREFIX = "/_control/"


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Orders(_Asked):
    orders: list[OrderDraft] = []
    count: Annotated[int, Field(ge=0, le=1_000)] = 0
    seed: int | None = None


class _Clock(_Asked):
    set: AwareDatetime | None = None
    advance: float = 0.0
    speed: Annotated[float, Field(ge=0)] | None = None


class _Location(_Asked):
    name: Annotated[str, Field(min_length=1)]
    fulfillment_service: bool = False


class _Faults(_Asked):
    fault: Fault | None = None
    mix: Mix | None = None


class _App(_Asked):
    scopes: list[str] | None = None
    compliance_address: str | None = None


class _Compliance(_Asked):
    topic: str
    body: Body = {}


class Control:
    """The back door of one store."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._state = desk.state
        self._doors: list[tuple[str, str, Callable[..., Response]]] = [
            ("GET", "state", self._tell_state),
            ("POST", "orders", self._place),
            ("POST", r"orders/(\d+)", self._touch),
            ("DELETE", r"orders/(\d+)", self._remove_order),
            ("POST", r"orders/(\d+)/return", self._open_return),
            ("POST", r"orders/(\d+)/dispute", self._dispute),
            ("POST", "payouts", self._pay_out),
            ("POST", "products", self._put_products),
            ("DELETE", r"products/(\d+)", self._remove_product),
            ("GET", "clock", self._tell_clock),
            ("POST", "clock", self._set_clock),
            ("GET", "faults", self._tell_faults),
            ("POST", "faults", self._add_faults),
            ("DELETE", "faults", self._clear_faults),
            ("DELETE", r"faults/(\d+)", self._clear_faults),
            ("POST", "locations", self._open_location),
            ("GET", "app", self._tell_app),
            ("POST", "app", self._change_app),
            ("DELETE", "app", self._uninstall),
            ("GET", "deliveries", self._tell_deliveries),
            ("POST", "compliance", self._send_compliance),
            ("POST", "work", self._work),
        ]

    def doors(self) -> list[tuple[str, str]]:
        """Return what it knows: methods, and patterns of paths."""
        return [(method, pattern) for method, pattern, _ in self._doors]

    def knows(self, visit: Visit) -> bool:
        """Whether a request is for the back door."""
        return visit.path.startswith(_PREFIX)

    def respond(self, visit: Visit) -> Response:
        """Carry out a request at the back door; what is wrong with it is told in the answer."""
        if not is_from_here(visit):
            return Response(HTTPStatus.FORBIDDEN, {"error": "Only from this machine."})
        for method, pattern, carry_out in self._doors:
            found = re.fullmatch(pattern, visit.path.removeprefix(_PREFIX))
            if found and method == visit.method:
                return _carried_out(carry_out, visit.content, *found.groups())
        message = f"The sandbox's back door knows no {visit.method} {visit.path}."
        return Response(HTTPStatus.NOT_FOUND, {"error": message})

    def _tell_state(self, _content: bytes) -> Response:
        last = self._state.rows("SELECT max(id) FROM record WHERE kind = 'Order'")[0][0]
        order = self._state.find(gid("Order", last)) if last else None
        counts: Body = {kind: self._state.count(kind) for kind in _KINDS}
        return Response(HTTPStatus.OK, counts | {"last_order": order["name"] if order else None})

    def _place(self, content: bytes) -> Response:
        wanted = _Orders.model_validate_json(content)
        drafts = list(wanted.orders)
        if wanted.count:
            seed = self._state.count("Order") if wanted.seed is None else wanted.seed
            drafts += order_stream(goods_of(self._state), wanted.count, self._state.now(), days=0, seed=seed)
        placed = place(self._state, *drafts)
        body = {"orders": [{"id": each["id"], "name": each["name"]} for each in placed]}
        return Response(HTTPStatus.CREATED, body)

    def _touch(self, content: bytes, number: str) -> Response:
        order = self._state.find(gid("Order", int(number)))
        if order is None:
            return _missing("order", number)
        changed = touch(self._state, order, TypeAdapter(Record).validate_json(content or b"{}"))
        return Response(HTTPStatus.OK, {name: changed[name] for name in ("id", "name", "updatedAt")})

    def _remove_order(self, _content: bytes, number: str) -> Response:
        found = self._state.remove(gid("Order", int(number)))
        return Response(HTTPStatus.OK, {"removed": number}) if found else _missing("order", number)

    def _open_return(self, _content: bytes, number: str) -> Response:
        order = self._state.find(gid("Order", int(number)))
        if order is None:
            return _missing("order", number)
        return Response(HTTPStatus.CREATED, {"id": open_return(self._state, dict(order))["id"]})

    def _dispute(self, _content: bytes, number: str) -> Response:
        order = self._state.find(gid("Order", int(number)))
        if order is None:
            return _missing("order", number)
        return Response(HTTPStatus.CREATED, {"id": dispute(self._state, order)["id"]})

    def _pay_out(self, _content: bytes) -> Response:
        """Pay out all that has been taken by card until now."""
        payouts = pay_out(self._state, self._state.now() + timedelta(seconds=1))
        return Response(HTTPStatus.CREATED, {"payouts": [each["id"] for each in payouts]})

    def _put_products(self, content: bytes) -> Response:
        catalogue = read_catalogue(content)
        currency = (self._state.find(SHOP) or {})["currencyCode"]
        kept = put_products(self._state, catalogue.products, currency)
        skipped = [
            {"line": each.line, "handle": each.handle, "reason": each.reason} for each in catalogue.skipped
        ]
        body = {"products": [each["id"] for each in kept], "skipped": skipped}
        return Response(HTTPStatus.CREATED, body)

    def _remove_product(self, _content: bytes, number: str) -> Response:
        product = self._state.find(gid("Product", int(number)))
        if product is None:
            return _missing("product", number)
        remove_product(self._state, product)
        return Response(HTTPStatus.OK, {"removed": number})

    def _open_location(self, content: bytes) -> Response:
        wanted = _Location.model_validate_json(content)
        opened = open_location(self._state, wanted.name, fulfillment_service=wanted.fulfillment_service)
        return Response(HTTPStatus.CREATED, {"id": opened["id"]})

    def _tell_clock(self, _content: bytes) -> Response:
        clock = self._state.clock
        skew = clock.skew.total_seconds()
        body = {"now": time_text(clock.now()), "speed": clock.speed, "ahead": clock.ahead, "skew": skew}
        return Response(HTTPStatus.OK, body)

    def _set_clock(self, content: bytes) -> Response:
        wanted, clock = _Clock.model_validate_json(content), self._state.clock
        if wanted.set:
            clock.set(wanted.set)
        if wanted.speed is not None:
            clock.run(wanted.speed)
        clock.advance(wanted.advance)
        self._state.keep_clock()
        return self._tell_clock(content)

    def _tell_faults(self, _content: bytes) -> Response:
        return Response(HTTPStatus.OK, {"faults": self._desk.faults.standing()})

    def _add_faults(self, content: bytes) -> Response:
        wanted = _Faults.model_validate_json(content)
        added = ([wanted.fault] if wanted.fault else []) + (wanted.mix.faults() if wanted.mix else [])
        if not added:
            raise ValueError("Give a fault or a mix.")
        numbers = [self._desk.faults.add(each) for each in added]
        self._skew_clock()
        return Response(HTTPStatus.CREATED, {"ids": numbers})

    def _clear_faults(self, _content: bytes, number: str | None = None) -> Response:
        cleared = self._desk.faults.clear(int(number) if number else None)
        self._skew_clock()
        if number and not cleared:
            return _missing("fault", number)
        return Response(HTTPStatus.OK, {"cleared": cleared})

    def _skew_clock(self) -> None:
        self._state.clock.show_wrong(self._desk.faults.skew())

    def _tell_app(self, _content: bytes) -> Response:
        scopes = sorted(access.granted_to_app(self._state))
        return Response(HTTPStatus.OK, {**vars(apps.credentials(self._state)), "scopes": scopes})

    def _change_app(self, content: bytes) -> Response:
        wanted = _App.model_validate_json(content)
        if wanted.scopes is not None:
            access.grant(self._state, wanted.scopes)
        if "compliance_address" in wanted.model_fields_set:
            apps.set_compliance_address(self._state, wanted.compliance_address)
        return self._tell_app(content)

    def _uninstall(self, _content: bytes) -> Response:
        """As when a merchant uninstalls the app: it is told once, then nothing it has is good any more."""
        with self._state.writing():
            announce(self._state, "APP_UNINSTALLED", self._state.find(SHOP) or {})
            apps.forget_tokens(self._state)
            self._state.remove(APP)
        return Response(HTTPStatus.OK, {"uninstalled": True})

    def _tell_deliveries(self, _content: bytes) -> Response:
        return Response(HTTPStatus.OK, {"deliveries": deliveries.log(self._state, 250)})

    def _send_compliance(self, content: bytes) -> Response:
        wanted = _Compliance.model_validate_json(content)
        if wanted.topic not in COMPLIANCE:
            raise ValueError(f"The topic is one of {', '.join(COMPLIANCE)}.")
        shop = self._state.find(SHOP) or {}
        body = {"shop_id": 1, "shop_domain": shop["myshopifyDomain"], **wanted.body}
        put_delivery(self._state, wanted.topic, wanted.topic, body, None)
        return Response(HTTPStatus.ACCEPTED, {"topic": wanted.topic})

    def _work(self, _content: bytes) -> Response:
        """Do at once what is due in the background."""
        return Response(HTTPStatus.OK, {"idle_for": work(self._desk)})


def is_from_here(visit: Visit) -> bool:
    """Whether a request comes from this machine, by its own name, and from no page of another site."""
    host = visit.headers.get("host", "")
    origin = visit.headers.get("origin")
    name = host.rsplit(":", 1)[0].strip("[]")
    return visit.client in LOOPBACK and name in LOOPBACK and origin in (None, f"http://{host}")


def _carried_out(carry_out: Callable[..., Response], content: bytes, *parts: str) -> Response:
    try:
        return carry_out(content, *parts)
    except ValidationError as error:
        wrong = [f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()]
        return _unprocessable("; ".join(wrong))
    except ValueError as error:
        return _unprocessable(str(error))


def _missing(what: str, number: str) -> Response:
    return Response(HTTPStatus.NOT_FOUND, {"error": f"The sandbox has no {what} {number}."})


def _unprocessable(message: str) -> Response:
    return Response(HTTPStatus.UNPROCESSABLE_ENTITY, {"error": message})
