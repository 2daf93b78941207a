"""Products made, changed, set and deleted by an app, and their pictures."""

from collections.abc import Mapping, Sequence
from typing import Any

from jono.sandbox import jobs
from jono.sandbox.asking import Asking
from jono.sandbox.events import announce
from jono.sandbox.gids import gid
from jono.sandbox.goods import (
    DEFAULT_OPTIONS,
    Options,
    change_product,
    new_product,
    new_variant,
    options_of,
    put_product,
    variants_of,
)
from jono.sandbox.media import is_address, put_image
from jono.sandbox.mutations.carrying_out import Arguments, Payload, RefusedError, refuse
from jono.sandbox.mutations.records import known
from jono.sandbox.mutations.variants import change_variant, read_options, stock_variant
from jono.sandbox.products import remove_product
from jono.sandbox.state import Record, State


def create(asking: Asking, arguments: Arguments) -> Payload:
    """`productCreate`: with its options, and one variant of the first value of each."""
    state, wanted = asking.state, arguments.get("product") or {}
    _check_texts(state, wanted, None, ("product",))
    product = new_product(state, wanted["title"], wanted.get("handle"))
    product = change_product(product, {"status": "ACTIVE"} | dict(wanted))
    product["isGiftCard"] = bool(wanted.get("giftCard"))
    variant, _ = new_variant(state, product, _first_options(wanted.get("productOptions") or ()))
    product["media"] = _images(state, arguments.get("media") or (), ("media",))
    kept = put_product(state, product, [variant])
    announce(state, "PRODUCTS_CREATE", kept)
    return {"product": kept["id"]}


def update(asking: Asking, arguments: Arguments) -> Payload:
    """`productUpdate`."""
    state, wanted = asking.state, arguments.get("product") or {}
    product = known(state, wanted.get("id") or "", "Product", ("product", "id"))
    _check_texts(state, wanted, product, ("product",))
    changed = change_product(product, wanted)
    changed["media"] = [*changed["media"], *_images(state, arguments.get("media") or (), ("media",))]
    kept = put_product(state, changed, variants_of(state, changed))
    announce(state, "PRODUCTS_UPDATE", kept)
    return {"product": kept["id"]}


def set_(asking: Asking, arguments: Arguments) -> Payload:
    """`productSet`: at once, or by a job after the answer."""
    if arguments.get("synchronous", True):
        return {"product": _set(asking.state, arguments)["id"]}
    [number] = asking.state.take_numbers("ProductSetOperation", 1, 1)
    operation: Record = {
        "id": gid("ProductSetOperation", number),
        "status": "CREATED",
        "product": None,
        "userErrors": [],
    }
    asking.state.put([operation])
    jobs.start(asking.state, "productSet", {"operation": operation["id"], **arguments})
    return {"productSetOperation": operation["id"]}


def finish_set(state: State, arguments: Arguments) -> None:
    """Carry out a `productSet` and tell its operation what became of it."""
    operation = state.find(arguments["operation"]) or {}
    told: Record = {"status": "COMPLETE"}
    try:
        with state.writing():
            told["product"] = _set(state, arguments)["id"]
    except RefusedError as error:
        told["userErrors"] = [each.told() for each in error.refusals]
    state.put([operation | told])


def _set(state: State, arguments: Arguments) -> Record:
    """Make a product as an input says, its variants those of the input and no others."""
    wanted = arguments["input"]
    found = _identified(state, wanted, arguments.get("identifier") or {})
    _check_texts(state, wanted, found, ("input",))
    handle = wanted.get("handle") or (arguments.get("identifier") or {}).get("handle")
    product = change_product(found or new_product(state, wanted["title"], handle), wanted)
    if wanted.get("files") is not None:
        product["media"] = [_file(state, each) for each in wanted["files"]]
    variants = _set_variants(state, product, wanted) if wanted.get("variants") is not None else None
    if variants is None:
        variants = variants_of(state, product) or [new_variant(state, product, DEFAULT_OPTIONS)[0]]
    kept = put_product(state, product, variants)
    announce(state, "PRODUCTS_UPDATE" if found else "PRODUCTS_CREATE", kept)
    return kept


def delete(asking: Asking, arguments: Arguments) -> Payload:
    """`productDelete`."""
    product = known(asking.state, arguments["input"]["id"], "Product", ("id",))
    remove_product(asking.state, product)
    return {"deletedProductId": product["id"]}


def create_media(asking: Asking, arguments: Arguments) -> Payload:
    """`productCreateMedia`."""
    state = asking.state
    product = known(state, arguments["productId"], "Product", ("productId",), "PRODUCT_DOES_NOT_EXIST")
    made = _images(state, arguments["media"], ("media",))
    kept = put_product(state, product | {"media": [*product["media"], *made]}, variants_of(state, product))
    announce(state, "PRODUCTS_UPDATE", kept)
    return {"product": product["id"], "media": made}


def update_media(asking: Asking, arguments: Arguments) -> Payload:
    """`productUpdateMedia`."""
    state = asking.state
    product = known(state, arguments["productId"], "Product", ("productId",), "PRODUCT_DOES_NOT_EXIST")
    for index, each in enumerate(arguments["media"]):
        if each["id"] not in product["media"]:
            message = "Media does not exist on product"
            raise refuse(("media", index, "id"), message, "MEDIA_DOES_NOT_EXIST_ON_PRODUCT")
        change_image(state, state.find(each["id"]) or {}, each.get("alt"), each.get("previewImageSource"))
    return {"product": product["id"], "media": [each["id"] for each in arguments["media"]]}


def create_files(asking: Asking, arguments: Arguments) -> Payload:
    """`fileCreate`."""
    return {"files": _images(asking.state, arguments["files"], ("files",))}


def update_files(asking: Asking, arguments: Arguments) -> Payload:
    """`fileUpdate`: a picture's words and source, and the products that show it."""
    state = asking.state
    for index, each in enumerate(arguments["files"]):
        media = known(state, each["id"], "MediaImage", ("files", index, "id"), "FILE_DOES_NOT_EXIST")
        change_image(
            state, media, each.get("alt"), each.get("originalSource") or each.get("previewImageSource")
        )
        for id in (*(each.get("referencesToAdd") or ()), *(each.get("referencesToRemove") or ())):
            product = known(state, id, "Product", ("files", index), "REFERENCE_TARGET_DOES_NOT_EXIST")
            shown = [one for one in product["media"] if one != media["id"]]
            if id in (each.get("referencesToAdd") or ()):
                shown.append(media["id"])
            announce(
                state,
                "PRODUCTS_UPDATE",
                put_product(state, product | {"media": shown}, variants_of(state, product)),
            )
    return {"files": [each["id"] for each in arguments["files"]]}


def change_image(state: State, media: Record, alt: str | None, source: str | None) -> None:
    """Keep a picture with another text or source."""
    image = (
        media["image"] | ({"url": source} if source else {}) | ({"altText": alt} if alt is not None else {})
    )
    words = media["alt"] if alt is None else alt
    state.put([media | {"alt": words, "image": image, "preview": {"image": image}}])


def _check_texts(
    state: State, wanted: Mapping[str, Any], product: Record | None, where: Sequence[object]
) -> None:
    if not (wanted.get("title") or "").strip() and ("title" in wanted or product is None):
        raise refuse((*where, "title"), "Title can't be blank", "INVALID_INPUT")
    handle = wanted.get("handle")
    own = product["id"] if product else None
    if handle and any(each["handle"] == handle and each["id"] != own for each in state.all("Product")):
        message = f"Handle '{handle}' already in use. Please provide a new handle."
        raise refuse((*where, "handle"), message, "HANDLE_NOT_UNIQUE")


def _identified(state: State, wanted: Mapping[str, Any], identifier: Mapping[str, Any]) -> Record | None:
    """The product that a `productSet` means; None for a new one."""
    id = identifier.get("id") or wanted.get("id")
    if id:
        return known(state, id, "Product", ("input", "id"), "PRODUCT_DOES_NOT_EXIST")
    handle = identifier.get("handle")
    return next((each for each in state.all("Product") if handle and each["handle"] == handle), None)


def _set_variants(state: State, product: Record, wanted: Mapping[str, Any]) -> list[Record]:
    """The variants of a `productSet`: those it had, by id or options, changed; new ones made."""
    named = [str(each["name"]) for each in wanted.get("productOptions") or () if each.get("name")]
    shape = product | ({"options": [{"id": "", "name": each} for each in named]} if named else {})
    had = {each["id"]: each for each in variants_of(state, product)}
    by_options = {options_of(each): each for each in had.values()}
    kept: list[Record] = []
    for index, each in enumerate(wanted["variants"]):
        where = ("input", "variants", index)
        options = read_options(each["optionValues"], shape, where)
        variant = had.get(each.get("id") or "") or by_options.get(options)
        if each.get("id") and variant is None:
            raise refuse((*where, "id"), "Product variant does not exist", "PRODUCT_VARIANT_DOES_NOT_EXIST")
        if any(options_of(one) == options for one in kept):
            raise refuse(where, "The variant already exists.", "INVALID_VARIANT")
        if variant is None:
            variant, _ = new_variant(state, product, options)
        renamed = variant | {
            "title": " / ".join(value for _, value in options),
            "selectedOptions": [{"name": name, "value": value} for name, value in options],
        }
        changed = change_variant(state, renamed, each, where)
        stock_variant(state, changed, each.get("inventoryQuantities") or (), "quantity")
        kept.append(state.find(changed["id"]) or changed)
    return kept


def _first_options(wanted: Sequence[Mapping[str, Any]]) -> Options:
    chosen = [(each["name"], (each.get("values") or [{"name": None}])[0]["name"]) for each in wanted]
    if not all(name and value for name, value in chosen):
        raise refuse(("product", "productOptions"), "Option values are missing")
    return tuple(chosen) or DEFAULT_OPTIONS


def _images(state: State, wanted: Sequence[Mapping[str, Any]], where: Sequence[object]) -> list[str]:
    return [_image(state, each, (*where, index)) for index, each in enumerate(wanted)]


def _image(state: State, wanted: Mapping[str, Any], where: Sequence[object]) -> str:
    source = wanted.get("originalSource") or ""
    if (wanted.get("mediaContentType") or wanted.get("contentType") or "IMAGE") != "IMAGE":
        raise refuse(where, "The sandbox store keeps images only.", "INVALID")
    if not is_address(source):
        raise refuse((*where, "originalSource"), "Image URL is invalid", "INVALID")
    return str(put_image(state, source, wanted.get("alt"))["id"])


def _file(state: State, wanted: Mapping[str, Any]) -> str:
    if wanted.get("id"):
        return str(known(state, wanted["id"], "MediaImage", ("input", "files"), "INVALID_INPUT")["id"])
    source = wanted.get("originalSource") or ""
    if not is_address(source):
        raise refuse(("input", "files"), "Image URL is invalid", "INVALID_INPUT")
    return str(put_image(state, source, wanted.get("alt"))["id"])
