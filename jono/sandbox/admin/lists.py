"""The lists of the admin page: orders, products, customers, events, faults and the clock."""

from collections.abc import Mapping
from typing import Any

from jono.sandbox import deliveries
from jono.sandbox.admin.html import Html, Say, badge, card, choice, field, form, h, joined, link, table
from jono.sandbox.answering import Desk
from jono.sandbox.gids import read_gid
from jono.sandbox.payouts import account
from jono.sandbox.state import Record, State
from jono.sandbox.values import time_text

PAGE = 50
WHAT_HAPPENS = {
    "drop_answer": "The answer is lost after the effect",
    "status": "An HTTP error in place of the answer",
    "slow": "The answer comes late",
    "throttle": "The query points are used up",
    "half_fail": "A mutation does half of its work",
    "truncate_jsonl": "A bulk file breaks off",
    "bulk_fail": "A bulk operation fails",
    "webhook_duplicate": "A webhook comes twice",
    "webhook_loss": "A webhook never comes",
    "webhook_reorder": "Webhooks come in any order",
    "webhook_delay": "A webhook comes late",
    "clock_skew": "The store's clock is wrong",
}


def orders(state: State, say: Say, asked: Mapping[str, str]) -> Html:
    """The orders, newest first."""
    rows = [
        (
            link(f"/orders/{_number(each)}", each["name"]),
            each["processedAt"].replace("T", " ").rstrip("Z"),
            _customer_name(state, each, say),
            money(each["totalPriceSet"]["shopMoney"]),
            badge(each["displayFinancialStatus"]),
            badge(each["displayFulfillmentStatus"]),
            len(each["lineItems"]),
        )
        for each in _newest(state, "Order", asked)
    ]
    heads = ("Order", "Date", "Customer", "Total", "Payment", "Fulfillment", "Items")
    return joined((card("", table(heads, rows, say, (3, 6)), say), _pages(state, "Order", "/", say, asked)))


def products(state: State, say: Say, asked: Mapping[str, str]) -> Html:
    """The products, newest first."""
    rows = [
        (
            link(f"/products/{_number(each)}", each["title"]),
            badge(each["status"]),
            each["totalInventory"] if each["tracksInventory"] else "-",
            each["productType"],
            each["vendor"],
            len(each["variants"]),
        )
        for each in _newest(state, "Product", asked)
    ]
    heads = ("Product", "Status", "Inventory", "Type", "Vendor", "Variants")
    found = table(heads, rows, say, (2, 5))
    return joined((card("", found, say), _pages(state, "Product", "/products", say, asked)))


def customers(state: State, say: Say, asked: Mapping[str, str]) -> Html:
    """The customers, newest first."""
    rows = [
        (
            each["displayName"],
            (each["defaultEmailAddress"] or {}).get("emailAddress"),
            (each["defaultAddress"] or {}).get("city"),
            each["numberOfOrders"],
            money(each["amountSpent"]),
        )
        for each in _newest(state, "Customer", asked)
    ]
    found = table(("Name", "Email", "Location", "Orders", "Spent"), rows, say, (3, 4))
    return joined((card("", found, say), _pages(state, "Customer", "/customers", say, asked)))


def payouts(state: State, say: Say, asked: Mapping[str, str]) -> Html:
    """What the store's card payments were paid out as, newest first; what waits, and what is disputed."""
    rows = [
        (each["issuedAt"][:10], badge(each["status"]), money(each["gross"]), money(each["summary"]["chargesFee"]),
         money(each["net"]))
        for each in _newest(state, "ShopifyPaymentsPayout", asked)
    ]  # fmt: skip
    disputes = [
        (each["initiatedAt"][:10], (state.find(each["order"]) or {}).get("name"), badge(each["status"]),
         money(each["amount"]))
        for each in reversed(state.all("ShopifyPaymentsDispute"))
    ]  # fmt: skip
    [waiting] = account(state)["balance"]
    words = say("Not paid out yet")
    return joined(
        (
            Html(f'<p class="text">{h(words)}: <strong>{h(money(waiting))}</strong></p>'),
            card("", table(("Date", "Status", "Gross", "Fees", "Net"), rows, say, (2, 3, 4)), say),
            _pages(state, "ShopifyPaymentsPayout", "/payouts", say, asked),
            card("Disputes", table(("Date", "Order", "Status", "Total"), disputes, say, (3,)), say),
        )
    )


def events(desk: Desk, say: Say) -> Html:
    """What the store has told, to whom, and what it works on."""
    state = desk.state
    sent = [
        (each["triggered_at"].replace("T", " ").rstrip("Z"), each["topic"], badge(each["status"]), each["attempts"],
         each["told"])
        for each in deliveries.log(state, PAGE)
    ]  # fmt: skip
    subscribed = [(each["topic"], each["uri"]) for each in state.all("WebhookSubscription")]
    bulk = [
        (each["createdAt"].replace("T", " ").rstrip("Z"), each["type"].capitalize(), badge(each["status"]),
         each["objectCount"])
        for each in reversed(state.all("BulkOperation"))
    ]  # fmt: skip
    return joined(
        (
            card(
                "Webhooks sent",
                table(("Time", "Topic", "Status", "Attempts", "Answer"), sent, say, (3,)),
                say,
            ),
            card("Subscriptions", table(("Topic", "Address"), subscribed, say), say),
            card("Bulk operations", table(("Time", "Type", "Status", "Objects"), bulk, say, (3,)), say),
        )
    )


def settings(desk: Desk, say: Say) -> Html:
    """The store's clock, and what goes wrong at it."""
    clock = desk.state.clock
    words, now = say("The store's time is"), time_text(clock.now()).replace("T", " ").rstrip("Z")
    told = Html(f'<p class="text">{h(words)} <strong>{h(now)}</strong></p>')
    fields = (field("advance", "Advance by seconds", 0, say), field("speed", "Speed", clock.speed, say))
    standing = [
        (
            say(WHAT_HAPPENS[str(each["kind"])]),
            each["operation"],
            each["times"],
            each["rate"],
            each["seconds"],
            each["happened"],
        )
        for each in desk.faults.standing()
    ]
    faults: list[object] = [
        table(
            ("What happens", "Only to (operation or topic)", "Times", "Rate", "Seconds", "Happened"),
            standing,
            say,
            (2, 3, 4, 5),
        ),
        form("/_admin/faults/clear", (), "Clear all", say) if standing else "",
    ]
    wanted = (
        choice("kind", "What happens", WHAT_HAPPENS, say),
        field("times", "Times", 1, say),
        field("seconds", "Seconds", 1, say),
        field("rate", "Rate", 1, say),
        field("operation", "Only to (operation or topic)", "", say, "text"),
    )
    return joined(
        (
            card("Clock", joined((told, form("/_admin/clock", fields, "Set", say))), say),
            card("Faults that stand", joined(faults), say),
            card("Add a fault", form("/_admin/faults", wanted, "Add", say), say),
        )
    )


def money(amount: Mapping[str, Any]) -> str:
    """Return an amount with two decimals at least, and its currency."""
    whole, _, cents = str(amount["amount"]).partition(".")
    sign, whole = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    return f"{sign}{int(whole):,}".replace(",", " ") + f".{cents.ljust(2, '0')} {amount['currencyCode']}"


def _newest(state: State, kind: str, asked: Mapping[str, str]) -> list[Record]:
    rows = state.rows(
        "SELECT body FROM record WHERE kind = ? ORDER BY created_at DESC, id DESC LIMIT ? OFFSET ?",
        (kind, PAGE, PAGE * _page_no(asked)),
    )
    return [state.open(kind, body) for (body,) in rows]


def _pages(state: State, kind: str, path: str, say: Say, asked: Mapping[str, str]) -> Html:
    number, links = _page_no(asked), []
    if number:
        links.append(link(f"{path}?page={number - 1}", say("Newer")))
    if state.count(kind) > PAGE * (number + 1):
        links.append(link(f"{path}?page={number + 1}", say("Older")))
    return Html(f'<p class="more">{joined(links)}</p>')


def _page_no(asked: Mapping[str, str]) -> int:
    return int(asked.get("page", "0")) if asked.get("page", "0").isdecimal() else 0


def _customer_name(state: State, order: Record, say: Say) -> str:
    customer = state.find(order["customer"]) if order["customer"] else None
    return str(customer["displayName"]) if customer else say("No customer")


def _number(record: Record) -> int:
    return (read_gid(record["id"]) or ("", 0))[1]
