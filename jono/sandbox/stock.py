"""What is where: the quantities of stock items at locations, and how they move together."""

from collections.abc import Mapping

from jono.sandbox.gids import gid, read_gid
from jono.sandbox.state import Record, State
from jono.sandbox.values import time_text

STATES = (
    "available",
    "on_hand",
    "committed",
    "incoming",
    "reserved",
    "damaged",
    "quality_control",
    "safety_stock",
)
UNAVAILABLE = ("committed", "reserved", "damaged", "quality_control", "safety_stock")
LEVELS_AN_ITEM = 1_000


def new_level(item: Record, location: str, quantities: Mapping[str, int], at: str) -> Record:
    """Return a level of a stock item at a location where it had none; on hand is the sum of its parts."""
    _, number = read_gid(item["id"]) or ("", 0)
    numbers = [(read_gid(each["id"]) or ("", 0))[1] for each in item["inventoryLevels"]]
    own = max(numbers, default=number * LEVELS_AN_ITEM - 1) + 1
    return {
        "id": gid("InventoryLevel", own),
        "isActive": True,
        "canDeactivate": not any(quantities.values()),
        "createdAt": at,
        "updatedAt": at,
        "item": item["id"],
        "location": location,
        "quantities": [
            {
                "id": gid("InventoryQuantity", own * 10 + index),
                "name": name,
                "quantity": quantities.get(name, 0),
                "updatedAt": at,
            }
            for index, name in enumerate(STATES)
        ],
    }


def level_at(item: Record, location: str) -> Record | None:
    """Return the level of a stock item at a location; None where it is not stocked."""
    return next((each for each in item["inventoryLevels"] if each["location"] == location), None)


def quantity(level: Record, name: str) -> int:
    """Return how many of a level are in a state."""
    return next((int(each["quantity"]) for each in level["quantities"] if each["name"] == name), 0)


def change(level: Record, deltas: Mapping[str, int], at: str) -> Record:
    """Return a level with its quantities changed by `deltas`."""
    quantities = [
        each | {"quantity": each["quantity"] + deltas[each["name"]], "updatedAt": at}
        if deltas.get(each["name"])
        else each
        for each in level["quantities"]
    ]
    emptied = not any(each["quantity"] for each in quantities)
    return level | {"quantities": quantities, "updatedAt": at, "canDeactivate": emptied}


def put_levels(state: State, item: Record, levels: list[Record], at: str) -> Record:
    """Keep a stock item's levels, and tell its variant and product what can be sold."""
    changed = item | {"inventoryLevels": levels, "updatedAt": at}
    variant = state.find(item["variant"])
    records = [changed]
    if variant:
        sellable = sum(quantity(each, "available") for each in levels)
        records.append(variant | {"inventoryQuantity": sellable})
        product = state.find(variant["product"])
        if product and item["tracked"]:
            total = product["totalInventory"] + sellable - variant["inventoryQuantity"]
            records.append(product | {"totalInventory": total})
    state.put(records)
    return changed


def move(state: State, item_id: str, location: str, deltas: Mapping[str, int]) -> None:
    """Change what is where; an item that is not tracked, or not stocked there, stays as it is."""
    item = state.find(item_id)
    level = level_at(item, location) if item else None
    if item is None or level is None or not item["tracked"]:
        return
    at = time_text(state.now())
    levels = [change(each, deltas, at) if each is level else each for each in item["inventoryLevels"]]
    if deltas.get("available"):
        put_levels(state, item, levels, at)
    else:
        state.put([item | {"inventoryLevels": levels, "updatedAt": at}])
