"""Opens the sandbox store: who it is, where it keeps its goods, what its app may read."""

from collections.abc import Collection
from datetime import UTC, datetime

from jono.sandbox.gids import gid
from jono.sandbox.state import Record, State
from jono.sandbox.values import time_text

SHOP = gid("Shop", 1)
APP = gid("AppInstallation", 1)
WAREHOUSE = gid("Location", 61_000_000_001)
TILL = gid("Location", 61_000_000_002)
SCOPES = (
    "read_all_orders", "read_locations", "read_shopify_payments_accounts", "read_shopify_payments_disputes",
    "read_shopify_payments_payouts", "write_assigned_fulfillment_orders", "write_customers", "write_draft_orders",
    "write_files", "write_fulfillments", "write_gift_card_transactions", "write_gift_cards", "write_inventory",
    "write_merchant_managed_fulfillment_orders", "write_order_edits", "write_orders", "write_products",
    "write_returns", "write_third_party_fulfillment_orders",
)  # fmt: skip
_OPENED = time_text(datetime(2024, 3, 1, 7, 0, tzinfo=UTC))


def is_open(state: State) -> bool:
    """Whether the store has been opened before."""
    return state.find(SHOP) is not None


def open_shop(state: State, currency: str = "EUR", scopes: Collection[str] = SCOPES) -> None:
    """Open a store of our own invention, in that currency, whose app has been granted `scopes`."""
    warehouse = _location(WAREHOUSE, "Vantaa warehouse", "Tikkurilantie 10", "01380", "Vantaa")
    till = _location(TILL, "Kallio shop", "Vaasankatu 14", "00500", "Helsinki")
    state.put([_shop(currency), app_record(scopes), warehouse, till])


def open_location(state: State, name: str, *, fulfillment_service: bool = False) -> Record:
    """Open one more location of the store; nothing is stocked there yet. A fulfilment service ships for others."""
    [number] = state.take_numbers("Location", 61_000_000_003, 1)
    location = _location(gid("Location", number), name, "Satamakatu 1", "33200", "Tampere")
    at = time_text(state.now())
    location |= {
        "isFulfillmentService": fulfillment_service,
        "shipsInventory": True,
        "createdAt": at,
        "updatedAt": at,
    }
    state.put([location])
    return location


def _shop(currency: str) -> Record:
    return {
        "id": SHOP,
        "name": "Kaamos & Kahvi",
        "email": "hello@kaamoskahvi.example",
        "myshopifyDomain": "kaamos-kahvi.myshopify.com",
        "url": "https://kaamos-kahvi.myshopify.com",
        "currencyCode": currency,
        "enabledPresentmentCurrencies": sorted({currency, "EUR", "SEK", "USD"}),
        "taxesIncluded": True,
        "ianaTimezone": "Europe/Helsinki",
        "weightUnit": "KILOGRAMS",
        "plan": {"publicDisplayName": "Basic", "shopifyPlus": False, "partnerDevelopment": True},
        "createdAt": _OPENED,
        "updatedAt": _OPENED,
    }


def app_record(scopes: Collection[str]) -> Record:
    """Return the store's app with its scopes; who may write may read."""
    reads = {f"read_{each[6:]}" for each in scopes if each.startswith("write_")}
    return {"id": APP, "accessScopes": [{"handle": each} for each in sorted({*scopes, *reads})]}


def _location(id: str, name: str, street: str, post_code: str, city: str) -> Record:
    return {
        "id": id,
        "legacyResourceId": id.rsplit("/", 1)[1],
        "name": name,
        "isActive": True,
        "isFulfillmentService": False,
        "fulfillsOnlineOrders": id == WAREHOUSE,
        "shipsInventory": id == WAREHOUSE,
        "createdAt": _OPENED,
        "updatedAt": _OPENED,
        "address": {
            "address1": street,
            "address2": None,
            "zip": post_code,
            "city": city,
            "province": None,
            "provinceCode": None,
            "country": "Finland",
            "countryCode": "FI",
            "phone": None,
        },
    }
