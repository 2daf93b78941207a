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
    "read_all_orders", "read_customers", "read_inventory", "read_locations", "read_orders", "read_products",
)  # fmt: skip
_OPENED = time_text(datetime(2024, 3, 1, 7, 0, tzinfo=UTC))


def is_open(state: State) -> bool:
    """Whether the store has been opened before."""
    return state.find(SHOP) is not None


def open_shop(state: State, currency: str = "EUR", scopes: Collection[str] = SCOPES) -> None:
    """Open a store of our own invention, in that currency, whose app has been granted `scopes`."""
    warehouse = _location(WAREHOUSE, "Vantaa warehouse", "Tikkurilantie 10", "01380", "Vantaa")
    till = _location(TILL, "Kallio shop", "Vaasankatu 14", "00500", "Helsinki")
    state.put([_shop(currency), _app(scopes), warehouse, till])


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


def _app(scopes: Collection[str]) -> Record:
    return {"id": APP, "accessScopes": [{"handle": each} for each in sorted(scopes)]}


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
