"""Keeps a catalogue's products in the sandbox store: product, variants, stock items."""

from collections.abc import Iterable
from datetime import datetime

from jono.sandbox.catalogue import Product, Variant
from jono.sandbox.events import announce
from jono.sandbox.gids import gid, read_gid
from jono.sandbox.state import Record, State
from jono.sandbox.stock import new_level
from jono.sandbox.values import money, time_text

FIRST_PRODUCT_ID = 8_100_000_001
FIRST_VARIANT_ID = 44_300_000_001


def put_products(
    state: State, products: Iterable[Product], currency: str, at: datetime | None = None
) -> list[Record]:
    """Keep products and return their records; one whose handle is known is replaced and keeps its ids."""
    updated_at = time_text(at or state.now())
    with state.writing():
        known = {each["handle"]: each for each in state.all("Product")}
        locations = [each["id"] for each in state.all("Location")]
        kept = [
            _records(state, each, known.get(each.handle), currency, locations, updated_at)
            for each in products
        ]
        state.put(record for records in kept for record in records)
        for product in [each[0] for each in kept]:
            dropped = set(known.get(product["handle"], {}).get("variants", ())) - set(product["variants"])
            remove_variants(state, dropped)
            topic = "PRODUCTS_UPDATE" if product["handle"] in known else "PRODUCTS_CREATE"
            announce(state, topic, product)
    return [records[0] for records in kept]


def remove_product(state: State, product: Record) -> None:
    """Forget a product with its variants and their stock."""
    with state.writing():
        remove_variants(state, product["variants"])
        state.remove(product["id"])
        announce(state, "PRODUCTS_DELETE", product)


def remove_variants(state: State, variants: Iterable[str]) -> None:
    """Forget variants and their stock items."""
    for each in variants:
        state.remove(gid("InventoryItem", _number(each)))
        state.remove(each)


def _records(
    state: State, product: Product, known: Record | None, currency: str, locations: list[str], at: str
) -> list[Record]:
    """A product's own record, then those of its variants and their stock items."""
    number = _number(known["id"]) if known else state.take_numbers("Product", FIRST_PRODUCT_ID, 1)[0]
    numbers = _variant_numbers(state, product, known)
    created_at = known["createdAt"] if known else at
    variants = [
        variant_record(product, each, index, gid("Product", number), variant_number, created_at, at)
        for index, (each, variant_number) in enumerate(zip(product.variants, numbers, strict=True), start=1)
    ]
    items = [
        item_record(each, variant_number, currency, locations, created_at, at)
        for each, variant_number in zip(product.variants, numbers, strict=True)
    ]
    return [
        product_record(product, number, [each["id"] for each in variants], created_at, at),
        *variants,
        *items,
    ]


def _variant_numbers(state: State, product: Product, known: Record | None) -> list[int]:
    """The numbers of a product's variants: those it had, by their options, and new ones."""
    had: dict[tuple[str, ...], int] = {}
    for each in (known or {}).get("variants", []):
        variant = state.find(each)
        if variant:
            had[tuple(option["value"] for option in variant["selectedOptions"])] = _number(each)
    new = iter(state.take_numbers("ProductVariant", FIRST_VARIANT_ID, len(product.variants)))
    return [had[each.options] if each.options in had else next(new) for each in product.variants]


def product_record(product: Product, number: int, variants: list[str], created_at: str, at: str) -> Record:
    """Return a product's record."""
    options = [
        {
            "id": gid("ProductOption", number * 10 + position),
            "name": name,
            "position": position,
            "values": list(dict.fromkeys(each.options[position - 1] for each in product.variants)),
        }
        for position, name in enumerate(product.option_names, start=1)
    ]
    return {
        "id": gid("Product", number),
        "legacyResourceId": str(number),
        "handle": product.handle,
        "title": product.title,
        "descriptionHtml": product.description_html,
        "productType": product.product_type,
        "vendor": product.vendor,
        "tags": sorted(product.tags),
        "status": product.status,
        "isGiftCard": product.gift_card,
        "createdAt": created_at,
        "updatedAt": at,
        "publishedAt": created_at if product.status == "ACTIVE" else None,
        "totalInventory": sum(each.quantity for each in product.variants if each.tracked),
        "tracksInventory": any(each.tracked for each in product.variants),
        "hasOnlyDefaultVariant": product.option_names == ("Title",),
        "variantsCount": {"count": len(variants), "precision": "EXACT"},
        "options": options,
        "variants": variants,
        "seo": {"title": None, "description": None},
        "media": [],
    }


def variant_record(
    product: Product, variant: Variant, position: int, parent: str, number: int, created_at: str, at: str
) -> Record:
    """Return a variant's record."""
    title = " / ".join(variant.options)
    named = zip(product.option_names, variant.options, strict=True)
    return {
        "id": gid("ProductVariant", number),
        "legacyResourceId": str(number),
        "title": title,
        "displayName": f"{product.title} - {title}",
        "sku": variant.sku,
        "barcode": variant.barcode,
        "price": f"{variant.price:.2f}",
        "compareAtPrice": None if variant.compare_at_price is None else f"{variant.compare_at_price:.2f}",
        "taxable": variant.taxable,
        "position": position,
        "inventoryPolicy": "CONTINUE" if variant.oversold else "DENY",
        "inventoryQuantity": variant.quantity,
        "createdAt": created_at,
        "updatedAt": at,
        "selectedOptions": [{"name": name, "value": value} for name, value in named],
        "product": parent,
        "inventoryItem": gid("InventoryItem", number),
        "media": [],
    }


def item_record(
    variant: Variant, number: int, currency: str, locations: list[str], created_at: str, at: str
) -> Record:
    """Return the record of a variant's stock item, with its level at each location."""
    weight = {"unit": "GRAMS", "value": float(variant.grams)}
    item: Record = {
        "id": gid("InventoryItem", number),
        "legacyResourceId": str(number),
        "sku": variant.sku,
        "tracked": variant.tracked,
        "requiresShipping": variant.requires_shipping,
        "createdAt": created_at,
        "updatedAt": at,
        "unitCost": None if variant.cost is None else money(variant.cost, currency),
        "measurement": {"id": gid("InventoryItemMeasurement", number), "weight": weight},
        "countryCodeOfOrigin": None,
        "harmonizedSystemCode": None,
        "provinceCodeOfOrigin": None,
        "variant": gid("ProductVariant", number),
        "inventoryLevels": [],
    }
    for index, location in enumerate(locations):
        count = variant.quantity if index == 0 else 0
        level = new_level(item, location, {"available": count, "on_hand": count}, at)
        item["inventoryLevels"].append(level)
    return item


def _number(text: str) -> int:
    _, number = read_gid(text) or ("", 0)
    return number
