"""Changes on their way to the store: each has a key that is stored before it is sent, so that it counts once."""

import json
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256

from jono.kit.clock import now
from jono.shopify.answers import RefusedError
from jono.shopify.models import SentChange, Shop

KEYS_LAST = timedelta(hours=23)
"""How long a key is sent again; the store itself remembers one for 24 hours."""


@contextmanager
def key_of(
    shop: Shop, run_token: uuid.UUID, operation: str, record: str, variables: Mapping[str, object]
) -> Iterator[str]:
    """Give the key to send a change under; when the block ends well, the change is made and its key forgotten.

    Whoever sends the same change of the same record after an attempt of which nobody knows the end, sends it under
    the same key, another run too. One that was refused is sent under a new one: the store wants it so.
    """
    digest = sha256(json.dumps(variables, sort_keys=True, default=str).encode()).hexdigest()
    key = uuid.uuid5(run_token, f"{operation} {record} {digest}")
    # For good before it is sent, whatever becomes of the run.
    SentChange.objects.filter(shop=shop, sent_at__lt=now() - KEYS_LAST).delete()
    sent, _ = SentChange.objects.get_or_create(
        shop=shop, operation=operation, record=record, digest=digest, defaults={"key": key}
    )
    try:
        yield str(sent.key)
    except RefusedError:
        sent.delete()
        raise
    sent.delete()
