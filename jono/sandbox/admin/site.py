"""The admin page's addresses: which page answers which, and what its buttons do."""

import re
from http import HTTPStatus
from urllib.parse import parse_qsl

from pydantic import ValidationError

from jono.sandbox.admin import details, lists
from jono.sandbox.admin.html import Html, Say, h, page
from jono.sandbox.admin.words import LANGUAGES, language_of
from jono.sandbox.answering import Desk
from jono.sandbox.control import is_from_here
from jono.sandbox.doors import Response, Visit
from jono.sandbox.faults import Fault, FaultKind
from jono.sandbox.gids import gid
from jono.sandbox.orders import place
from jono.sandbox.shop import SHOP
from jono.sandbox.stream import goods_of, order_stream

_TITLES = {
    "/": "Orders", "/products": "Products", "/customers": "Customers", "/payouts": "Payouts", "/events": "Events",
    "/settings": "Faults and clock",
}  # fmt: skip
_DETAIL = re.compile(r"/(orders|products)/(\d+)")
_BUTTONS = "/_admin/"


class Site:
    """The admin page of one store."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._state = desk.state

    def knows(self, visit: Visit) -> bool:
        """Whether a request is for the admin page."""
        if visit.method == "POST":
            return visit.path.startswith(_BUTTONS)
        return visit.method == "GET" and (visit.path in _TITLES or bool(_DETAIL.fullmatch(visit.path)))

    def respond(self, visit: Visit) -> Response:
        """Show a page, or do what a button says and go back."""
        if not is_from_here(visit):
            return Response(HTTPStatus.FORBIDDEN, {"error": "Only from this machine."})
        if visit.method == "POST":
            return self._pressed(visit)
        language = language_of(visit.headers)
        words = LANGUAGES[language]

        def say(text: str) -> str:
            return words.get(text, text)

        shown = self._shown(visit, say)
        if shown is None:
            return Response(HTTPStatus.NOT_FOUND, {"errors": "Not Found"})
        here, title, content = shown
        name = (self._state.find(SHOP) or {})["name"]
        return _html(HTTPStatus.OK, page(name, here, title, content, say, language))

    def _shown(self, visit: Visit, say: Say) -> tuple[str, str, Html] | None:
        """Where in the menu a page stands, its title and its content."""
        asked = dict(parse_qsl(visit.query))
        if found := _DETAIL.fullmatch(visit.path):
            return self._detail(found[1], int(found[2]), say)
        content = {
            "/": lambda: lists.orders(self._state, say, asked),
            "/products": lambda: lists.products(self._state, say, asked),
            "/customers": lambda: lists.customers(self._state, say, asked),
            "/payouts": lambda: lists.payouts(self._state, say, asked),
            "/events": lambda: lists.events(self._desk, say),
            "/settings": lambda: lists.settings(self._desk, say),
        }[visit.path]()
        return visit.path, say(_TITLES[visit.path]), content

    def _detail(self, kind: str, number: int, say: Say) -> tuple[str, str, Html] | None:
        if kind == "orders":
            order = self._state.find(gid("Order", number))
            return ("/", order["name"], details.order(self._state, order, say)) if order else None
        product = self._state.find(gid("Product", number))
        if product is None:
            return None
        return "/products", product["title"], details.product(self._state, product, say)

    def _pressed(self, visit: Visit) -> Response:
        form = {name: value for name, value in parse_qsl(visit.content.decode()) if value}
        button = visit.path.removeprefix(_BUTTONS)
        try:
            back = self._do(button, form)
        except (ValidationError, ValueError) as error:
            return _html(HTTPStatus.UNPROCESSABLE_ENTITY, f"<p>{h(error)}</p>")
        if back is None:
            return Response(HTTPStatus.NOT_FOUND, {"errors": "Not Found"})
        return Response(HTTPStatus.SEE_OTHER, content=(), headers={"Location": back})

    def _do(self, button: str, form: dict[str, str]) -> str | None:
        state, faults = self._state, self._desk.faults
        if button == "orders":
            place(state, *order_stream(goods_of(state), 1, state.now(), days=0, seed=state.count("Order")))
            return "/"
        if button == "clock":
            state.clock.run(float(form.get("speed", state.clock.speed)))
            state.clock.advance(float(form.get("advance", 0)))
            state.keep_clock()
        elif button == "faults":
            faults.add(Fault.model_validate({"kind": FaultKind.SLOW, **form}))
            state.clock.show_wrong(faults.skew())
        elif button == "faults/clear":
            faults.clear()
            state.clock.show_wrong(0)
        else:
            return None
        return "/settings"


def _html(status: HTTPStatus, text: str) -> Response:
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
    }
    return Response(status, content=(text.encode(),), headers=headers)
