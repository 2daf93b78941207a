"""Returns made, asked for, approved, declined, closed and cancelled by an app; what is exchanged is sold anew."""

from collections.abc import Mapping
from typing import Any

from jono.sandbox.asking import Asking
from jono.sandbox.drafts import Line
from jono.sandbox.editing import added_lines, append, ship_also
from jono.sandbox.events import announce
from jono.sandbox.gids import gid, read_gid
from jono.sandbox.mutations.carrying_out import Arguments, Mutation, Payload, refuse
from jono.sandbox.mutations.records import editable_order, keep_order, known
from jono.sandbox.returns import SentBack, keep_return, new_return, returnable
from jono.sandbox.state import Record, State
from jono.sandbox.values import time_text


def create(asking: Asking, arguments: Arguments) -> Payload:
    """`returnCreate`: approved from its beginning."""
    return _begun(asking.state, arguments["returnInput"], "returnInput", "OPEN", "RETURNS_APPROVE")


def request(asking: Asking, arguments: Arguments) -> Payload:
    """`returnRequest`: what a customer asks for, to be approved or declined."""
    return _begun(asking.state, arguments["input"], "input", "REQUESTED", "RETURNS_REQUEST")


def decline(asking: Asking, arguments: Arguments) -> Payload:
    """`returnDeclineRequest`."""
    wanted = arguments["input"]
    told = {"reason": wanted["declineReason"], "note": wanted.get("declineNote")}
    return _changed(asking.state, wanted["id"], ("input", "id"), "REQUESTED", {"status": "DECLINED", "decline": told},
                    "RETURNS_DECLINE")  # fmt: skip


def approve(asking: Asking, arguments: Arguments) -> Payload:
    """`returnApproveRequest`."""
    changes = {"status": "OPEN", "requestApprovedAt": time_text(asking.state.now())}
    where = ("input", "id")
    return _changed(asking.state, arguments["input"]["id"], where, "REQUESTED", changes, "RETURNS_APPROVE")


def _moving(before: str, after: str, topic: str) -> Mutation:
    """Return the mutation that takes a return from one status to another."""

    def carry_out(asking: Asking, arguments: Arguments) -> Payload:
        closed_at = time_text(asking.state.now()) if after == "CLOSED" else None
        changes = {"status": after, "closedAt": closed_at}
        return _changed(asking.state, arguments["id"], ("id",), before, changes, topic)

    return carry_out


close = _moving("OPEN", "CLOSED", "RETURNS_CLOSE")
reopen = _moving("CLOSED", "OPEN", "RETURNS_REOPEN")
cancel = _moving("OPEN", "CANCELED", "RETURNS_CANCEL")


def _begun(state: State, wanted: Mapping[str, Any], name: str, status: str, topic: str) -> Payload:
    order = editable_order(state, wanted["orderId"], (name, "orderId"), "NOT_FOUND")
    left = {line["id"]: (line, count) for line, count in returnable(state, order)}
    lines = [
        _sent_back(left, (name, "returnLineItems", index), each)
        for index, each in enumerate(wanted["returnLineItems"])
    ]
    if not lines:
        raise refuse((name, "returnLineItems"), "Return line items can't be blank", "BLANK")
    returned = new_return(state, order, lines, status)
    exchanged = wanted.get("exchangeLineItems") or []
    returned["exchangeLineItems"] = [
        _exchange(state, order, returned, index, each) for index, each in enumerate(exchanged, start=1)
    ]
    state.put([returned])
    keep_order(state, order)
    announce(state, topic, returned)
    return {"return": returned["id"]}


def _sent_back(
    left: dict[str, tuple[Record, int]], where: tuple[object, ...], wanted: Mapping[str, Any]
) -> SentBack:
    line, count = left.get(wanted["fulfillmentLineItemId"], ({}, 0))
    if not line:
        raise refuse((*where, "fulfillmentLineItemId"), "Fulfillment line item not found.", "NOT_FOUND")
    if not 0 < wanted["quantity"] <= count:
        raise refuse((*where, "quantity"), "Return line item has an invalid quantity.", "INVALID")
    left[line["id"]] = (line, count - wanted["quantity"])
    return SentBack(
        line, wanted["quantity"], wanted.get("returnReasonNote") or "", wanted.get("customerNote")
    )


def _exchange(state: State, order: Record, returned: Record, index: int, wanted: Mapping[str, Any]) -> Record:
    """Sell what is given in exchange: one more line of the order, to be shipped."""
    where = ("returnInput", "exchangeLineItems", index - 1)
    variant = known(
        state, wanted.get("variantId") or "", "ProductVariant", (*where, "variantId"), "NOT_FOUND"
    )
    if wanted["quantity"] < 1:
        raise refuse((*where, "quantity"), "Quantity must be greater than 0", "GREATER_THAN")
    [line] = added_lines(state, order, [Line(variant=variant["id"], quantity=wanted["quantity"])])
    append(order, line)
    ship_also(state, order, {line["id"]: line["quantity"]})
    _, number = read_gid(returned["id"]) or ("", 0)
    return {
        "id": gid("ExchangeLineItem", number * 1_000 + index),
        "quantity": line["quantity"],
        "title": line["title"],
        "variantId": variant["id"],
        "variantSku": variant["sku"],
        "lineItems": [line["id"]],
    }


def _changed(
    state: State, id: str, where: tuple[str, ...], before: str, changes: Mapping[str, Any], topic: str
) -> Payload:
    returned = known(state, id, "Return", where, "NOT_FOUND")
    if returned["status"] != before:
        message = f"Return is not in a state that allows this: it is {returned['status'].lower()}."
        raise refuse(where, message, "INVALID_STATE")
    changed = returned | dict(changes)
    keep_order(state, keep_return(state, changed))
    announce(state, topic, changed)
    return {"return": id}
