"""What can be searched and sorted in the sandbox store, kind by kind, as expressions of its tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Comparison = Literal["time", "number", "text", "choice"]


@dataclass(frozen=True)
class SearchField:
    """A field of a search: what it is compared with, and how."""

    compared: Comparison
    expression: str
    choices: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Kind:
    """A kind of record with a root connection: its search fields, its sort keys, where bare words are looked for."""

    name: str
    searches: Mapping[str, SearchField]
    sorts: Mapping[str, str]
    words: str


def _json(path: str) -> str:
    return f"coalesce(json_extract(body, '$.{path}'), '')"


def _number_in(path: str) -> str:
    """The number in a global id."""
    return f"CAST(replace({_json(path)}, rtrim({_json(path)}, '0123456789'), '') AS INTEGER)"


def _text(path: str) -> SearchField:
    return SearchField("text", _json(path))


_ID = SearchField("number", "id")
_TIMES = {
    "created_at": SearchField("time", "created_at"),
    "updated_at": SearchField("time", "updated_at"),
}
_SORTS = {"ID": "id", "CREATED_AT": "created_at", "UPDATED_AT": "updated_at"}

_CLOSED = "json_extract(body, '$.closed')"
_CANCELLED = "json_extract(body, '$.cancelledAt') IS NOT NULL"
_STATUS = {
    "open": f"NOT {_CLOSED} AND NOT {_CANCELLED}",
    "closed": _CLOSED,
    "cancelled": _CANCELLED,
    "not_closed": f"NOT {_CLOSED}",
    "any": "1",
}

ORDER = Kind(
    name="Order",
    searches={
        "id": _ID,
        **_TIMES,
        "processed_at": SearchField("time", "processed_at"),
        "name": _text("name"),
        "email": _text("email"),
        "status": SearchField("choice", "", _STATUS),
        "financial_status": _text("displayFinancialStatus"),
        "fulfillment_status": _text("displayFulfillmentStatus"),
    },
    sorts=_SORTS | {"PROCESSED_AT": "processed_at", "ORDER_NUMBER": _json("number")},
    words=_json("name"),
)
DRAFT_ORDER = Kind(
    name="DraftOrder",
    searches={"id": _ID, "name": _text("name"), "email": _text("email"), "status": _text("status"), **_TIMES},
    sorts={"ID": "id", "UPDATED_AT": "updated_at", "NUMBER": "id"},
    words=_json("name"),
)
PRODUCT = Kind(
    name="Product",
    searches={
        "id": _ID,
        **_TIMES,
        "title": _text("title"),
        "handle": _text("handle"),
        "vendor": _text("vendor"),
        "product_type": _text("productType"),
        "status": _text("status"),
    },
    sorts=_SORTS | {"TITLE": _json("title"), "VENDOR": _json("vendor"), "PRODUCT_TYPE": _json("productType")},
    words=_json("title"),
)
PRODUCT_VARIANT = Kind(
    name="ProductVariant",
    searches={
        "id": _ID,
        "updated_at": _TIMES["updated_at"],
        "sku": _text("sku"),
        "barcode": _text("barcode"),
    },
    sorts={"ID": "id", "SKU": _json("sku"), "TITLE": _json("title"), "POSITION": _json("position")},
    words=_json("displayName"),
)
CUSTOMER = Kind(
    name="Customer",
    searches={
        "id": _ID,
        "customer_date": _TIMES["created_at"],
        "updated_at": _TIMES["updated_at"],
        "email": _text("defaultEmailAddress.emailAddress"),
        "phone": _text("defaultPhoneNumber.phoneNumber"),
        "first_name": _text("firstName"),
        "last_name": _text("lastName"),
    },
    sorts=_SORTS | {"NAME": _json("displayName")},
    words=_json("displayName"),
)
LOCATION = Kind(
    name="Location",
    searches={"id": _ID, "name": _text("name"), **_TIMES},
    sorts={"ID": "id", "NAME": _json("name")},
    words=_json("name"),
)
INVENTORY_ITEM = Kind(
    name="InventoryItem",
    searches={"id": _ID, "sku": _text("sku"), **_TIMES},
    sorts={"ID": "id"},
    words=_json("sku"),
)
BULK_OPERATION = Kind(
    name="BulkOperation",
    searches={
        "id": _ID,
        "created_at": _TIMES["created_at"],
        "status": _text("status"),
        "operation_type": _text("type"),
    },
    sorts={"CREATED_AT": "created_at"},
    words=_json("query"),
)
WEBHOOK_SUBSCRIPTION = Kind(
    name="WebhookSubscription",
    searches={"id": _ID, "topic": _text("topic"), **_TIMES},
    sorts={"CREATED_AT": "created_at"},
    words=_json("topic"),
)
FULFILLMENT_ORDER = Kind(
    name="FulfillmentOrder",
    searches={"id": _ID, "status": _text("status"), "request_status": _text("requestStatus"), **_TIMES},
    sorts={"ID": "id", "CREATED_AT": "created_at", "UPDATED_AT": "updated_at"},
    words=_json("orderName"),
)
COMPANY = Kind(
    name="Company",
    searches={"id": _ID, "name": _text("name"), "external_id": _text("externalId"), **_TIMES},
    sorts=_SORTS | {"NAME": _json("name")},
    words=_json("name"),
)
COMPANY_LOCATION = Kind(
    name="CompanyLocation",
    searches={
        "id": _ID, "name": _text("name"), "company_id": SearchField("number", _number_in("company")), **_TIMES,
    },
    sorts=_SORTS | {"NAME": _json("name")},
    words=_json("name"),
)  # fmt: skip
GIFT_CARD = Kind(
    name="GiftCard",
    searches={"id": _ID, "created_at": _TIMES["created_at"], "last_characters": _text("lastCharacters")},
    sorts=_SORTS,
    words=_json("lastCharacters"),
)
DISPUTE = Kind(
    name="ShopifyPaymentsDispute",
    searches={
        "id": _ID,
        "status": _text("status"),
        "initiated_at": SearchField("time", _json("initiatedAt")),
    },
    sorts={"ID": "id"},
    words=_json("status"),
)
PAYOUT = Kind(
    name="ShopifyPaymentsPayout",
    searches={"id": _ID, "status": _text("status"), "issued_at": SearchField("time", _json("issuedAt"))},
    sorts={"ID": "id", "ISSUED_AT": _json("issuedAt")},
    words=_json("status"),
)
BALANCE_TRANSACTION = Kind(
    name="ShopifyPaymentsBalanceTransaction",
    searches={
        "id": _ID,
        "payout_date": SearchField("time", _json("transactionDate")),
        "processed_at": SearchField("time", _json("transactionDate")),
        "transaction_type": _text("type"),
        "payments_transfer_id": SearchField("number", _number_in("associatedPayout.id")),
    },
    sorts={"ID": "id", "PROCESSED_AT": _json("transactionDate")},
    words=_json("type"),
)
