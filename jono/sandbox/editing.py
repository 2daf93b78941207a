"""Orders edited: quantities changed and lines added, staged in a calculated order until they are committed."""

import copy
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from jono.sandbox.bags import minus, plus, times
from jono.sandbox.drafts import Line, OrderDraft, Tax
from jono.sandbox.fulfilment import OPEN, actions, move_line, new_fulfillment_order, now_text, status_of
from jono.sandbox.gids import gid, read_gid
from jono.sandbox.order_lines import line_records, sold_goods
from jono.sandbox.orders import prices_of
from jono.sandbox.payments import settle
from jono.sandbox.shop import WAREHOUSE
from jono.sandbox.state import Record, State
from jono.sandbox.values import Bag

_SHIPPED = ("UNFULFILLED", "PARTIALLY_FULFILLED", "FULFILLED")


def begin(state: State, order: Record) -> Record:
    """Open an edit of an order; return the calculated order, kept."""
    [number] = state.take_numbers("CalculatedOrder", 1, 1)
    began = {"id": gid("CalculatedOrder", number), "committed": False, "originalOrder": order["id"],
             "_set": {}, "_added": []}  # fmt: skip
    return stage(state, began)


def stage(state: State, edit: Record, **changes: Any) -> Record:
    """Keep an edit with changes, and what the order would come to with them."""
    edit = edit | changes
    order = _changed(state, copy.deepcopy(state.find(edit["originalOrder"]) or {}), edit)
    known = len(order["lineItems"]) - len(edit["_added"])
    lines = [_calculated(each, edit) for each in order["lineItems"] if each["name"] != "Tip"]
    added = [_calculated(each, edit) for each in order["lineItems"][known:]]
    calculated = edit | {
        "lineItems": lines,
        "addedLineItems": added,
        "subtotalLineItemsQuantity": order["currentSubtotalLineItemsQuantity"],
        "subtotalPriceSet": order["subtotalPriceSet"],
        "totalPriceSet": order["currentTotalPriceSet"],
        "totalOutstandingSet": order["totalOutstandingSet"],
    }
    state.put([calculated])
    return calculated


def commit(state: State, edit: Record) -> tuple[Record, dict[str, int]]:
    """Carry out an edit; return the order, which is for the caller to keep, and by how many each line changed."""
    before = state.find(edit["originalOrder"]) or {}
    order = _changed(state, copy.deepcopy(before), edit)
    had = {each["id"]: each["currentQuantity"] for each in before["lineItems"]}
    by = {each["id"]: each["currentQuantity"] - had.get(each["id"], 0) for each in order["lineItems"]}
    for line in order["lineItems"]:
        if by[line["id"]] < 0:
            restock = edit["_set"][line["id"]]["restock"]
            _unship(state, order, line, -by[line["id"]], restock=restock)
    ship_also(state, order, {id: count for id, count in by.items() if count > 0})
    order["edited"] = True
    state.put([edit | {"committed": True}])
    return order, {id: count for id, count in by.items() if count}


def added_lines(state: State, order: Record, lines: Sequence[Line]) -> list[Record]:
    """Return the records of further lines of an order: taxed as its first line is, in its currencies.

    Raises ValueError for goods that the store does not know.
    """
    shop, presentment = (
        Decimal(order["totalPriceSet"][each]["amount"]) for each in ("shopMoney", "presentmentMoney")
    )
    draft = OrderDraft(
        lines=tuple(lines),
        taxes=_taxes(order),
        taxes_included=order["taxesIncluded"],
        tax_exempt=order["taxExempt"],
        presentment_currency=order["presentmentCurrencyCode"],
        exchange_rate=presentment / shop if shop and presentment else Decimal(1),
    )
    goods = sold_goods(state, draft)
    _, number = read_gid(order["id"]) or ("", 0)
    records = line_records(number, draft, goods, prices_of(draft, goods, order["currencyCode"]))
    first = number * 1_000 + len(order["lineItems"]) + 1
    return [each | {"id": gid("LineItem", first + index)} for index, each in enumerate(records)]


def append(order: Record, line: Record) -> None:
    """Add a line to an order, changed in place, and to what it comes to."""
    order["lineItems"] = [*order["lineItems"], line]
    _count(order, line, line["quantity"])


def ship_also(state: State, order: Record, counts: Mapping[str, int]) -> None:
    """Have more of an order's lines shipped, by a fulfilment order of their own, and set the goods aside."""
    lines = [each | {"quantity": counts[each["id"]]} for each in order["lineItems"] if counts.get(each["id"])]
    if lines:
        asked = new_fulfillment_order(state, order, WAREHOUSE, lines)
        order["fulfillmentOrders"] = [*order["fulfillmentOrders"], asked["id"]]
    for line in lines:
        move_line(state, line, WAREHOUSE, {"available": -line["quantity"], "committed": line["quantity"]})
    settle(order)
    if order["displayFulfillmentStatus"] in _SHIPPED:
        order["displayFulfillmentStatus"] = status_of(order)


def _changed(state: State, order: Record, edit: Record) -> Record:
    for line in order["lineItems"]:
        if line["id"] in edit["_set"]:
            _set_quantity(order, line, edit["_set"][line["id"]]["quantity"])
    for wanted in edit["_added"]:
        [line] = added_lines(state, order, [Line.model_validate(wanted)])
        append(order, line)
    settle(order)
    return order


def _set_quantity(order: Record, line: Record, quantity: int) -> None:
    """Change how many of a line are sold. Fewer leave what was ordered as it was; more are ordered with them."""
    by = quantity - line["currentQuantity"]
    line["currentQuantity"] = quantity
    line["unfulfilledQuantity"] += by
    if by < 0:
        order["currentTotalPriceSet"] = minus(order["currentTotalPriceSet"], _worth(order, line, -by))
        order["currentSubtotalLineItemsQuantity"] += by
        return
    _count(order, line, by)
    factor = Decimal(line["quantity"] + by) / line["quantity"]
    line["quantity"] += by
    line["discountedTotalSet"] = times(line["discountedTotalSet"], factor)
    for tax in line["taxLines"]:
        tax["priceSet"] = times(tax["priceSet"], factor)


def _count(order: Record, line: Record, count: int) -> None:
    """Add some more of a line to an order's totals."""
    share = Decimal(count) / line["quantity"]
    order |= {
        name: plus(order[name], _worth(order, line, count))
        for name in ("totalPriceSet", "currentTotalPriceSet")
    }
    order["subtotalPriceSet"] = plus(order["subtotalPriceSet"], times(line["discountedTotalSet"], share))
    for tax in line["taxLines"]:
        amount = times(tax["priceSet"], share)
        order["totalTaxSet"] = plus(order["totalTaxSet"], amount)
        known = next((each for each in order["taxLines"] if each["title"] == tax["title"]), None)
        if known:
            known["priceSet"] = plus(known["priceSet"], amount)
        else:
            order["taxLines"] = [*order["taxLines"], tax | {"priceSet": amount}]
    order["subtotalLineItemsQuantity"] += count
    order["currentSubtotalLineItemsQuantity"] += count


def _worth(order: Record, line: Record, count: int) -> Bag:
    """What some of a line cost, with the taxes that are not included."""
    worth = line["discountedTotalSet"]
    for tax in () if order["taxesIncluded"] else line["taxLines"]:
        worth = plus(worth, tax["priceSet"])
    return times(worth, Decimal(count) / line["quantity"])


def _unship(state: State, order: Record, line: Record, count: int, *, restock: bool) -> None:
    """Take some of a line out of the fulfilment orders that have not been shipped."""
    for asked in filter(None, map(state.find, order["fulfillmentOrders"])):
        if asked["status"] not in (*OPEN, "ON_HOLD") or not count:
            continue
        lines = []
        for each in asked["lineItems"]:
            off = min(count, each["remainingQuantity"]) if each["lineItem"] == line["id"] else 0
            count -= off
            names = ("totalQuantity", "remainingQuantity")
            lines.append(each | {name: each[name] - off for name in names})
            back = {"available": off} if restock else {"on_hand": -off}
            if off:
                move_line(state, line, asked["assignedLocation"]["location"], {"committed": -off} | back)
        status = asked["status"] if any(each["remainingQuantity"] for each in lines) else "CLOSED"
        left = [each for each in lines if each["totalQuantity"]]
        state.put(
            [asked | {"lineItems": left, "status": status, "updatedAt": now_text(state), **actions(status)}]
        )


def _taxes(order: Record) -> tuple[Tax, ...]:
    first: list[Record] = next((each["taxLines"] for each in order["lineItems"] if each["taxLines"]), [])
    return tuple(
        Tax(title=each["title"], rate=Decimal(str(each["rate"])), channel_liable=bool(each["channelLiable"]))
        for each in first
    )


def _calculated(line: Record, edit: Record) -> Record:
    _, number = read_gid(line["id"]) or ("", 0)
    change = edit["_set"].get(line["id"]) or {}
    fixed = line["currentQuantity"] - line["unfulfilledQuantity"]
    return {
        "id": gid("CalculatedLineItem", number),
        **{name: line[name] for name in ("title", "variantTitle", "sku", "variant", "originalUnitPriceSet")},
        "quantity": line["currentQuantity"],
        "editableQuantity": line["unfulfilledQuantity"],
        "editableQuantityBeforeChanges": change.get("before", line["currentQuantity"]) - fixed,
        "restocking": bool(change.get("restock")),
    }
