"""Records that a mutation works on: looked up or refused, changed as copies, kept with their time."""

import copy
from collections.abc import Sequence

from jono.sandbox.events import announce
from jono.sandbox.mutations.carrying_out import refuse
from jono.sandbox.state import Record, State
from jono.sandbox.values import time_text


def known(state: State, id: str, kind: str, field: Sequence[object], code: str | None = None) -> Record:
    """Return the record of that id and kind, or refuse the input."""
    found = state.find(id)
    if found is None or found["__typename"] != kind:
        raise refuse(field, f"{kind} does not exist", code)
    return found


def editable_order(state: State, id: str, field: Sequence[object], code: str | None = None) -> Record:
    """Return an order as a copy that may be changed in place, or refuse the input."""
    return copy.deepcopy(known(state, id, "Order", field, code))


def keep_order(state: State, order: Record, *topics: str) -> Record:
    """Keep a changed order and announce that it was updated, and what else happened to it."""
    order["updatedAt"] = time_text(state.now())
    state.put([order])
    for topic in ("ORDERS_UPDATED", *topics):
        announce(state, topic, order)
    return order
