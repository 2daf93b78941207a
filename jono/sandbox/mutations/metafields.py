"""Metafields: what apps keep beside a record, by namespace and key."""

import hashlib
from typing import Any

from jono.sandbox.asking import Asking
from jono.sandbox.gids import gid
from jono.sandbox.metafields import metafields_of
from jono.sandbox.mutations.carrying_out import Arguments, Payload, refuse
from jono.sandbox.state import State
from jono.sandbox.values import time_text

FIRST_METAFIELD_ID = 30_000_000_001
_AT_ONCE = 25
_OWNERS = {
    "Customer": "CUSTOMER", "Order": "ORDER", "Product": "PRODUCT", "ProductVariant": "PRODUCTVARIANT",
}  # fmt: skip


def set_(asking: Asking, arguments: Arguments) -> Payload:
    """`metafieldsSet`: twenty-five at most, all or none."""
    wanted = arguments["metafields"]
    if len(wanted) > _AT_ONCE:
        message = f"Exceeded the maximum metafields input limit of {_AT_ONCE}."
        raise refuse(("metafields",), message, "LESS_THAN_OR_EQUAL_TO")
    return {"metafields": [_set(asking.state, index, each) for index, each in enumerate(wanted)]}


def _set(state: State, index: int, wanted: dict[str, Any]) -> str:
    where = ("metafields", index)
    owner = state.find(wanted["ownerId"])
    if owner is None or owner["__typename"] not in _OWNERS:
        raise refuse((*where, "ownerId"), "Owner does not exist.", "INVALID")
    namespace = wanted.get("namespace") or "app--1"
    known = next(iter(metafields_of(state, owner["id"], namespace, [wanted["key"]])), None)
    kind = wanted.get("type") or (known and known["type"])
    if not kind:
        raise refuse((*where, "type"), "Type can't be blank", "BLANK")
    if not wanted["value"]:
        raise refuse((*where, "value"), "Value can't be blank", "BLANK")
    if "compareDigest" in wanted and wanted["compareDigest"] != (known and known["compareDigest"]):
        raise refuse(where, "The resource has been updated since it was loaded.", "STALE_OBJECT")
    at = time_text(state.now())
    id = known["id"] if known else gid("Metafield", state.take_numbers("Metafield", FIRST_METAFIELD_ID, 1)[0])
    metafield = {
        "id": id,
        "legacyResourceId": id.rsplit("/", 1)[1],
        "owner": owner["id"],
        "ownerType": _OWNERS[owner["__typename"]],
        "namespace": namespace,
        "key": wanted["key"],
        "type": kind,
        "value": wanted["value"],
        "compareDigest": hashlib.sha256(wanted["value"].encode()).hexdigest(),
        "createdAt": known["createdAt"] if known else at,
        "updatedAt": at,
    }
    state.put([metafield])
    return str(id)
