"""The sandbox store over HTTP: who is let in at the front, and what the back door does."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from jono.kit.errors import UserError
from jono.sandbox.pizzaplace import is_installed
from jono.sandbox.server import open_store
from jono.sandbox.state import State
from tests.sandbox.callers import GRAPHQL, Caller
from tests.stores import TOKEN, empty_store, served

NAME = {"query": "{ shop { name } }"}


@pytest.fixture
def state() -> State:
    return empty_store()


@pytest.fixture
def call(state: State) -> Iterator[Caller]:
    with served(state) as address:
        yield Caller(address)


def test_the_front_door_opens_to_the_token_alone(call: Caller) -> None:
    assert call.graphql(NAME)[1]["data"] == {"shop": {"name": "Kaamos & Kahvi"}}
    for token in ("", "shpat_other", TOKEN + "x"):
        status, body = call.graphql(NAME, token)
        assert (status, "Invalid API key or access token" in body["errors"]) == (401, True)


def test_any_version_is_answered_and_other_paths_are_not(call: Caller) -> None:
    assert call.graphql(NAME, path="/admin/api/2025-01/graphql.json")[0] == 200
    assert call.graphql(NAME, path="/admin/api/latest/graphql.json")[0] == 404
    assert call("GET", GRAPHQL)[0] == 404
    assert call("GET", "/admin")[0] == 404


@pytest.mark.parametrize("content", [b"", b"{", b"[]", {"variables": {}}, {"query": 1}])
def test_a_request_without_a_query_is_refused(call: Caller, content: object) -> None:
    status, body = call.graphql(content)
    assert (status, body["errors"]) == (400, {"query": "Required parameter missing or invalid"})


def test_what_is_larger_than_anything_sensible_is_refused(call: Caller) -> None:
    assert call.graphql({"query": "{ shop { name } }" + " " * 10_000_000})[0] == 413


def test_orders_are_placed_at_the_back_door(call: Caller, state: State) -> None:
    mug = {"title": "Mug", "price": "12.55", "quantity": 2}
    status, body = call(
        "POST", "/_control/orders", {"orders": [{"lines": [mug]}, {"lines": [mug], "tip": "1"}]}
    )
    assert (status, [each["name"] for each in body["orders"]]) == (201, ["#1001", "#1002"])
    status, body = call("GET", "/_control/state")
    assert (status, body["Order"], body["last_order"]) == (200, 2, "#1002")


def test_orders_of_the_stream_are_placed_by_their_number(call: Caller, state: State) -> None:
    call("POST", "/_control/products", _catalogue("9.90"), {"Content-Type": "text/csv"})
    status, body = call("POST", "/_control/orders", {"count": 3, "seed": 5})
    assert (status, len(body["orders"]), state.count("Order")) == (201, 3, 3)


def test_orders_are_changed_and_removed_at_the_back_door(call: Caller, state: State) -> None:
    _, body = call("POST", "/_control/orders", {"orders": [{"lines": [{"title": "Mug", "price": "1"}]}]})
    gid = body["orders"][0]["id"]
    number = gid.rsplit("/", 1)[1]
    assert call("POST", f"/_control/orders/{number}", {"note": "Hurry"})[0] == 200
    assert (state.find(gid) or {})["note"] == "Hurry"
    assert call("DELETE", f"/_control/orders/{number}") == (200, {"removed": number})
    assert call("DELETE", f"/_control/orders/{number}")[0] == 404
    assert call("POST", f"/_control/orders/{number}", {"note": "Late"})[0] == 404


def test_a_catalogue_is_put_and_its_products_removed_at_the_back_door(call: Caller, state: State) -> None:
    status, body = call("POST", "/_control/products", _catalogue("9.90", "on request"))
    assert (status, len(body["products"])) == (201, 1)
    assert body["skipped"] == [{"line": 3, "handle": "tea", "reason": "Variant Price is no amount"}]
    number = body["products"][0].rsplit("/", 1)[1]
    assert call("DELETE", f"/_control/products/{number}")[0] == 200
    assert [state.count(kind) for kind in ("Product", "ProductVariant", "InventoryItem")] == [0, 0, 0]
    assert call("DELETE", f"/_control/products/{number}")[0] == 404


@pytest.mark.parametrize(
    ("path", "content", "words"),
    [
        ("/_control/orders", {"orders": [{"lines": []}]}, "lines"),
        ("/_control/orders", {"orders": [{"lines": [{"sku": "NONE"}]}]}, "No variant NONE"),
        (
            "/_control/orders",
            {"orders": [{"lines": [{"title": "M", "price": "1", "colour": "blue"}]}]},
            "colour",
        ),
        ("/_control/orders", {"cuont": 3}, "cuont"),
        ("/_control/orders", b"{", "JSON"),
        ("/_control/products", b"No.,Name\n", "no product CSV"),
    ],
)
def test_what_is_wrong_at_the_back_door_is_told_and_nothing_is_kept(
    call: Caller, state: State, path: str, content: object, words: str
) -> None:
    status, body = call("POST", path, content)
    assert (status, words in body["error"]) == (422, True)
    assert state.count("Order") == 0


def test_the_back_door_is_shut_to_pages_in_a_browser(call: Caller) -> None:
    assert call("POST", "/_control/orders", {"count": 1}, {"Origin": "https://evil.example"})[0] == 403
    assert call("GET", "/_control/state", headers={"Host": "evil.example"})[0] == 403
    assert call("GET", "/_control/secrets")[0] == 404


def test_a_store_in_a_file_is_found_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a store" / "sandbox.sqlite3"
    path.parent.mkdir()
    first = open_store(path)
    orders, products = first.all("Order"), first.all("Product")
    assert (len(orders), len(products)) == (120, 63)
    first.close()
    second = open_store(path)
    assert (second.all("Order"), second.all("Product")) == (orders, products)
    second.close()
    assert [each.name for each in path.parent.iterdir()] == ["sandbox.sqlite3"]


def test_a_store_in_a_file_is_one_process_s_at_a_time(tmp_path: Path) -> None:
    first = open_store(tmp_path / "sandbox.sqlite3")
    with pytest.raises(UserError, match="Is it in use already"):
        open_store(tmp_path / "sandbox.sqlite3")
    first.close()


def test_a_file_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be opened"):
        open_store(tmp_path)
    (tmp_path / "letter.txt").write_text("Dear store, " * 100)
    with pytest.raises(UserError, match="cannot be opened"):
        open_store(tmp_path / "letter.txt")


def _catalogue(*prices: str) -> bytes:
    rows = [
        f"{handle},{handle.title()},{price}" for handle, price in zip(("coffee", "tea"), prices, strict=False)
    ]
    return "\n".join(["Handle,Title,Variant Price", *rows]).encode()


def test_a_file_of_another_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    state = open_store(path, orders=0)
    state.set("format", 1)
    state.close()
    with pytest.raises(UserError, match="was made by another version"):
        open_store(path)


def test_a_new_store_sells_what_it_is_told_to(tmp_path: Path) -> None:
    state = open_store(catalogue=_catalogue("9.90"), orders=3)
    assert (state.count("Product"), state.count("Order")) == (1, 3)
    state.close()
    with pytest.raises(UserError, match="no product CSV"):
        open_store(tmp_path / "store.sqlite3", catalogue=b"a,b\n")
    state = open_store(tmp_path / "store.sqlite3", orders=0)
    assert (state.count("Product"), state.count("Order")) == (63, 0)
    state.close()


@pytest.mark.skipif(not is_installed(), reason="the data of the pizza place are not installed")
def test_a_new_store_can_be_a_pizza_place() -> None:
    state = open_store(orders=12, pizzas=True)
    assert (state.count("Order"), state.all("Product")[0]["vendor"]) == (12, "Pizza Place")
    state.close()
