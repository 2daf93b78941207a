"""Logs calls to a shop's store, as its Logging Mode says, without secrets and, unless asked, without personal data."""

import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from jono.kit.errors import UserError
from jono.shopify.answers import check_objections
from jono.shopify.calls import Call
from jono.shopify.models import Shop, ShopCall, ShopConnection

KEPT_FOR = timedelta(days=30)
LONGEST_BODY = 64_000
REDACTED = "…"

_SECRET = ("token", "secret", "password", "authorization", "parameters")
_PERSONAL = {
    "firstName", "lastName", "displayName", "email", "emailAddress", "phone", "phoneNumber", "address1", "address2",
    "zip", "city", "company", "latitude", "longitude", "note", "customAttributes", "poNumber",
}  # fmt: skip

_EMAIL = re.compile(
    r"[^\s\"'<>(),:;=]+@[^\s\"'<>(),:;=]+\.\w+"
)  # in a search, or in what the store objects to

Mode = Shop.LoggingMode


class CallLog:
    """The listener of a shop's line: writes its calls into the log, and notes which API version answers."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._version = shop.connection.served_version

    def __call__(self, call: Call) -> None:
        if call.answer and call.version != self._version:
            self._version = call.version
            ShopConnection.objects.filter(shop=self._shop).update(served_version=call.version[:10])
        error = _error(call)
        if self._shop.logging_mode == Mode.ALL or (error and self._shop.logging_mode == Mode.ERROR_ONLY):
            self._write(call, error)

    def _write(self, call: Call, error: Exception | None) -> None:
        personal = self._shop.log_personal_data
        answer = call.answer
        ShopCall.objects.create(
            shop=self._shop,
            began_at=call.began_at,
            operation=call.operation.name,
            status=answer.status if answer else None,
            has_error=error is not None,
            error=str(redact(str(error or ""), personal=personal)),
            cost=call.read.requested if call.read else None,
            milliseconds=round(call.seconds * 1000),
            request_id=answer.headers.get("x-request-id", "")[:100] if answer else "",
            request=_body(call.variables, personal),
            response=_response(answer.body, personal) if answer else "",
        )


def clear(shop: Shop, at: datetime) -> int:
    """Delete the calls that are older than they are kept; return how many."""
    return ShopCall.objects.filter(shop=shop, began_at__lt=at - KEPT_FOR).delete()[0]


def _error(call: Call) -> Exception | None:
    if call.refusal is None and call.operation.changes and call.read and call.read.data:
        try:
            check_objections(call.read.data, call.address)
        except UserError as objected:
            return objected
    return call.refusal


def _response(body: bytes, personal: bool) -> str:
    try:
        return _body(json.loads(body), personal)
    except ValueError:
        # Not the store's own answer, so it may hold anything.
        return f"{len(body)} bytes that are no JSON"


def _body(content: object, personal: bool) -> str:
    return json.dumps(redact(content, personal=personal), default=str, ensure_ascii=False)[:LONGEST_BODY]


def redact(content: object, *, personal: bool) -> object:
    """Return JSON content without secrets; without `personal` data, too, unless that is to stay."""
    if isinstance(content, Mapping):
        addressed = "firstName" in content or "address1" in content
        return {
            key: REDACTED
            if value and (_is_secret(key) or (not personal and _is_personal(key, addressed)))
            else redact(value, personal=personal)
            for key, value in content.items()
        }
    if isinstance(content, list | tuple):
        return [redact(each, personal=personal) for each in content]
    return content if personal or not isinstance(content, str) else _EMAIL.sub(REDACTED, content)


def _is_secret(key: str) -> bool:
    return any(word in key.lower() for word in _SECRET)


def _is_personal(key: str, addressed: bool) -> bool:
    """Whether a field is somebody's; a `name` is in an address, elsewhere it is an order's or a shop's."""
    return key in _PERSONAL or (addressed and key == "name")
