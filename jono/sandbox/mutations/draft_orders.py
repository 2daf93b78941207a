"""Draft orders made, changed, completed and deleted by an app."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from jono.kit.money import round_amount
from jono.sandbox.asking import Asking
from jono.sandbox.draft_orders import complete as complete_draft
from jono.sandbox.draft_orders import described, new_draft_order, taken_off
from jono.sandbox.drafts import Address, Line, OrderDraft, Person, Shipping, Tax
from jono.sandbox.events import announce
from jono.sandbox.mutations.carrying_out import Arguments, Payload, refuse
from jono.sandbox.mutations.orders import amount_of
from jono.sandbox.mutations.records import known
from jono.sandbox.shop import SHOP
from jono.sandbox.state import Record, State

_VAT = Tax(title="ALV 25.5%", rate=Decimal("0.255"))
_ADDRESS = {
    "firstName": "first_name", "lastName": "last_name", "provinceCode": "province_code", "countryCode": "country_code",
    **{name: name for name in ("company", "address1", "address2", "zip", "city", "province", "country", "phone")},
}  # fmt: skip


def create(asking: Asking, arguments: Arguments) -> Payload:
    """`draftOrderCreate`."""
    state, wanted = asking.state, arguments["input"]
    draft, customer = _draft(state, wanted)
    made = new_draft_order(state, draft, customer)
    return _kept(state, made, "DRAFT_ORDERS_CREATE")


def update(asking: Asking, arguments: Arguments) -> Payload:
    """`draftOrderUpdate`: what the input names is replaced, the rest stays."""
    state, made = asking.state, _open(asking.state, arguments["id"])
    before = OrderDraft.model_validate(made["_draft"])
    draft, customer = _draft(state, arguments["input"], before)
    return _kept(state, described(state, made, draft, customer or made["customer"]), "DRAFT_ORDERS_UPDATE")


def complete(asking: Asking, arguments: Arguments) -> Payload:
    """`draftOrderComplete`."""
    made = _open(asking.state, arguments["id"])
    done = complete_draft(asking.state, made, pending=bool(arguments.get("paymentPending")))
    return _kept(asking.state, done, "DRAFT_ORDERS_UPDATE")


def delete(asking: Asking, arguments: Arguments) -> Payload:
    """`draftOrderDelete`."""
    made = _open(asking.state, arguments["input"]["id"])
    asking.state.remove(made["id"])
    announce(asking.state, "DRAFT_ORDERS_DELETE", made)
    return {"deletedId": made["id"]}


def _kept(state: State, made: Record, topic: str) -> Payload:
    state.put([made])
    announce(state, topic, made)
    return {"draftOrder": made["id"]}


def _open(state: State, id: str) -> Record:
    made = state.find(id)
    if made is None or made["__typename"] != "DraftOrder":
        raise refuse(("id",), "Draft order not found")
    if made["status"] == "COMPLETED":
        raise refuse(("id",), "This order has been completed.")
    return made


def _draft(
    state: State, wanted: Mapping[str, Any], before: OrderDraft | None = None
) -> tuple[OrderDraft, str | None]:
    """What an input asks for, and who is to buy it."""
    lines = _lines(state, wanted["lineItems"]) if wanted.get("lineItems") else before and before.lines
    if not lines:
        raise refuse(("lineItems",), "Add at least 1 product")
    entity = wanted.get("purchasingEntity") or {}
    customer = wanted.get("customerId") or entity.get("customerId")
    known_one = known(state, customer, "Customer", ("customerId",)) if customer else None
    names = {
        "note": "note",
        "email": "email",
        "phone": "phone",
        "poNumber": "po_number",
        "taxExempt": "tax_exempt",
    }
    told = {field: wanted[name] for name, field in names.items() if wanted.get(name) is not None}
    if wanted.get("tags") is not None:
        told["tags"] = tuple(wanted["tags"])
    if wanted.get("customAttributes") is not None:
        told["attributes"] = {each["key"]: each["value"] for each in wanted["customAttributes"]}
    if wanted.get("shippingLine"):
        told["shipping"] = (_shipping(wanted["shippingLine"]),)
    for name, field in (("shippingAddress", "shipping_address"), ("billingAddress", "billing_address")):
        if wanted.get(name):
            told[field] = _address(wanted[name])
    if entity.get("purchasingCompany"):
        told["company_location"] = entity["purchasingCompany"]["companyLocationId"]
        known(state, told["company_location"], "CompanyLocation", ("purchasingEntity",))
    if wanted.get("appliedDiscount"):
        worth = sum((_price(state, line) * line.quantity - line.discount for line in lines), Decimal(0))
        told["discount"] = round_amount(taken_off(worth, wanted["appliedDiscount"]), _currency(state))
    base = before or OrderDraft(lines=lines, taxes=(_VAT,))
    changed = base.model_copy(
        update={**told, "lines": lines, **({"customer": _person(known_one)} if known_one else {})}
    )
    return changed, customer


def _lines(state: State, wanted: Sequence[Mapping[str, Any]]) -> tuple[Line, ...]:
    return tuple(_line(state, index, each) for index, each in enumerate(wanted))


def _line(state: State, index: int, wanted: Mapping[str, Any]) -> Line:
    where = ("lineItems", index)
    if wanted["quantity"] < 1:
        raise refuse((*where, "quantity"), "Quantity must be greater than 0")
    told: dict[str, Any] = {"quantity": wanted["quantity"], "sku": wanted.get("sku")}
    if wanted.get("variantId"):
        found = state.find(wanted["variantId"])
        if found is None or found["__typename"] != "ProductVariant":
            raise refuse(where, "Product with ID is no longer available.")
        told["variant"] = found["id"]
        price = wanted.get("priceOverride")
    else:
        if not (wanted.get("title") or "").strip():
            raise refuse((*where, "title"), "Title can't be blank")
        told["title"] = wanted["title"]
        price = wanted.get("originalUnitPriceWithCurrency") or {
            "amount": wanted.get("originalUnitPrice") or "0"
        }
    if price:
        told["price"] = amount_of(price["amount"], where)
    if wanted.get("taxable") is False:
        told["taxes"] = ()
    line = Line.model_validate(told)
    whole = _price(state, line) * line.quantity
    off = round_amount(taken_off(whole, wanted.get("appliedDiscount")), _currency(state))
    return line.model_copy(update={"discount": off})


def _price(state: State, line: Line) -> Decimal:
    if line.price is not None:
        return line.price
    return Decimal((state.find(line.variant or "") or {"price": "0"})["price"])


def _shipping(wanted: Mapping[str, Any]) -> Shipping:
    price = wanted.get("priceWithCurrency") or {"amount": wanted.get("price") or "0"}
    return Shipping(
        title=wanted.get("title") or "Shipping", price=amount_of(price["amount"], ("shippingLine",))
    )


def _address(wanted: Mapping[str, Any]) -> Address:
    return Address.model_validate(
        {_ADDRESS[name]: value for name, value in wanted.items() if name in _ADDRESS and value}
    )


def _person(customer: Record) -> Person:
    return Person(
        first_name=customer["firstName"] or "",
        last_name=customer["lastName"] or "",
        email=(customer["defaultEmailAddress"] or {}).get("emailAddress"),
        phone=(customer["defaultPhoneNumber"] or {}).get("phoneNumber"),
        locale=customer["locale"],
    )


def _currency(state: State) -> str:
    return str((state.find(SHOP) or {})["currencyCode"])
