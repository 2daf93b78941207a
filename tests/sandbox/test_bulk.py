"""Bulk operations: what may be asked, what the file holds, how they end."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from jono.sandbox import stored_files
from jono.sandbox.access import grant
from jono.sandbox.background import work
from jono.sandbox.bulk.operations import URL_SECONDS
from jono.sandbox.faults import Fault, FaultKind
from jono.sandbox.server import open_store
from jono.sandbox.state import State
from tests.sandbox.callers import Asker

RUN = """mutation R($query: String!) {
  bulkOperationRunQuery(query: $query, groupObjects: false) {
    bulkOperation { id status } userErrors { code field message } } }"""
RUN_MUTATION = """mutation R($mutation: String!, $path: String!) {
  bulkOperationRunMutation(mutation: $mutation, stagedUploadPath: $path) {
    bulkOperation { id status type } userErrors { code field message } } }"""
TOLD = """query T($id: ID!) { bulkOperation(id: $id) {
  status errorCode objectCount rootObjectCount fileSize url partialDataUrl completedAt } }"""
CANCEL = "mutation C($id: ID!) { bulkOperationCancel(id: $id) { bulkOperation { status } userErrors { message } } }"
ORDERS = """{ orders(query: "status:any") { edges { node { id name customer { id }
  lineItems(first: 1) { edges { node { id quantity } } } } } } }"""


@pytest.fixture
def state() -> Iterator[State]:
    state = open_store(orders=230)
    yield state
    state.close()


@pytest.fixture
def ask(state: State) -> Asker:
    return Asker(state)


def start(ask: Asker, query: str = ORDERS) -> str:
    payload = ask.data(RUN, query=query)
    assert payload["userErrors"] == []
    assert payload["bulkOperation"]["status"] == "CREATED"
    return str(payload["bulkOperation"]["id"])


def finish(ask: Asker, id: str) -> Any:
    for _ in range(50):
        work(ask.desk)
        told = ask.data(TOLD, id=id)
        if told["status"] not in ("CREATED", "RUNNING", "CANCELING"):
            return told
        ask.state.clock.advance(1)
    raise AssertionError("the operation never ended")


def rows(state: State, url: str) -> list[dict[str, Any]]:
    return [json.loads(each) for each in stored_files.lines(state, url.rsplit("/", 1)[1])]


def test_everything_is_read_children_after_their_parents(state: State, ask: Asker) -> None:
    told = finish(ask, start(ask))
    lines = rows(state, told["url"])
    roots = [each for each in lines if "__parentId" not in each]
    assert (told["status"], int(told["rootObjectCount"]), int(told["objectCount"])) == (
        "COMPLETED",
        230,
        len(lines),
    )
    assert int(told["fileSize"]) == stored_files.size(state, told["url"].rsplit("/", 1)[1])
    assert sorted(each["id"] for each in roots) == sorted(each["id"] for each in state.all("Order"))
    items = {order["id"]: [each["id"] for each in order["lineItems"]] for order in state.all("Order")}
    found: dict[str, list[str]] = {}
    for each in lines:
        if parent := each.get("__parentId"):
            found[parent].append(each["id"])
        else:
            assert set(each) == {"id", "name", "customer"}
            found[each["id"]] = []
    assert found == items


def test_a_search_that_finds_nothing_has_no_file(ask: Asker) -> None:
    told = finish(ask, start(ask, '{ orders(query: "name:nobody") { edges { node { id } } } }'))
    assert (told["status"], told["objectCount"], told["url"]) == ("COMPLETED", "0", None)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("{ orders { nodes { id } } }", "Selecting via 'nodes' is not supported"),
        ("{ shop { name } }", "must contain at least one connection"),
        ('{ node(id: "gid://shopify/Order/1") { id } }', "top level 'node'"),
        ("{ orders { edges { node { name lineItems { edges { node { id } } } } } } }", "must select the 'id' field"),
        (
            "{ orders { edges { node { id lineItems { edges { node { id variant { id inventoryItem { "
            "id inventoryLevels { edges { node { id location { id "
            "inventoryLevels { edges { node { id } } } } } } } } } } } } } } } }",
            "nesting depth",
        ),
        ("{ orders { edges { node { colour } } } }", "Cannot query field"),
        ("{ orders { edges { node { id } } } products { edges { node { id } } } }", "a single top level field"),
        ("mutation { orderClose }", "Invalid bulk query"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_in_bulk_is_refused(ask: Asker, query: str, words: str) -> None:
    [(code, message)] = ask.refused(RUN, query=query)
    assert code == "INVALID"
    assert words in message


def test_five_run_at_once_and_no_sixth(ask: Asker) -> None:
    ids = [start(ask) for _ in range(5)]
    [(code, message)] = ask.refused(RUN, query=ORDERS)
    assert code == "OPERATION_IN_PROGRESS"
    assert message == f"A bulk query operation for this app and shop is already in progress: {','.join(ids)}."
    for each in ids:
        finish(ask, each)
    start(ask)


def test_an_operation_that_fails_half_way_leaves_what_it_had(state: State, ask: Asker) -> None:
    ask.desk.faults.add(Fault(kind=FaultKind.BULK_FAIL))
    told = finish(ask, start(ask))
    assert (told["status"], told["errorCode"], told["url"]) == ("FAILED", "INTERNAL_SERVER_ERROR", None)
    assert 0 < len(rows(state, told["partialDataUrl"])) == int(told["objectCount"])
    assert int(told["rootObjectCount"]) == 100


def test_what_the_app_may_not_see_fails(state: State, ask: Asker) -> None:
    id = start(ask)
    grant(state, ["read_products"])
    told = finish(ask, id)
    assert (told["status"], told["errorCode"]) == ("FAILED", "ACCESS_DENIED")


def test_a_cancelled_operation_ends(ask: Asker) -> None:
    id = start(ask)
    assert ask.data(CANCEL, id=id)["bulkOperation"] == {"status": "CANCELING"}
    assert finish(ask, id)["status"] == "CANCELED"
    assert ask.refused(CANCEL, id=id) == ["A bulk operation cannot be canceled when it is canceled"]


def test_the_address_of_a_file_expires_in_a_week(state: State, ask: Asker) -> None:
    id = start(ask)
    assert finish(ask, id)["url"]
    state.clock.advance(URL_SECONDS)
    work(ask.desk)
    told = ask.data(TOLD, id=id)
    assert (told["status"], told["url"]) == ("EXPIRED", None)


def test_operations_are_listed(ask: Asker) -> None:
    id = start(ask)
    finish(ask, id)
    query = (
        '{ bulkOperations(first: 5, query: "status:completed operation_type:query") { nodes { id type } } }'
    )
    assert ask.data(query)["nodes"] == [{"id": id, "type": "QUERY"}]


def stage(ask: Asker, lines: list[dict[str, Any]]) -> str:
    wanted = {
        "resource": "BULK_MUTATION_VARIABLES", "filename": "vars.jsonl", "mimeType": "text/jsonl", "httpMethod": "POST",
    }  # fmt: skip
    create = """mutation S($input: [StagedUploadInput!]!) { stagedUploadsCreate(input: $input) {
      stagedTargets { url resourceUrl parameters { name value } } userErrors { message } } }"""
    [target] = ask.data(create, input=[wanted])["stagedTargets"]
    key = next(each["value"] for each in target["parameters"] if each["name"] == "key")
    stored_files.append(ask.state, key, b"\n".join(json.dumps(each).encode() for each in lines))
    return str(key)


def test_a_file_of_changes_is_carried_out_line_by_line(state: State, ask: Asker) -> None:
    items = state.all("InventoryItem")[:45]
    lines = [{"id": each["id"], "input": {"sku": f"S-{index}"}} for index, each in enumerate(items)]
    lines[3]["id"] = "gid://shopify/InventoryItem/1"
    path = stage(ask, lines)
    mutation = """mutation M($id: ID!, $input: InventoryItemInput!) {
      inventoryItemUpdate(id: $id, input: $input) { inventoryItem { sku } userErrors { message } } }"""
    payload = ask.data(RUN_MUTATION, mutation=mutation, path=path)
    told = finish(ask, payload["bulkOperation"]["id"])
    results = rows(state, told["url"])
    assert [each["__lineNumber"] for each in results] == list(range(45))
    assert results[3]["data"]["inventoryItemUpdate"]["userErrors"] == [
        {"message": "Inventory item does not exist"}
    ]
    assert results[44]["data"]["inventoryItemUpdate"]["inventoryItem"] == {"sku": "S-44"}
    assert (state.find(items[44]["id"]) or {})["sku"] == "S-44"


def test_a_line_that_is_no_json_fails_alone(state: State, ask: Asker) -> None:
    path = stage(ask, [])
    item = state.all("InventoryItem")[0]["id"]
    good = json.dumps({"id": item, "input": {"sku": "NEW"}}).encode()
    stored_files.append(state, path, b"{oops\n" + good)
    mutation = """mutation M($id: ID!, $input: InventoryItemInput!) {
      inventoryItemUpdate(id: $id, input: $input) { userErrors { message } } }"""
    told = finish(ask, ask.data(RUN_MUTATION, mutation=mutation, path=path)["bulkOperation"]["id"])
    first, second = rows(state, told["url"])
    assert "Invalid JSON" in first["errors"][0]["message"]
    assert second["data"] == {"inventoryItemUpdate": {"userErrors": []}}


def test_a_file_must_have_been_uploaded(ask: Asker) -> None:
    mutation = "mutation M($id: ID!) { webhookSubscriptionDelete(id: $id) { userErrors { message } } }"
    [(code, _)] = ask.refused(RUN_MUTATION, mutation=mutation, path="tmp/nothing")
    assert code == "NO_SUCH_FILE"
    [(code, _)] = ask.refused(
        RUN_MUTATION, mutation="mutation { a: bulkOperationCancel(id: 1) { bulkOperation { id } } }", path="x"
    )
    assert code == "INVALID_MUTATION"
