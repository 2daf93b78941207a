"""Records in the shape of Shopify's REST resources, as webhooks carry them."""

import re
from collections.abc import Callable
from typing import Any

from jono.sandbox.gids import read_gid
from jono.sandbox.shop import SHOP
from jono.sandbox.state import Record, State
from jono.sandbox.stock import quantity

Body = dict[str, Any]


def body_of(state: State, topic: str, record: Record) -> Body:
    """Return the body of a webhook of that topic about a record."""
    if topic.endswith("_DELETE"):
        return {"id": number_of(record["id"])}
    subject = next((name for name in _BODIES if topic.startswith(name)), None)
    if subject is None:
        raise ValueError(f"The sandbox store has no webhook body for {topic}.")
    return _BODIES[subject](state, record)


def number_of(gid: str | None) -> int | None:
    """Return the number in a global id."""
    found = read_gid(gid) if gid else None
    return found[1] if found else None


def _order(state: State, order: Record) -> Body:
    customer = state.find(order["customer"]) if order["customer"] else None
    total = order["totalPriceSet"]["shopMoney"]
    return {
        "id": number_of(order["id"]),
        "admin_graphql_api_id": order["id"],
        "name": order["name"],
        "number": order["number"] - 1000,
        "order_number": order["number"],
        **_plain(order, "created_at processed_at updated_at cancelled_at closed_at cancel_reason confirmed test email"
                        " phone note taxes_included tax_exempt po_number source_name"),
        "currency": order["currencyCode"],
        "presentment_currency": order["presentmentCurrencyCode"],
        "total_price": total["amount"],
        "subtotal_price": order["subtotalPriceSet"]["shopMoney"]["amount"],
        "total_tax": order["totalTaxSet"]["shopMoney"]["amount"],
        "total_discounts": order["totalDiscountsSet"]["shopMoney"]["amount"],
        "total_price_set": _snake(order["totalPriceSet"]),
        "financial_status": order["displayFinancialStatus"].lower(),
        "fulfillment_status": _FULFILLMENT.get(order["displayFulfillmentStatus"]),
        "tags": ", ".join(order["tags"]),
        "note_attributes": [{"name": each["key"], "value": each["value"]} for each in order["customAttributes"]],
        "discount_codes": [{"code": each} for each in order["discountCodes"]],
        "customer": _customer(state, customer) if customer else None,
        "shipping_address": _address(order["shippingAddress"]),
        "billing_address": _address(order["billingAddress"]),
        "tax_lines": [_tax(each) for each in order["taxLines"]],
        "line_items": [_line(each) for each in order["lineItems"]],
        "shipping_lines": [_charge(each) for each in order["shippingLines"]],
    }  # fmt: skip


def _line(line: Record) -> Body:
    return {
        "id": number_of(line["id"]),
        "admin_graphql_api_id": line["id"],
        **_plain(
            line, "name title variant_title sku vendor quantity current_quantity requires_shipping taxable"
        ),
        "gift_card": line["isGiftCard"],
        "fulfillable_quantity": line["unfulfilledQuantity"],
        "product_id": number_of(line["product"]),
        "variant_id": number_of(line["variant"]),
        "price": line["originalUnitPriceSet"]["shopMoney"]["amount"],
        "price_set": _snake(line["originalUnitPriceSet"]),
        "tax_lines": [_tax(each) for each in line["taxLines"]],
    }


def _charge(charge: Record) -> Body:
    return {
        "id": number_of(charge["id"]),
        **_plain(charge, "title code source"),
        "price": charge["originalPriceSet"]["shopMoney"]["amount"],
        "tax_lines": [_tax(each) for each in charge["taxLines"]],
    }


def _tax(tax: Record) -> Body:
    return {**_plain(tax, "title rate channel_liable"), "price": tax["priceSet"]["shopMoney"]["amount"]}


def _customer(_state: State, customer: Record) -> Body:
    return {
        "id": number_of(customer["id"]),
        "admin_graphql_api_id": customer["id"],
        **_plain(customer, "first_name last_name created_at updated_at note tax_exempt verified_email"),
        "state": customer["state"].lower(),
        "email": (customer["defaultEmailAddress"] or {}).get("emailAddress"),
        "phone": (customer["defaultPhoneNumber"] or {}).get("phoneNumber"),
        "tags": ", ".join(customer["tags"]),
        "currency": customer["amountSpent"]["currencyCode"],
        "default_address": _address(customer["defaultAddress"]),
        "addresses": [_address(each) for each in customer["addressesV2"]],
    }


def _address(address: Record | None) -> Body | None:
    if address is None:
        return None
    names = (
        "first_name last_name name company address1 address2 zip city province province_code country phone"
    )
    return {
        "id": number_of(address["id"]),
        **_plain(address, f"{names} latitude longitude"),
        "country_code": address["countryCodeV2"],
    }


def _product(state: State, product: Record) -> Body:
    return {
        "id": number_of(product["id"]),
        "admin_graphql_api_id": product["id"],
        **_plain(product, "title handle vendor product_type created_at updated_at published_at"),
        "body_html": product["descriptionHtml"],
        "status": product["status"].lower(),
        "tags": ", ".join(product["tags"]),
        "options": [
            {
                "id": number_of(each["id"]),
                "product_id": number_of(product["id"]),
                **_plain(each, "name position values"),
            }
            for each in product["options"]
        ],
        "variants": [_variant(each) for each in map(state.find, product["variants"]) if each],
    }


def _variant(variant: Record) -> Body:
    options = [each["value"] for each in variant["selectedOptions"]]
    return {
        "id": number_of(variant["id"]),
        "product_id": number_of(variant["product"]),
        "admin_graphql_api_id": variant["id"],
        **_plain(variant, "title sku barcode price compare_at_price position taxable created_at updated_at"),
        "inventory_policy": variant["inventoryPolicy"].lower(),
        "inventory_quantity": variant["inventoryQuantity"],
        "inventory_item_id": number_of(variant["inventoryItem"]),
        **{f"option{index}": value for index, value in enumerate(options, start=1)},
    }


def _level(_state: State, level: Record) -> Body:
    return {
        "inventory_item_id": number_of(level["item"]),
        "location_id": number_of(level["location"]),
        "available": quantity(level, "available"),
        "updated_at": level["updatedAt"],
        "admin_graphql_api_id": level["id"],
    }


def _bulk(_state: State, operation: Record) -> Body:
    return {
        "admin_graphql_api_id": operation["id"],
        "created_at": operation["createdAt"],
        "completed_at": operation["completedAt"],
        "status": operation["status"].lower(),
        "type": operation["type"].lower(),
        "error_code": (operation["errorCode"] or "").lower() or None,
    }


def _shop(state: State, _record: Record) -> Body:
    shop = state.find(SHOP) or {}
    return {
        "id": number_of(SHOP),
        **_plain(shop, "name email myshopify_domain"),
        "currency": shop["currencyCode"],
    }


def _fulfillment(_state: State, fulfillment: Record) -> Body:
    tracked = fulfillment["trackingInfo"]
    return {
        "id": number_of(fulfillment["id"]),
        "admin_graphql_api_id": fulfillment["id"],
        "order_id": number_of(fulfillment["order"]),
        **_plain(fulfillment, "name created_at updated_at"),
        "status": fulfillment["status"].lower(),
        "location_id": number_of(fulfillment["location"]),
        "tracking_company": tracked[0]["company"] if tracked else None,
        "tracking_numbers": [each["number"] for each in tracked],
        "tracking_urls": [each["url"] for each in tracked],
        "line_items": [
            {"id": number_of(each["lineItem"]), "quantity": each["quantity"]}
            for each in fulfillment["fulfillmentLineItems"]
        ],
    }


def _refund(_state: State, refund: Record) -> Body:
    return {
        "id": number_of(refund["id"]),
        "admin_graphql_api_id": refund["id"],
        "order_id": number_of(refund["order"]),
        **_plain(refund, "note created_at processed_at"),
        "refund_line_items": [
            {"line_item_id": number_of(each["lineItem"]), "quantity": each["quantity"],
             "restock_type": each["restockType"].lower(), "subtotal": each["subtotalSet"]["shopMoney"]["amount"]}
            for each in refund["refundLineItems"]
        ],
    }  # fmt: skip


def _fulfillment_order(_state: State, asked: Record) -> Body:
    told = {
        "id": asked["id"],
        "status": asked["status"].lower(),
        "request_status": asked["requestStatus"].lower(),
    }
    place = asked["assignedLocation"]["location"]
    return {
        "fulfillment_order": {**told, "order_id": number_of(asked["order"]), "assigned_location_id": place}
    }


def _return(_state: State, returned: Record) -> Body:
    lines = [
        {"id": number_of(each["id"]), "quantity": each["quantity"],
         "fulfillment_line_item": {"id": number_of(each["fulfillmentLineItem"]["id"])}}
        for each in returned["returnLineItems"]
    ]  # fmt: skip
    return {
        "id": number_of(returned["id"]),
        "admin_graphql_api_id": returned["id"],
        "order": {"id": number_of(returned["order"])},
        **_plain(returned, "name total_quantity"),
        "status": returned["status"].lower(),
        "return_line_items": lines,
    }


def _draft_order(_state: State, made: Record) -> Body:
    return {
        "id": number_of(made["id"]),
        "admin_graphql_api_id": made["id"],
        **_plain(made, "name created_at updated_at completed_at email taxes_included tax_exempt"),
        "note": made["note2"],
        "currency": made["currencyCode"],
        "status": made["status"].lower(),
        "order_id": number_of(made["order"]),
        "total_price": made["totalPriceSet"]["shopMoney"]["amount"],
        "total_tax": made["totalTaxSet"]["shopMoney"]["amount"],
        "tags": ", ".join(made["tags"]),
        "line_items": [
            {"title": each["title"], "quantity": each["quantity"], "variant_id": number_of(each["variant"])}
            for each in made["lineItems"]
        ],
    }


def _company(_state: State, company: Record) -> Body:
    told = _plain(company, "name external_id note created_at updated_at")
    return {"id": number_of(company["id"]), "admin_graphql_api_id": company["id"], **told}


def _order_edit(_state: State, edit: Record) -> Body:
    changes = [
        {"id": number_of(id), "delta": abs(by), "added": by > 0} for id, by in edit["_changed"].items()
    ]
    parts = {
        name: [{"id": each["id"], "delta": each["delta"]} for each in changes if each["added"] is added]
        for name, added in (("additions", True), ("removals", False))
    }
    told = {"id": number_of(edit["id"]), "order_id": number_of(edit["order"]), "line_items": parts}
    return {"order_edit": told}


def _plain(record: Record, names: str) -> Body:
    """Fields that are called and told alike, but for the case of their names."""
    return {name: record[re.sub(r"_([a-z])", lambda part: part[1].upper(), name)] for name in names.split()}


def _snake(bag: Record) -> Body:
    return {
        re.sub(r"[A-Z]", lambda part: f"_{part[0].lower()}", name): {
            "amount": each["amount"], "currency_code": each["currencyCode"]
        }
        for name, each in bag.items()
    }  # fmt: skip


_FULFILLMENT = {"FULFILLED": "fulfilled", "PARTIALLY_FULFILLED": "partial", "RESTOCKED": "restocked"}
_BODIES: dict[str, Callable[[State, Record], Body]] = {
    "ORDERS_EDITED": _order_edit,
    "ORDERS": _order,
    "CUSTOMERS": _customer,
    "PRODUCTS": _product,
    "INVENTORY_LEVELS": _level,
    "COMPANIES": _company,
    "COMPANY_LOCATIONS": _company,
    "DRAFT_ORDERS": _draft_order,
    "FULFILLMENT_ORDERS": _fulfillment_order,
    "FULFILLMENTS": _fulfillment,
    "REFUNDS": _refund,
    "RETURNS": _return,
    "BULK_OPERATIONS": _bulk,
    "APP_UNINSTALLED": _shop,
}
