"""Faults over real HTTP, and the doors beside GraphQL: signing in, uploads, downloads, the clock."""

import json
import time
from collections.abc import Iterator
from http.client import IncompleteRead, RemoteDisconnected
from threading import Thread
from typing import Any

import pytest

from jono.sandbox.faults import Fault, FaultKind, Faults, Mix
from jono.sandbox.server import open_store
from jono.sandbox.state import State
from tests.sandbox.callers import GRAPHQL, Caller
from tests.stores import served

NAME = {"query": "{ shop { name } }"}
UPDATE = """mutation U($id: ID!, $sku: String) {
  inventoryItemUpdate(id: $id, input: {sku: $sku}) { inventoryItem { sku } userErrors { message } } }"""


@pytest.fixture(scope="module")
def state() -> Iterator[State]:
    state = open_store(orders=5)
    yield state
    state.close()


@pytest.fixture(scope="module")
def served_at(state: State) -> Iterator[str]:
    with served(state) as address:
        yield address


@pytest.fixture
def call(served_at: str) -> Iterator[Caller]:
    caller = Caller(served_at)
    yield caller
    caller("DELETE", "/_control/faults")


def fail(call: Caller, **fault: Any) -> None:
    status, _ = call("POST", "/_control/faults", {"fault": fault})
    assert status == 201


def update(state: State, sku: str) -> dict[str, Any]:
    return {"query": UPDATE, "variables": {"id": state.all("InventoryItem")[0]["id"], "sku": sku}}


def sku(state: State) -> Any:
    return state.all("InventoryItem")[0]["sku"]


def test_an_answer_is_dropped_after_its_effect(state: State, call: Caller) -> None:
    fail(call, kind="drop_answer", operation="inventoryItemUpdate")
    assert call.graphql(NAME)[0] == 200
    with pytest.raises((IncompleteRead, RemoteDisconnected)):
        call.graphql(update(state, "DROPPED"))
    assert sku(state) == "DROPPED"
    assert call.graphql(update(state, "AGAIN"))[0] == 200


def test_a_status_comes_before_the_effect_or_after_it(state: State, call: Caller) -> None:
    fail(call, kind="status", status=502, times=2)
    assert [call.graphql(update(state, "BEFORE"))[0] for _ in range(2)] == [502, 502]
    assert sku(state) != "BEFORE"
    fail(call, kind="status", status=500, after=True)
    assert call.graphql(update(state, "AFTER"))[0] == 500
    assert sku(state) == "AFTER"


def test_a_throttle_storm_empties_the_bucket(state: State) -> None:
    from jono.sandbox.bucket import Plan

    with served(state, Plan(100, 1), lambda: 0.0) as address:
        call = Caller(address)
        fail(call, kind="throttle", operation="shop")
        for _ in range(2):
            _, body = call.graphql(NAME)
            assert body["errors"][0]["extensions"]["code"] == "THROTTLED"
            assert body["extensions"]["cost"]["throttleStatus"]["currentlyAvailable"] == 0


def test_a_slow_answer_holds_its_key_and_nobody_else(state: State, call: Caller) -> None:
    fail(call, kind="slow", seconds=0.5, operation="inventoryItemUpdate")
    slow = Thread(target=call.graphql, args=(update(state, "SLOW"),))
    began = time.monotonic()
    slow.start()
    while call("GET", "/_control/faults")[1]["faults"]:
        pass
    assert call.graphql(NAME)[0] == 200
    assert time.monotonic() - began < 0.5
    slow.join()
    assert sku(state) == "SLOW"


def test_a_mutation_half_fails(state: State, call: Caller) -> None:
    items = [each["id"] for each in state.all("InventoryItem")[:4]]
    location = state.all("Location")[0]["id"]
    quantities = [
        {"inventoryItemId": each, "locationId": location, "quantity": 77, "changeFromQuantity": None}
        for each in items
    ]
    query = """mutation S($input: InventorySetQuantitiesInput!) {
      inventorySetQuantities(input: $input) @idempotent(key: "half") { userErrors { code } } }"""
    fail(call, kind="half_fail")
    wanted = {"name": "on_hand", "reason": "correction", "quantities": quantities}
    _, body = call.graphql({"query": query, "variables": {"input": wanted}})
    assert body["errors"][0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    levels = [(state.find(each) or {})["inventoryLevels"][0]["quantities"] for each in items]
    on_hand = [next(each["quantity"] for each in level if each["name"] == "on_hand") for level in levels]
    assert on_hand[:2] == [77, 77] and 77 not in on_hand[2:]


def run_bulk(call: Caller) -> str:
    run = """mutation { bulkOperationRunQuery(query: "{ orders { edges { node { id name } } } }", groupObjects: false) {
      bulkOperation { id } userErrors { message } } }"""
    id = call.data(run)["bulkOperation"]["id"]
    call("POST", "/_control/clock", {"advance": 10})
    while True:
        told = call.data("query B($id: ID!) { bulkOperation(id: $id) { status url } }", id=id)
        if told["status"] == "COMPLETED":
            return str(told["url"]).removeprefix(call.address)


def test_a_bulk_file_is_fetched_whole_or_broken_off(call: Caller) -> None:
    path = run_bulk(call)
    whole = call.raw("GET", path)[1]
    assert [set(json.loads(line)) for line in whole.splitlines()] == [{"id", "name"}] * 5
    fail(call, kind="truncate_jsonl")
    with pytest.raises(IncompleteRead) as broken:
        call.raw("GET", path)
    assert whole.startswith(broken.value.partial) and len(broken.value.partial) == len(whole) // 2
    assert call.raw("GET", path)[1] == whole


def test_the_address_of_a_file_does_not_outlive_a_week(call: Caller) -> None:
    path = run_bulk(call)
    call("POST", "/_control/clock", {"advance": 7 * 86_400})
    status, body = call.raw("GET", path)
    assert (status, b"ExpiredToken" in body) == (400, True)


def test_faults_are_listed_and_cleared(call: Caller) -> None:
    _, body = call(
        "POST", "/_control/faults", {"mix": {"kinds": ["slow", "status"], "rate": 0.01, "seed": 3}}
    )
    _, standing = call("GET", "/_control/faults")
    assert [(each["kind"], each["rate"], each["times"]) for each in standing["faults"]] == [
        ("slow", 0.01, None),
        ("status", 0.01, None),
    ]
    assert call("DELETE", f"/_control/faults/{body['ids'][0]}")[1] == {"cleared": 1}
    assert call("DELETE", f"/_control/faults/{body['ids'][0]}")[0] == 404
    assert call("DELETE", "/_control/faults")[1] == {"cleared": 1}
    assert call("POST", "/_control/faults", {"fault": {"kind": "gremlin"}})[0] == 422
    assert call("POST", "/_control/faults", {})[0] == 422


def test_a_mix_falls_the_same_each_time() -> None:
    def thrown(seed: int) -> list[bool]:
        faults = Faults()
        for each in Mix(kinds=[FaultKind.STATUS, FaultKind.SLOW], rate=0.3, seed=seed).faults():
            faults.add(each)
        return [faults.take(FaultKind.SLOW) is not None for _ in range(50)]

    assert thrown(1) == thrown(1) != thrown(2)
    assert 5 < sum(thrown(1)) < 25


def test_a_fault_is_gone_when_it_has_happened_often_enough() -> None:
    faults = Faults()
    faults.add(Fault(kind=FaultKind.SLOW, times=2, operation="orders"))
    assert faults.take(FaultKind.SLOW, "shop") is None
    assert all(faults.take(FaultKind.SLOW, "orders") for _ in range(2))
    assert faults.take(FaultKind.SLOW, "orders") is None


def test_the_clock_is_set_run_and_shown_wrong(state: State, call: Caller) -> None:
    _, before = call("GET", "/_control/clock")
    _, told = call("POST", "/_control/clock", {"set": "2026-12-24T12:00:00Z", "speed": 0})
    assert (told["now"], told["speed"]) == ("2026-12-24T12:00:00Z", 0)
    fail(call, kind="clock_skew", seconds=3600)
    assert call("GET", "/_control/clock")[1]["now"] == "2026-12-24T13:00:00Z"
    call("DELETE", "/_control/faults")
    call("POST", "/_control/clock", {"set": before["now"], "speed": 1})


def sign_in(call: Caller, **changes: str) -> tuple[int, Any]:
    _, app = call("GET", "/_control/app")
    form = {
        "grant_type": "client_credentials", "client_id": app["client_id"], "client_secret": app["client_secret"],
    }  # fmt: skip
    fields = "&".join(f"{name}={value}" for name, value in (form | changes).items())
    media_type = {"Content-Type": "application/x-www-form-urlencoded"}
    return call("POST", "/admin/oauth/access_token", fields.encode(), media_type)


def test_an_app_signs_in_for_a_day(call: Caller) -> None:
    status, granted = sign_in(call)
    assert (status, granted["expires_in"]) == (200, 86_399)
    assert "write_products" in granted["scope"].split(",")
    token = granted["access_token"]
    assert call.graphql(NAME, token)[0] == 200
    call("POST", "/_control/clock", {"advance": 86_398})
    assert call.graphql(NAME, token)[0] == 200
    call("POST", "/_control/clock", {"advance": 5})
    assert call.graphql(NAME, token)[0] == 401


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"client_id": "x"}, "application_cannot_be_found"),
        ({"client_secret": "x"}, "invalid_client"),
    ],
)
def test_a_wrong_sign_in_is_refused(call: Caller, changes: dict[str, str], error: str) -> None:
    status, body = sign_in(call, **changes)
    assert (status, body["error"]) == (400, error)


def test_the_answering_version_is_told(call: Caller) -> None:
    call.graphql(NAME)
    assert call.headers["x-shopify-api-version"] == "2026-10"
    status, _ = call.graphql(NAME, path=GRAPHQL.replace("2026-10", "2020-01"))
    assert (status, call.headers["x-shopify-api-version"]) == (200, "2026-01")


def test_files_are_uploaded_where_they_were_staged(call: Caller) -> None:
    query = """mutation S($input: [StagedUploadInput!]!) { stagedUploadsCreate(input: $input) {
      stagedTargets { url resourceUrl parameters { name value } } userErrors { message } } }"""
    wanted = {"resource": "IMAGE", "filename": "mug.png", "mimeType": "image/png"}
    by_put, by_form = call.data(query, input=[wanted, wanted | {"httpMethod": "POST"}])["stagedTargets"]
    assert call.raw("PUT", by_put["url"].removeprefix(call.address), b"png")[0] == 200
    assert call.raw("GET", by_put["resourceUrl"].removeprefix(call.address)) == (200, b"png")
    key = next(each["value"] for each in by_form["parameters"] if each["name"] == "key")
    form = b"".join(
        b'--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % part
        for part in ((b"key", key.encode()), (b"file", b"bytes\x00\xff\r\nmore"))
    )
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    assert call.raw("POST", "/_uploads/", form + b"--b--\r\n", headers)[0] == 201
    assert call.raw("GET", by_form["resourceUrl"].removeprefix(call.address))[1] == b"bytes\x00\xff\r\nmore"
    assert call.raw("PUT", "/_uploads/tmp/elsewhere", b"x")[0] == 403


def test_an_app_that_is_uninstalled_is_shut_out() -> None:
    state = open_store(orders=0)
    with served(state) as address:
        call = Caller(address)
        token = sign_in(call)[1]["access_token"]
        assert call("DELETE", "/_control/app")[0] == 200
        assert call.graphql(NAME, token)[0] == 401
        assert sign_in(call)[1]["error"] == "app_not_installed"
    state.close()
