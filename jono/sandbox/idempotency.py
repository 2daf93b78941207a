"""The `@idempotent(key:)` directive: a mutation is carried out once, however often it is sent within a day."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    OperationDefinitionNode,
    print_ast,
    value_from_ast_untyped,
)

from jono.sandbox.state import State

RETENTION = 24 * 3600
REQUIRED = frozenset({
    "inventoryActivate", "inventoryAdjustQuantities", "inventoryMoveQuantities", "inventorySetOnHandQuantities",
    "inventorySetQuantities", "inventoryShipmentAddItems", "inventoryShipmentCreate",
    "inventoryShipmentCreateInTransit", "inventoryShipmentReceive", "inventoryTransferCreate",
    "inventoryTransferCreateAsReadyToShip", "inventoryTransferDuplicate", "inventoryTransferSetItems",
    "locationActivate", "locationDeactivate", "refundCreate",
})  # fmt: skip
"""The mutations that know the directive, and from 2026-04 insist on it."""

Payload = dict[str, Any]
_MISMATCH = "The idempotency key was already used with different parameters."
_CONCURRENT = "A request with this idempotency key is being processed. Retry with the same key."
_FAILED = "The previous attempt with this idempotency key failed. Retry with a new idempotency key."


class IdempotencyError(Exception):
    """A key that cannot be used as it is: `code` as the store tells it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def key_of(field: FieldNode, variables: Mapping[str, Any]) -> str | None:
    """Return the idempotency key of a mutation, None without one."""
    for directive in field.directives:
        if directive.name.value == "idempotent":
            return _key(directive, variables)
    return None


def keys_of(document: DocumentNode, variables: Mapping[str, Any]) -> set[str]:
    """Return every idempotency key in a document."""
    fields = (
        each
        for definition in document.definitions
        if isinstance(definition, OperationDefinitionNode)
        for each in definition.selection_set.selections
        if isinstance(each, FieldNode)
    )
    return {key for key in (key_of(each, variables) for each in fields) if key}


def recall(state: State, key: str, field: FieldNode, variables: Mapping[str, Any]) -> Payload | None:
    """Return the payload that the key's mutation had; None for a new key.

    The payload names records by their ids, so that it is told from the state of today. Raises IdempotencyError when
    the key was used for something else, or for an attempt that failed.
    """
    state.write("DELETE FROM idempotency WHERE at < ?", (state.clock.seconds() - RETENTION,))
    rows = state.rows("SELECT asked, payload FROM idempotency WHERE key = ?", (key,))
    if not rows:
        return None
    asked, payload = rows[0]
    if asked != _asked(field, variables):
        raise IdempotencyError("IDEMPOTENCY_KEY_PARAMETER_MISMATCH", _MISMATCH)
    if payload is None:
        raise IdempotencyError("IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED", _FAILED)
    return dict(json.loads(payload))


def remember(
    state: State, key: str, field: FieldNode, variables: Mapping[str, Any], payload: Payload | None
) -> None:
    """Keep what a key's mutation answered; None when it failed."""
    values = (key, _asked(field, variables), payload and json.dumps(payload), state.clock.seconds())
    state.write("INSERT OR REPLACE INTO idempotency VALUES (?, ?, ?, ?)", values)


class InFlight:
    """The keys whose mutations are being carried out this moment."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._keys: set[str] = set()

    @contextmanager
    def holding(self, keys: set[str]) -> Iterator[frozenset[str]]:
        """Hold keys while a request runs; yields those that another request holds already."""
        with self._state.lock:
            held = frozenset(keys & self._keys)
            self._keys |= keys
        try:
            yield held
        finally:
            with self._state.lock:
                self._keys -= keys - held


def concurrent() -> IdempotencyError:
    """A key that another request holds."""
    return IdempotencyError("IDEMPOTENCY_CONCURRENT_REQUEST", _CONCURRENT)


def _key(directive: DirectiveNode, variables: Mapping[str, Any]) -> str | None:
    value = next((each.value for each in directive.arguments if each.name.value == "key"), None)
    found = value_from_ast_untyped(value, dict(variables)) if value else None
    return str(found) if found else None


def _asked(field: FieldNode, variables: Mapping[str, Any]) -> str:
    """What was asked for, to the letter: the order of an input's fields counts, what is selected does not."""
    arguments = ",".join(print_ast(each) for each in field.arguments)
    used = {name: value for name, value in variables.items() if re.search(rf"\${name}\b", arguments)}
    return f"{field.name.value}({arguments}) {json.dumps(used)}"
