"""Variants made, changed and deleted by an app."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from jono.sandbox.asking import Asking
from jono.sandbox.events import announce
from jono.sandbox.goods import DEFAULT_OPTIONS, Options, new_variant, options_of, put_product, variants_of
from jono.sandbox.media import is_address, put_image
from jono.sandbox.mutations.carrying_out import Arguments, Payload, refuse
from jono.sandbox.mutations.inventory import put_item
from jono.sandbox.mutations.orders import amount_of
from jono.sandbox.mutations.records import known
from jono.sandbox.state import Record, State
from jono.sandbox.stock import change, level_at, put_levels, quantity
from jono.sandbox.values import time_text


def create(asking: Asking, arguments: Arguments) -> Payload:
    """`productVariantsBulkCreate`."""
    state = asking.state
    product = known(state, arguments["productId"], "Product", ("productId",), "PRODUCT_DOES_NOT_EXIST")
    kept = variants_of(state, product)
    standalone = len(kept) == 1 and options_of(kept[0]) == DEFAULT_OPTIONS
    strategy = arguments.get("strategy") or "DEFAULT"
    if (standalone and strategy == "DEFAULT") or (len(kept) == 1 and strategy == "REMOVE_STANDALONE_VARIANT"):
        kept = []
    made: list[Record] = []
    for index, each in enumerate(arguments["variants"]):
        where = ("variants", index)
        options = read_options(each.get("optionValues") or (), product, where)
        if options in map(options_of, [*kept, *made]):
            raise refuse(where, f"The variant '{_title(options)}' already exists.", "VARIANT_ALREADY_EXISTS")
        variant, _ = new_variant(state, product, options)
        made.append(change_variant(state, variant, each, where))
        stock_variant(state, made[-1], each.get("inventoryQuantities") or (), "availableQuantity")
    made = [state.find(each["id"]) or each for each in made]
    kept_product = put_product(state, product, [*kept, *made])
    announce(state, "PRODUCTS_UPDATE", kept_product)
    return {"product": product["id"], "productVariants": [each["id"] for each in made]}


def update(asking: Asking, arguments: Arguments) -> Payload:
    """`productVariantsBulkUpdate`: all, or none."""
    state = asking.state
    product = known(state, arguments["productId"], "Product", ("productId",), "PRODUCT_DOES_NOT_EXIST")
    changed = []
    for index, each in enumerate(arguments["variants"]):
        where = ("variants", index)
        if not each.get("id"):
            raise refuse((*where, "id"), "Product variant ID is missing", "PRODUCT_VARIANT_ID_MISSING")
        if each["id"] not in product["variants"]:
            raise refuse((*where, "id"), "Product variant does not exist", "PRODUCT_VARIANT_DOES_NOT_EXIST")
        if each.get("inventoryQuantities"):
            message = "Inventory quantities can only be provided during create."
            raise refuse(
                (*where, "inventoryQuantities"), message, "NO_INVENTORY_QUANTITIES_ON_VARIANTS_UPDATE"
            )
        changed.append(change_variant(state, state.find(each["id"]) or {}, each, where)["id"])
    kept = put_product(state, product, variants_of(state, product))
    announce(state, "PRODUCTS_UPDATE", kept)
    return {"product": product["id"], "productVariants": changed}


def delete(asking: Asking, arguments: Arguments) -> Payload:
    """`productVariantsBulkDelete`."""
    state, ids = asking.state, arguments["variantsIds"]
    product = known(state, arguments["productId"], "Product", ("productId",), "PRODUCT_DOES_NOT_EXIST")
    if not set(ids) <= set(product["variants"]):
        message = "At least one variant does not belong to the product"
        raise refuse(("variantsIds",), message, "AT_LEAST_ONE_VARIANT_DOES_NOT_BELONG_TO_THE_PRODUCT")
    if set(ids) == set(product["variants"]):
        raise refuse(("variantsIds",), "Cannot delete default variant", "CANNOT_DELETE_LAST_VARIANT")
    kept = put_product(
        state, product, [each for each in variants_of(state, product) if each["id"] not in ids]
    )
    announce(state, "PRODUCTS_UPDATE", kept)
    return {"product": product["id"]}


def change_variant(
    state: State, variant: Record, wanted: Mapping[str, Any], where: Sequence[object]
) -> Record:
    """Keep a variant with what an input says of it, its stock item and picture too; return it."""
    changed = variant | {
        name: wanted[name] for name in ("barcode", "sku", "taxable", "inventoryPolicy") if name in wanted
    }
    for name in ("price", "compareAtPrice"):
        if name in wanted:
            changed[name] = _price(wanted[name], (*where, name), optional=name != "price")
    if wanted.get("mediaSrc"):
        source = wanted["mediaSrc"][0]
        if not is_address(source):
            raise refuse((*where, "mediaSrc"), "Image URL is invalid", "INVALID_VALUE")
        changed["media"] = [put_image(state, source, None)["id"]]
    if wanted.get("mediaId"):
        known(state, wanted["mediaId"], "MediaImage", (*where, "mediaId"), "INVALID_VALUE")
        changed["media"] = [wanted["mediaId"]]
    changed["updatedAt"] = time_text(state.now())
    state.put([changed])
    item = state.find(variant["inventoryItem"])
    if item and wanted.get("inventoryItem") is not None:
        put_item(state, item, wanted["inventoryItem"])
    elif item and "sku" in wanted:
        put_item(state, item, {"sku": wanted["sku"]})
    return state.find(variant["id"]) or changed


def stock_variant(state: State, variant: Record, wanted: Sequence[Mapping[str, Any]], name: str) -> None:
    """Set how many of a new variant there are at locations; `name` is where the input tells it."""
    at = time_text(state.now())
    for each in wanted:
        item = state.find(variant["inventoryItem"]) or {}
        level = level_at(item, each["locationId"])
        if level is None:
            raise refuse(("variants",), "Location does not exist", "TRACKED_VARIANT_LOCATION_NOT_FOUND")
        delta = each[name] - quantity(level, "available")
        moved = change(level, {"available": delta, "on_hand": delta}, at)
        put_levels(state, item, [moved if one is level else one for one in item["inventoryLevels"]], at)


def read_options(wanted: Sequence[Mapping[str, Any]], product: Record, where: Sequence[object]) -> Options:
    """Return the options that an input gives a variant, in the order of the product's."""
    names = {each["id"]: each["name"] for each in product["options"]}
    values = {
        each.get("optionName") or names.get(each.get("optionId") or ""): each.get("name") for each in wanted
    }
    standing = [each["name"] for each in product["options"]]
    ordered = [each for each in standing if each in values] or list(values)
    if len(ordered) != len(values) or None in values or not all(values.values()):
        raise refuse((*where, "optionValues"), "Option does not exist", "INVALID_INPUT")
    if standing not in (["Title"], ordered):
        raise refuse((*where, "optionValues"), "You need to add option values", "NEED_TO_ADD_OPTION_VALUES")
    return tuple((str(name), str(values[name])) for name in ordered) or DEFAULT_OPTIONS


def _price(value: object, where: Sequence[object], *, optional: bool) -> str | None:
    if value is None and optional:
        return None
    amount = amount_of(value, tuple(where))
    if amount < 0:
        raise refuse(where, "Price must be greater than or equal to 0", "NEGATIVE_PRICE_VALUE")
    return f"{amount.quantize(Decimal('0.01'))}"


def _title(options: Options) -> str:
    return " / ".join(value for _, value in options)
