"""Changes on their way to the store: each is written down, with its key, before it is sent, so that it counts once."""

import json
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, TypeVar

from django.db import transaction
from pydantic import BaseModel

from jono.kit.clock import now
from jono.kit.errors import gettext_noop
from jono.kit.http import UnreachableError
from jono.shopify.answers import InDoubtError, NotSentError, RefusedError
from jono.shopify.client import Store
from jono.shopify.connection import Data, Found, NotAllowedError
from jono.shopify.models import SentChange, Shop
from jono.shopify.operations import operations

KEYS_LAST = timedelta(hours=23)
"""How long a change is sent again under its key; the store itself remembers one for 24 hours."""
KEPT_FOR = timedelta(days=30)
SPENT = "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED"

Result = TypeVar("Result", bound=BaseModel)


class Changes:
    """The changes that one run makes in a shop's store.

    A change whose answer never came may have been made all the same. So it is written down before it is sent, for
    good, and crossed out by `settle` in the page that notes what came of it. Whoever is to make the same change in
    between, this run or another, sends it under the same key; where the store knows no keys for it, or has
    forgotten this one, it is looked for first.
    """

    def __init__(self, shop: Shop, store: Store, run_token: uuid.UUID) -> None:
        self._shop = shop
        self._store = store
        self._run_token = run_token
        self._answered: list[SentChange] = []

    def make(
        self, result: type[Result], record: str, found: Found | None = None, /, **variables: object
    ) -> Result:
        """Send the mutation that `result` is generated from; return its answer.

        `record` is what is changed, as the flow calls it: a later change of it by the same mutation takes the
        place of one before. `found` looks whether the change is in the store already, as for `Store.change`. Call
        it outside of pages. Raises RefusedError where the store objects, InDoubtError where only a person can see.
        """
        operation, given = operations()[result.__name__], _in_order(variables)
        sent, is_new = self._write_down(operation.name, record, given)
        if not is_new and not (operation.is_idempotent and sent.sent_at > now() - KEYS_LAST):
            there = self._look(sent, found)
            if there is not None:
                self._answered.append(sent)
                return result.model_validate(there)
            sent = self._with_new_key(sent)
        return self._send(result, sent, found, given)

    def settle(self) -> None:
        """Cross out the changes that were answered: call it in the page that notes what came of them."""
        for sent in self._answered:
            SentChange.objects.filter(shop=self._shop, operation=sent.operation, record=sent.record).delete()
        self._answered.clear()

    def _send(
        self, result: type[Result], sent: SentChange, found: Found | None, given: Mapping[str, Any]
    ) -> Result:
        keyed = operations()[sent.operation].is_idempotent
        key = {"key": str(sent.key)} if keyed else {}
        try:
            answer = self._store.change(result, found, **given, **key)
        except RefusedError as refused:
            if SPENT in refused.codes:  # refused, and nobody heard of it: why, a new key will tell
                return self._send(result, self._with_new_key(sent), found, given)
            self._answered.append(sent)
            raise
        except (NotAllowedError, NotSentError, UnreachableError):
            if not keyed and found is None:  # or the next run would take it for one in doubt
                self._strike(sent)
            raise
        self._answered.append(sent)
        return answer

    def _write_down(self, operation: str, record: str, given: Mapping[str, Any]) -> tuple[SentChange, bool]:
        """Return the row of a change and whether it is new; committed at once, whatever becomes of the run."""
        digest = sha256(json.dumps(given).encode()).hexdigest()
        key = self._key(operation, record, digest)
        with transaction.atomic(durable=True):
            return SentChange.objects.get_or_create(
                shop=self._shop, operation=operation, record=record, digest=digest, defaults={"key": key}
            )

    def _look(self, sent: SentChange, found: Found | None) -> Data | None:
        """Return what an earlier attempt has come to; without a way to look it is a person's to say."""
        if found:
            return found()
        self._strike(sent)  # told of once: who then tries again has looked
        raise InDoubtError(
            gettext_noop(
                "%(address)s did not answer on %(date)s whether it has carried out %(operation)s. See in the store "
                "whether it has, before you try again."
            ),
            address=self._store.address,
            date=f"{sent.sent_at:%Y-%m-%d}",
            operation=sent.operation,
        )

    def _strike(self, sent: SentChange) -> None:
        with transaction.atomic(durable=True):
            sent.delete()

    def _with_new_key(self, sent: SentChange) -> SentChange:
        key, at = self._key(sent.operation, sent.record, sent.digest), now()
        with transaction.atomic(durable=True):
            SentChange.objects.filter(pk=sent.pk).update(key=key, sent_at=at)
        return SentChange.objects.get(pk=key)

    def _key(self, operation: str, record: str, digest: str) -> uuid.UUID:
        return uuid.uuid5(self._run_token, f"{operation} {record} {digest} {now().isoformat()}")


def clear(shop: Shop, at: datetime) -> int:
    """Forget the changes that nobody has asked for again in a long time; return how many."""
    return SentChange.objects.filter(shop=shop, sent_at__lt=at - KEPT_FOR).delete()[0]


def _in_order(variables: Mapping[str, object]) -> dict[str, Any]:
    """Return variables as plain JSON, their fields in one order: to the store another order is another change."""
    return dict(json.loads(json.dumps(variables, sort_keys=True, default=str)))
