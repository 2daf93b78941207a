"""Orders edited by an app: begun, staged, committed."""

from typing import Any

from jono.sandbox.asking import Asking
from jono.sandbox.editing import begin as begin_edit
from jono.sandbox.editing import commit as commit_edit
from jono.sandbox.editing import stage
from jono.sandbox.events import announce
from jono.sandbox.gids import gid, read_gid
from jono.sandbox.mutations.carrying_out import Arguments, Payload, refuse
from jono.sandbox.mutations.orders import amount_of
from jono.sandbox.mutations.records import keep_order, known
from jono.sandbox.state import Record, State

LARGEST = 1_000_000


def begin(asking: Asking, arguments: Arguments) -> Payload:
    """`orderEditBegin`."""
    order = known(asking.state, arguments["id"], "Order", ("id",))
    if order["cancelledAt"]:
        raise refuse(("id",), "The order cannot be edited.")
    return _told(begin_edit(asking.state, order))


def set_quantity(asking: Asking, arguments: Arguments) -> Payload:
    """`orderEditSetQuantity`: of a line that the order has, or of one that this edit added."""
    edit, quantity = _edit(asking.state, arguments["id"]), arguments["quantity"]
    _, number = read_gid(arguments["lineItemId"]) or ("", 0)
    calculated = _line(edit, number)
    if calculated is None:
        raise refuse(("lineItemId",), "Line item does not exist")
    fixed = calculated["quantity"] - calculated["editableQuantity"]
    if not fixed <= quantity <= LARGEST:
        raise refuse(("quantity",), f"Quantity must be greater than or equal to {fixed}")
    added = [each["id"] for each in edit["addedLineItems"]]
    if calculated["id"] in added:
        wanted = list(edit["_added"])
        index = added.index(calculated["id"])
        wanted[index] = wanted[index] | {"quantity": quantity}
        changes = {"_added": [each for each in wanted if each["quantity"]]}
    else:
        id = gid("LineItem", number)
        before = edit["_set"].get(id, {}).get("before", calculated["quantity"])
        change = {"quantity": quantity, "before": before, "restock": bool(arguments.get("restock"))}
        changes = {"_set": edit["_set"] | {id: change}}
    kept = stage(asking.state, edit, **changes)
    return _told(kept) | {"calculatedLineItem": _line(kept, number)}


def add_variant(asking: Asking, arguments: Arguments) -> Payload:
    """`orderEditAddVariant`."""
    edit = _edit(asking.state, arguments["id"])
    variant = known(asking.state, arguments["variantId"], "ProductVariant", ("variantId",))
    sold = {each["variant"] for each in edit["lineItems"] if each["quantity"]}
    if variant["id"] in sold and not arguments.get("allowDuplicates"):
        message = "The variant is already on the order. To allow duplicates, use allowDuplicates."
        raise refuse(("variantId",), message)
    return _added(asking.state, edit, {"variant": variant["id"], "quantity": arguments["quantity"]})


def add_custom_item(asking: Asking, arguments: Arguments) -> Payload:
    """`orderEditAddCustomItem`."""
    edit, price = _edit(asking.state, arguments["id"]), arguments["price"]
    order = known(asking.state, edit["originalOrder"], "Order", ("id",))
    if price["currencyCode"] != order["currencyCode"]:
        raise refuse(("price", "currencyCode"), "The sandbox store takes prices in the shop's currency.")
    if not arguments["title"].strip():
        raise refuse(("title",), "Title can't be blank")
    line = {
        "title": arguments["title"],
        "price": str(amount_of(price["amount"], ("price", "amount"))),
        "quantity": arguments["quantity"],
    }
    untaxed = {"taxes": ()} if arguments.get("taxable") is False else {}
    return _added(asking.state, edit, line | untaxed)


def commit(asking: Asking, arguments: Arguments) -> Payload:
    """`orderEditCommit`."""
    state, edit = asking.state, _edit(asking.state, arguments["id"])
    if not edit["_set"] and not edit["_added"]:
        raise refuse(("id",), "There must be at least one change to be made.")
    order, changed = commit_edit(state, edit)
    keep_order(state, order)
    announce(state, "ORDERS_EDITED", {"id": edit["id"], "order": order["id"], "_changed": changed})
    return {"order": order["id"], "successMessages": ["Order updated"]}


def _added(state: State, edit: Record, line: dict[str, Any]) -> Payload:
    if not 0 < line["quantity"] <= LARGEST:
        raise refuse(("quantity",), "Quantity must be greater than 0")
    kept = stage(state, edit, _added=[*edit["_added"], line])
    return _told(kept) | {"calculatedLineItem": kept["addedLineItems"][-1]}


def _edit(state: State, id: str) -> Record:
    """The edit that an id names; the session's id names it as well."""
    _, number = read_gid(id) or ("", 0)
    edit = state.find(gid("CalculatedOrder", number))
    if edit is None or edit["committed"]:
        raise refuse(("id",), "The calculated order does not exist or has been committed.")
    return edit


def _line(edit: Record, number: int) -> Record | None:
    return next((each for each in edit["lineItems"] if each["id"].endswith(f"/{number}")), None)


def _told(edit: Record) -> Payload:
    _, number = read_gid(edit["id"]) or ("", 0)
    return {"calculatedOrder": edit["id"], "orderEditSession": {"id": gid("OrderEditSession", number)}}
