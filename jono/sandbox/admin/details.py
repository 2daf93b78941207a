"""One order and one product of the admin page."""

from jono.sandbox.admin.html import Html, Say, badge, card, h, joined, table
from jono.sandbox.admin.lists import money
from jono.sandbox.state import Record, State
from jono.sandbox.stock import quantity


def order(state: State, found: Record, say: Say) -> Html:
    """An order: its lines, its totals and what has happened to it."""
    lines = [
        (each["name"], each["sku"], each["quantity"], money(each["originalUnitPriceSet"]["shopMoney"]),
         money(each["discountedTotalSet"]["shopMoney"]))
        for each in found["lineItems"]
    ]  # fmt: skip
    totals = [
        (say(name), money(found[key]["shopMoney"]))
        for name, key in (
            ("Subtotal", "subtotalPriceSet"), ("Discounts", "totalDiscountsSet"),
            ("Shipping", "totalShippingPriceSet"), ("Taxes", "totalTaxSet"), ("Total", "totalPriceSet"),
        )
    ]  # fmt: skip
    badges = joined((badge(found["displayFinancialStatus"]), " ", badge(found["displayFulfillmentStatus"])))
    heads = ("Product", "SKU", "Quantity", "Price", "Total")
    return joined(
        (
            Html(f'<p class="text">{h(badges)} {h(_who(state, found, say))}</p>'),
            card("Items", table(heads, lines, say, (2, 3, 4)), say),
            card("Total", table(("", ""), totals, say, (1,)), say),
            card(
                "To be shipped",
                table(("Order", "Status", "From", "Left"), _left(state, found), say, (3,)),
                say,
            ),
            card(
                "Payments",
                table(("Time", "Kind", "Status", "Method", "Amount"), _payments(found), say, (4,)),
                say,
            ),
            card("Timeline", table(("Time", "", ""), _timeline(state, found, say), say), say),
        )
    )


def _who(state: State, found: Record, say: Say) -> str:
    customer = state.find(found["customer"]) if found["customer"] else None
    address = found["shippingAddress"] or {}
    parts = [address.get(each) for each in ("address1", "zip", "city", "country")]
    return " · ".join(filter(None, ((customer or {}).get("displayName") or say("No customer"), *parts)))


def _left(state: State, found: Record) -> list[tuple[object, ...]]:
    """The fulfilment orders, and how many pieces of each are still to be shipped."""
    return [
        (f"F{index}", badge(each["status"]), each["assignedLocation"]["name"],
         sum(line["remainingQuantity"] for line in each["lineItems"]))
        for index, each in enumerate(filter(None, map(state.find, found["fulfillmentOrders"])), start=1)
    ]  # fmt: skip


def _payments(found: Record) -> list[tuple[object, ...]]:
    return [
        (each["processedAt"].replace("T", " ").rstrip("Z"), each["kind"].capitalize(), badge(each["status"]),
         each["formattedGateway"], money(each["amountSet"]["shopMoney"]))
        for each in found["transactions"]
    ]  # fmt: skip


def product(state: State, found: Record, say: Say) -> Html:
    """A product: its variants, and how many of each are where."""
    locations = {each["id"]: each["name"] for each in state.all("Location")}
    rows = []
    for variant in filter(None, map(state.find, found["variants"])):
        item = state.find(variant["inventoryItem"]) or {"inventoryLevels": [], "unitCost": None}
        cost = money(item["unitCost"]) if item["unitCost"] else "-"
        for level in item["inventoryLevels"]:
            counts = [quantity(level, name) for name in ("available", "committed", "on_hand")]
            rows.append(
                (
                    variant["title"],
                    variant["sku"],
                    variant["price"],
                    cost,
                    locations[level["location"]],
                    *counts,
                )
            )
    heads = ("Variants", "SKU", "Price", "Unit cost", "Location", "Available", "Committed", "On hand")
    return card("Inventory", table(heads, rows, say, (2, 3, 5, 6, 7)), say)


def _timeline(state: State, found: Record, say: Say) -> list[tuple[str, str, str]]:
    told = [(found["createdAt"], say("Placed"), "")]
    for each in filter(None, map(state.find, found["fulfillments"])):
        tracked = ", ".join(
            f"{one['company'] or ''} {one['number'] or ''}".strip() for one in each["trackingInfo"]
        )
        told.append((each["createdAt"], say("Shipped"), f"{each['totalQuantity']}  {tracked}".rstrip()))
    told += [
        (each["createdAt"], say("Refunded"), money(each["totalRefundedSet"]["shopMoney"]))
        for each in filter(None, map(state.find, found["refunds"]))
    ]
    told += [
        (
            each["createdAt"],
            say("Return"),
            f"{each['name']}: {each['totalQuantity']}, {each['status'].lower()}",
        )
        for each in filter(None, map(state.find, found["returns"]))
    ]
    if found["cancelledAt"]:
        told.append((found["cancelledAt"], say("Cancelled"), (found["cancelReason"] or "").capitalize()))
    return [(at.replace("T", " ").rstrip("Z"), what, more) for at, what, more in sorted(told)]
