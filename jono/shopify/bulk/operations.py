"""Bulk operations at the store: started once, found again when nobody heard of their start, watched, cancelled."""

import uuid
from datetime import datetime, timedelta

from jono.kit.clock import now
from jono.kit.errors import RetryLater, gettext_noop
from jono.shopify.answers import RefusedError
from jono.shopify.api import (
    BulkOperation,
    BulkOperationCancel,
    BulkOperationRunMutation,
    BulkOperationRunQuery,
    BulkOperations,
)
from jono.shopify.api.fragments import BulkState
from jono.shopify.client import Store

__all__ = ["BulkState", "cancel", "find", "is_under_way", "look", "start_mutation", "start_query"]

_UNDER_WAY = {"CREATED", "RUNNING", "CANCELING"}
_NO_ROOM = {"OPERATION_IN_PROGRESS", "LIMIT_REACHED"}
_CLOCKS_APART = timedelta(hours=1)


def is_under_way(state: BulkState) -> bool:
    """Whether the store is still at it."""
    return state.status in _UNDER_WAY


def start_query(store: Store, text: str, key: uuid.UUID, asked_at: datetime) -> BulkState:
    """Let the store read a bulk form into a file; RetryLater when it has as many under way as it can.

    Children stand right below their parents (`groupObjects`): it takes the store a little longer, and lets us read
    the file record by record.
    """

    def found() -> dict[str, object] | None:
        state = find(store, key, asked_at)
        return {"bulkOperationRunQuery": _as_answered(state)} if state else None

    try:
        payload = store.change(BulkOperationRunQuery, found, query=text).bulk_operation_run_query
    except RefusedError as refused:
        raise _too_many(store) if refused.codes & _NO_ROOM else refused from None
    return _started(store, payload.bulk_operation if payload else None)


def start_mutation(store: Store, text: str, path: str, key: uuid.UUID, asked_at: datetime) -> BulkState:
    """Let the store carry out a mutation for each line of an uploaded file; raises as `start_query` does."""

    def found() -> dict[str, object] | None:
        state = find(store, key, asked_at)
        return {"bulkOperationRunMutation": _as_answered(state)} if state else None

    try:
        answer = store.change(BulkOperationRunMutation, found, mutation=text, path=path)
    except RefusedError as refused:
        raise _too_many(store) if refused.codes & _NO_ROOM else refused from None
    payload = answer.bulk_operation_run_mutation
    return _started(store, payload.bulk_operation if payload else None)


def find(store: Store, key: uuid.UUID, asked_at: datetime) -> BulkState | None:
    """Return the operation whose text holds the key, if the store has one."""
    since = f"created_at:>='{asked_at - _CLOCKS_APART:%Y-%m-%dT%H:%M:%SZ}'"
    after: str | None = None
    while True:
        page = store.execute(BulkOperations, query=since, after=after).bulk_operations
        for each in page.nodes:
            if key.hex in each.query:
                return each
        if not page.page_info.has_next_page:
            return None
        after = page.page_info.end_cursor


def look(store: Store, gid: str) -> BulkState | None:
    """Return how an operation stands; None when the store knows it no longer."""
    return store.execute(BulkOperation, id=gid).bulk_operation


def cancel(store: Store, gid: str) -> None:
    """Ask the store to stop; nothing when it has ended by itself meanwhile."""

    def found() -> dict[str, object] | None:
        state = look(store, gid)
        still_going = state is not None and state.status in ("CREATED", "RUNNING")
        return None if still_going else {"bulkOperationCancel": None}

    try:
        store.change(BulkOperationCancel, found, id=gid)
    except RefusedError:
        state = look(store, gid)
        if state is not None and is_under_way(state):
            raise


def _started(store: Store, state: BulkState | None) -> BulkState:
    if state is None:
        why = gettext_noop("%(address)s has not started a bulk operation, and does not say why.")
        raise RetryLater(now() + timedelta(minutes=1), why, address=store.address)
    return state


def _as_answered(state: BulkState) -> dict[str, object]:
    return {"bulkOperation": state.model_dump(by_alias=True), "userErrors": []}


def _too_many(store: Store) -> RetryLater:
    why = gettext_noop(
        "%(address)s has as many bulk operations under way as it can. This goes on when one has ended."
    )
    return RetryLater(now() + timedelta(minutes=1), why, address=store.address)
