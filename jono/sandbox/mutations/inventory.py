"""Stock set and adjusted by an app: compared first, if asked; on hand and available move together."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from jono.sandbox.asking import Asking
from jono.sandbox.events import announce
from jono.sandbox.gids import gid, read_gid
from jono.sandbox.mutations.carrying_out import Arguments, Payload, Refusal, RefusedError, refuse
from jono.sandbox.shop import SHOP
from jono.sandbox.state import Record, State
from jono.sandbox.stock import LEVELS_AN_ITEM, change, level_at, new_level, put_levels, quantity
from jono.sandbox.values import money, time_text

LARGEST = 1_000_000_000
_TWICE = "NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR"
_MOVABLE = ("available", "damaged", "quality_control", "reserved", "safety_stock")
_SETTABLE = ("available", "on_hand")
_REASONS = frozenset({
    "correction", "cycle_count_available", "damaged", "movement_canceled", "movement_created", "movement_received",
    "movement_updated", "other", "promotion", "quality_control", "received", "reservation_created",
    "reservation_deleted", "reservation_updated", "restock", "safety_stock", "shrinkage",
})  # fmt: skip


@dataclass(frozen=True)
class _Wish:
    """One quantity that is to change; `where` it stands in the input."""

    where: tuple[object, ...]
    item: str
    location: str
    expected: int | None
    to: int | None
    by: int
    ledger: str | None = None


def set_quantities(asking: Asking, arguments: Arguments) -> Payload:
    """`inventorySetQuantities`: say how many there are."""
    wanted = arguments["input"]
    if wanted["name"] not in _SETTABLE:
        raise refuse(
            ("input", "name"), "The quantity name must be either 'available' or 'on_hand'.", "INVALID_NAME"
        )
    wishes = [
        _Wish(("input", "quantities", index), each["inventoryItemId"], each["locationId"],
              each["changeFromQuantity"], each["quantity"], 0)
        for index, each in enumerate(wanted["quantities"])
    ]  # fmt: skip
    _check(wanted["reason"], list(_bad_quantities(wishes)))
    return _changed(asking, wanted, wishes)


def adjust_quantities(asking: Asking, arguments: Arguments) -> Payload:
    """`inventoryAdjustQuantities`: say how many more or less."""
    wanted = arguments["input"]
    if wanted["name"] in ("on_hand", "committed"):
        raise refuse(
            ("input", "name"), "The quantity name is not one that can be adjusted.", "INVALID_QUANTITY_NAME"
        )
    wishes = [
        _Wish(("input", "changes", index), each["inventoryItemId"], each["locationId"],
              each["changeFromQuantity"], None, each["delta"], each.get("ledgerDocumentUri"))
        for index, each in enumerate(wanted["changes"])
    ]  # fmt: skip
    _check(wanted["reason"], [])
    return _changed(asking, wanted, wishes)


def set_on_hand(asking: Asking, arguments: Arguments) -> Payload:
    """`inventorySetOnHandQuantities`: say how many are on the shelf."""
    wanted = arguments["input"]
    wishes = [
        _Wish(("input", "setQuantities", index), each["inventoryItemId"], each["locationId"],
              each["changeFromQuantity"], each["quantity"], 0)
        for index, each in enumerate(wanted["setQuantities"])
    ]  # fmt: skip
    _check(wanted["reason"], [each for each in _bad_quantities(wishes) if each.code != _TWICE])
    return _changed(asking, wanted | {"name": "on_hand"}, wishes)


def move_quantities(asking: Asking, arguments: Arguments) -> Payload:
    """`inventoryMoveQuantities`: from one state to another at the same location; none come or go."""
    wanted, state, found = arguments["input"], asking.state, []
    _check(wanted["reason"], [])
    for index, each in enumerate(wanted["changes"]):
        found += _moved(state, ("input", "changes", index), each)
    return {"inventoryAdjustmentGroup": _group(state, wanted, found)["id"]}


def deactivate(asking: Asking, arguments: Arguments) -> Payload:
    """`inventoryDeactivate`: an item is not stocked at a location any more."""
    state, id = asking.state, arguments["inventoryLevelId"]
    _, number = read_gid(id) or ("", 0)
    item = state.find(gid("InventoryItem", number // LEVELS_AN_ITEM)) or {"inventoryLevels": []}
    level = next((each for each in item["inventoryLevels"] if each["id"] == id), None)
    if level is None:
        raise refuse(None, "The inventory level couldn't be found.")
    left = [each for each in item["inventoryLevels"] if each["id"] != id]
    if any(quantity(level, each) for each in ("committed", "incoming", "reserved")) or not left:
        raise refuse(None, "The inventory item can't be deactivated at this location.")
    put_levels(state, item, left, time_text(state.now()))
    return {}


def activate(asking: Asking, arguments: Arguments) -> Payload:
    """`inventoryActivate`: stock an item at a location from now on."""
    state, at = asking.state, time_text(asking.state.now())
    item, location = state.find(arguments["inventoryItemId"]), state.find(arguments["locationId"])
    if item is None:
        raise refuse(("inventoryItemId",), "The inventory item couldn't be found.")
    if location is None:
        raise refuse(("locationId",), "The location couldn't be found because it doesn't exist.")
    known = level_at(item, location["id"])
    if known is None:
        many = arguments.get("available") or arguments.get("onHand") or 0
        known = new_level(item, location["id"], {"available": many, "on_hand": many}, at)
        put_levels(state, item, [*item["inventoryLevels"], known], at)
    elif arguments.get("available") is not None or arguments.get("onHand") is not None:
        raise refuse(
            ("available",),
            "Not allowed to set available quantity when the item is already active at the location.",
        )
    return {"inventoryLevel": known["id"]}


def update_item(asking: Asking, arguments: Arguments) -> Payload:
    """`inventoryItemUpdate`: change what is known of a stock item."""
    item = asking.state.find(arguments["id"])
    if item is None or item["__typename"] != "InventoryItem":
        raise refuse(("id",), "Inventory item does not exist")
    return {"inventoryItem": put_item(asking.state, item, arguments["input"])["id"]}


def put_item(state: State, item: Record, wanted: dict[str, Any]) -> Record:
    """Keep a stock item with what an `InventoryItemInput` says of it, its variant's SKU with it."""
    plain = (
        "countryCodeOfOrigin",
        "harmonizedSystemCode",
        "provinceCodeOfOrigin",
        "requiresShipping",
        "sku",
        "tracked",
    )
    changed = item | {name: wanted[name] for name in plain if name in wanted}
    changed["updatedAt"] = time_text(state.now())
    if "cost" in wanted:
        currency = (state.find(SHOP) or {})["currencyCode"]
        cost = wanted["cost"]
        changed["unitCost"] = None if cost is None else money(Decimal(str(cost)), currency)
    if wanted.get("measurement"):
        changed["measurement"] = item["measurement"] | {"weight": wanted["measurement"]["weight"]}
    variant = state.find(item["variant"])
    if variant and "sku" in wanted:
        state.put([variant | {"sku": wanted["sku"]}])
    state.put([changed])
    return changed


def _moved(state: State, where: tuple[object, ...], wanted: dict[str, Any]) -> list[Record]:
    """One move between two states carried out, or refused."""
    source, target, count = wanted["from"], wanted["to"], wanted["quantity"]
    if source["name"] == target["name"]:
        raise refuse(where, "The quantity names for each change can't be the same.", "SAME_QUANTITY_NAME")
    if source["locationId"] != target["locationId"]:
        raise refuse(
            where, "The quantities can't be moved between different locations.", "DIFFERENT_LOCATIONS"
        )
    if not 0 <= count <= LARGEST:
        code = "INVALID_QUANTITY_NEGATIVE" if count < 0 else "INVALID_QUANTITY_TOO_HIGH"
        raise refuse((*where, "quantity"), "The quantity is out of range.", code)
    deltas: dict[str, int] = {}
    for side, end, delta in (("from", source, -count), ("to", target, count)):
        _check_end(state, (*where, side), wanted["inventoryItemId"], end)
        deltas[end["name"]] = delta
    at, item = time_text(state.now()), state.find(wanted["inventoryItemId"]) or {}
    level = level_at(item, source["locationId"]) or {}
    changed = change(level, deltas, at)
    put_levels(state, item, [changed if each is level else each for each in item["inventoryLevels"]], at)
    announce(state, "INVENTORY_LEVELS_UPDATE", changed)
    return [
        {"name": end["name"], "delta": deltas[end["name"]], "quantityAfterChange": quantity(changed, end["name"]),
         "ledgerDocumentUri": end.get("ledgerDocumentUri"), "item": item["id"], "location": source["locationId"]}
        for end in (source, target)
    ]  # fmt: skip


def _check_end(state: State, where: tuple[object, ...], item: str, end: dict[str, Any]) -> None:
    if end["name"] not in _MOVABLE:
        message = "The specified quantity name is invalid."
        raise refuse((*where, "name"), message, "INVALID_QUANTITY_NAME")
    if end["name"] == "available" and end.get("ledgerDocumentUri"):
        message = "A ledger document URI is not allowed when adjusting available."
        raise refuse((*where, "ledgerDocumentUri"), message, "INVALID_AVAILABLE_DOCUMENT")
    if end["name"] != "available" and not end.get("ledgerDocumentUri"):
        message = "A ledger document URI is required except when adjusting available."
        raise refuse((*where, "ledgerDocumentUri"), message, "INVALID_QUANTITY_DOCUMENT")
    wish = _Wish(where, item, end["locationId"], end["changeFromQuantity"], None, 0)
    problem = _problem(state, wish, end["name"])
    if problem:
        raise RefusedError(problem)
    if level_at(state.find(item) or {}, end["locationId"]) is None:
        raise refuse((*where, "locationId"), "The item is not stocked at this location.", "INVALID_LOCATION")


def _check(reason: str, refused: list[Refusal]) -> None:
    if reason not in _REASONS:
        raise refuse(("input", "reason"), "The specified reason is invalid.", "INVALID_REASON")
    if refused:
        raise RefusedError(*refused)


def _bad_quantities(wishes: list[_Wish]) -> Iterator[Refusal]:
    pairs = Counter((each.item, each.location) for each in wishes)
    for each in wishes:
        field = tuple(map(str, (*each.where, "quantity")))
        if (each.to or 0) < 0:
            yield Refusal(field, "The quantity can't be negative.", "INVALID_QUANTITY_NEGATIVE")
        elif (each.to or 0) > LARGEST:
            yield Refusal(
                field, "The quantity can't be higher than 1,000,000,000.", "INVALID_QUANTITY_TOO_HIGH"
            )
        if pairs[each.item, each.location] > 1:
            message = "The combination of inventoryItemId and locationId must be unique."
            yield Refusal(tuple(map(str, each.where)), message, _TWICE)


def _changed(asking: Asking, wanted: dict[str, Any], wishes: list[_Wish]) -> Payload:
    """All changes, or none: every wish is looked at before the first is carried out."""
    state, refused, found = asking.state, [], []
    for wish in wishes:
        problem = _problem(state, wish, wanted["name"])
        if problem:
            refused.append(problem)
    if refused:
        raise RefusedError(*refused)
    for wish in wishes:
        found += _carry_out(state, wish, wanted["name"])
    return {"inventoryAdjustmentGroup": _group(state, wanted, found)["id"] if found else None}


def _problem(state: State, wish: _Wish, name: str) -> Refusal | None:
    where = tuple(map(str, wish.where))
    item = state.find(wish.item)
    if item is None or item["__typename"] != "InventoryItem":
        return Refusal(
            (*where, "inventoryItemId"),
            "The specified inventory item could not be found.",
            "INVALID_INVENTORY_ITEM",
        )
    if state.find(wish.location) is None:
        return Refusal(
            (*where, "locationId"), "The specified location could not be found.", "INVALID_LOCATION"
        )
    level = level_at(item, wish.location)
    there = quantity(level, name) if level else 0
    if wish.expected is not None and wish.expected != there:
        message = "The changeFromQuantity argument no longer matches the persisted quantity."
        return Refusal((*where, "changeFromQuantity"), message, "CHANGE_FROM_QUANTITY_STALE")
    return None


def _carry_out(state: State, wish: _Wish, name: str) -> list[Record]:
    """One quantity changed, and what moves with it; nothing when it is as wished."""
    at, item = time_text(state.now()), state.find(wish.item) or {}
    levels = list(item["inventoryLevels"])
    level = level_at(item, wish.location)
    if level is None:  # Shopify stocks an item where its quantity is set
        level = new_level(item, wish.location, {}, at)
        levels.append(level)
    delta = wish.by if wish.to is None else wish.to - quantity(level, name)
    if not delta:
        return []
    other = {"available": "on_hand", "on_hand": "available"}.get(name, "on_hand")
    deltas = {name: delta} if name == "incoming" else {name: delta, other: delta}
    changed = change(level, deltas, at)
    put_levels(state, item, [changed if each is level else each for each in levels], at)
    announce(state, "INVENTORY_LEVELS_UPDATE", changed)
    return [
        {"name": each, "delta": by, "quantityAfterChange": quantity(changed, each), "ledgerDocumentUri": wish.ledger,
         "item": wish.item, "location": wish.location}
        for each, by in deltas.items()
    ]  # fmt: skip


def _group(state: State, wanted: dict[str, Any], changes: list[Record]) -> Record:
    [number] = state.take_numbers("InventoryAdjustmentGroup", 1, 1)
    group = {
        "id": gid("InventoryAdjustmentGroup", number),
        "createdAt": time_text(state.now()),
        "reason": wanted["reason"],
        "referenceDocumentUri": wanted.get("referenceDocumentUri"),
        "app": {"id": gid("App", 1)},
        "changes": changes,
    }
    state.put([group])
    return group
