"""Products and variants as apps make and change them: the parts that all product mutations share."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from jono.sandbox.catalogue import Product, Variant
from jono.sandbox.gids import gid, read_gid
from jono.sandbox.products import (
    FIRST_PRODUCT_ID,
    FIRST_VARIANT_ID,
    item_record,
    product_record,
    remove_variants,
    variant_record,
)
from jono.sandbox.shop import SHOP
from jono.sandbox.state import Record, State
from jono.sandbox.values import time_text

DEFAULT_OPTIONS = (("Title", "Default Title"),)
_PLAIN = ("title", "descriptionHtml", "productType", "vendor", "status", "handle")

Options = tuple[tuple[str, str], ...]
"""The options of a variant: (name, value), in their order."""


def new_product(state: State, title: str, handle: str | None) -> Record:
    """Return a product without variants yet; the handle is made of the title when none is given."""
    [number] = state.take_numbers("Product", FIRST_PRODUCT_ID, 1)
    at = time_text(state.now())
    return product_record(
        Product(handle=handle or free_handle(state, title), title=title), number, [], at, at
    )


def change_product(product: Record, wanted: Mapping[str, Any]) -> Record:
    """Return a product with what an input says of it."""
    changed = product | {name: wanted[name] or "" for name in _PLAIN if name in wanted}
    if wanted.get("tags") is not None:
        changed["tags"] = sorted(set(wanted["tags"]))
    if wanted.get("seo") is not None:
        changed["seo"] = changed["seo"] | dict(wanted["seo"])
    if changed["status"] == "ACTIVE" and not changed["publishedAt"]:
        changed["publishedAt"] = changed["createdAt"]
    return changed


def new_variant(state: State, product: Record, options: Options) -> tuple[Record, Record]:
    """Keep a new variant of a product and its stock item, stocked where the store has locations; return both."""
    [number] = state.take_numbers("ProductVariant", FIRST_VARIANT_ID, 1)
    at, currency = time_text(state.now()), (state.find(SHOP) or {})["currencyCode"]
    model = Variant(options=tuple(value for _, value in options), price=Decimal(0))
    parent = Product(product["handle"], product["title"], option_names=tuple(name for name, _ in options))
    position = len(product["variants"]) + 1
    variant = variant_record(parent, model, position, product["id"], number, at, at)
    locations = [each["id"] for each in state.all("Location")]
    item = item_record(model, number, currency, locations, at, at)
    state.put([variant, item])
    return variant, item


def put_product(state: State, product: Record, variants: Sequence[Record]) -> Record:
    """Keep a product with exactly these variants; what follows from them is worked out, others are forgotten."""
    dropped = set(product["variants"]) - {each["id"] for each in variants}
    remove_variants(state, dropped)
    names = [each["name"] for each in variants[0]["selectedOptions"]] if variants else ["Title"]
    values = [
        list(dict.fromkeys(each["selectedOptions"][index]["value"] for each in variants))
        for index in range(len(names))
    ]
    _, number = read_gid(product["id"]) or ("", 0)
    items = [state.find(each["inventoryItem"]) or {"tracked": False} for each in variants]
    kept = product | {
        "updatedAt": time_text(state.now()),
        "variants": [each["id"] for each in variants],
        "variantsCount": {"count": len(variants), "precision": "EXACT"},
        "hasOnlyDefaultVariant": names == ["Title"],
        "tracksInventory": any(each["tracked"] for each in items),
        "totalInventory": sum(
            each["inventoryQuantity"] for each, item in zip(variants, items, strict=True) if item["tracked"]
        ),
        "options": [
            {
                "id": gid("ProductOption", number * 10 + position),
                "name": name,
                "position": position,
                "values": found,
            }
            for position, (name, found) in enumerate(zip(names, values, strict=True), start=1)
        ],
    }
    state.put(
        [
            kept,
            *(
                each | {"position": position, "displayName": f"{kept['title']} - {each['title']}"}
                for position, each in enumerate(variants, start=1)
            ),
        ]
    )
    return kept


def free_handle(state: State, title: str) -> str:
    """Return a handle made of a title that no product has yet."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    wanted = re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "product"
    taken = {each["handle"] for each in state.all("Product")}
    names = (wanted if index == 0 else f"{wanted}-{index}" for index in range(len(taken) + 1))
    return next(each for each in names if each not in taken)


def variants_of(state: State, product: Record) -> list[Record]:
    """Return a product's variants in their order."""
    return [found for found in map(state.find, product["variants"]) if found]


def options_of(variant: Record) -> Options:
    """Return a variant's options."""
    return tuple((each["name"], each["value"]) for each in variant["selectedOptions"])
