"""The store's own admin page: what it shows, what its buttons do, who may open it."""

import re
from collections.abc import Iterator
from html import unescape
from importlib.resources import files
from urllib.parse import urlencode

import pytest

from jono.sandbox.admin.lists import WHAT_HAPPENS
from jono.sandbox.admin.words import FINNISH, language_of
from jono.sandbox.drafts import Line, OrderDraft, Person
from jono.sandbox.faults import FaultKind
from jono.sandbox.orders import place
from jono.sandbox.server import open_store
from jono.sandbox.state import State
from tests.sandbox.callers import Caller
from tests.stores import served

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def state() -> Iterator[State]:
    state = open_store(orders=60)
    yield state
    state.close()


@pytest.fixture(scope="module")
def call(state: State) -> Iterator[Caller]:
    with served(state) as address:
        yield Caller(address)


def show(call: Caller, path: str, **headers: str) -> str:
    status, body = call.raw("GET", path, headers=headers)
    assert status == 200
    return unescape(body.decode())


def press(call: Caller, button: str, origin: str | None = None, **form: str) -> int:
    headers = FORM | ({"Origin": origin} if origin else {})
    return call.raw("POST", f"/_admin/{button}", urlencode(form).encode(), headers)[0]


def test_orders_are_listed_page_by_page(call: Caller, state: State) -> None:
    newest, oldest = state.all("Order")[-1]["name"], state.all("Order")[0]["name"]
    first, second = show(call, "/"), show(call, "/?page=1")
    assert newest in first and oldest not in first
    assert oldest in second and newest not in second


@pytest.mark.parametrize("path", ["/products", "/customers", "/payouts", "/events", "/settings"])
def test_every_list_is_shown_in_both_languages(call: Caller, path: str) -> None:
    assert "Place an order" in show(call, path)
    assert "Tee tilaus" in show(call, path, **{"Accept-Language": "fi-FI,fi;q=0.9,en;q=0.8"})


def test_an_order_and_a_product_are_shown_whole(call: Caller, state: State) -> None:
    order = next(each for each in state.all("Order") if each["fulfillments"])
    text = show(call, f"/orders/{order['legacyResourceId']}")
    assert all(line["title"] in text for line in order["lineItems"])
    assert "Shipped" in text
    assert order["transactions"][0]["formattedGateway"] in text
    product = state.all("Product")[0]
    assert "Vantaa warehouse" in show(call, f"/products/{product['legacyResourceId']}")
    assert call.raw("GET", "/orders/1")[0] == call.raw("GET", "/products/1")[0] == 404


def test_what_a_customer_wrote_is_no_html(call: Caller, state: State) -> None:
    person = Person(first_name="<script>alert(1)</script>", email="x@x.example")
    place(state, OrderDraft(lines=(Line(title="Mug", price="1"),), customer=person))
    assert b"<script>" not in call.raw("GET", "/")[1]


def test_buttons_place_orders_set_the_clock_and_bring_faults(call: Caller, state: State) -> None:
    before = state.count("Order")
    assert press(call, "orders", origin=call.address) == 303
    assert state.count("Order") == before + 1
    ahead = state.clock.ahead
    assert press(call, "clock", advance="3600") == 303
    assert state.clock.ahead - ahead == pytest.approx(3600, abs=1)
    assert press(call, "faults", kind="webhook_loss", times="3") == 303
    assert "webhook_loss" in show(call, "/settings")
    assert press(call, "faults/clear") == 303
    assert press(call, "faults", kind="gremlin") == 422
    assert press(call, "nonsense") == 404


def test_nobody_else_may_open_it(call: Caller) -> None:
    assert call.raw("GET", "/", headers={"Host": "shop.example"})[0] == 403
    assert press(call, "orders", origin="http://elsewhere.example") == 403


def test_every_word_has_its_finnish() -> None:
    pages = [each for each in files("jono.sandbox.admin").iterdir() if each.name.endswith(".py")]
    sources = "".join(each.read_text(encoding="utf-8") for each in pages if each.name != "words.py")
    assert [word for word in FINNISH if f'"{word}"' not in sources] == []
    assert set(re.findall(r'say\("([^"]+)"\)', sources)) <= set(FINNISH)
    assert language_of({"accept-language": "sv,fi;q=0.5"}) == "fi"
    assert language_of({}) == "en"


def test_every_fault_can_be_chosen_in_words() -> None:
    assert list(WHAT_HAPPENS) == list(FaultKind)
