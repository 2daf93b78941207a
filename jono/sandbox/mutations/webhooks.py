"""Webhook subscriptions, made and changed by an app."""

from typing import Any
from urllib.parse import urlsplit

from graphql import GraphQLError

from jono.sandbox.asking import Asking
from jono.sandbox.filters import can_filter
from jono.sandbox.gids import gid
from jono.sandbox.mutations.carrying_out import Arguments, Payload, refuse
from jono.sandbox.state import Record, State
from jono.sandbox.values import time_text

FIRST_SUBSCRIPTION_ID = 1_100_000_001
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def create(asking: Asking, arguments: Arguments) -> Payload:
    """`webhookSubscriptionCreate`."""
    state, topic, wanted = asking.state, arguments["topic"], arguments["webhookSubscription"]
    at = time_text(state.now())
    address = _address(state, topic, wanted, own=None)
    [number] = state.take_numbers("WebhookSubscription", FIRST_SUBSCRIPTION_ID, 1)
    subscription = {
        "id": gid("WebhookSubscription", number),
        "legacyResourceId": str(number),
        "topic": topic,
        "format": _format(wanted),
        "includeFields": wanted.get("includeFields") or [],
        "metafieldNamespaces": wanted.get("metafieldNamespaces") or [],
        "name": wanted.get("name"),
        "filter": _filter(wanted),
        "createdAt": at,
        "updatedAt": at,
        "apiVersion": {"handle": asking.version, "displayName": asking.version, "supported": True},
        **_addressed(address),
    }
    state.put([subscription])
    return {"webhookSubscription": subscription["id"]}


def update(asking: Asking, arguments: Arguments) -> Payload:
    """`webhookSubscriptionUpdate`."""
    state, wanted = asking.state, arguments["webhookSubscription"]
    known = _known(state, arguments["id"])
    changed = known | {"updatedAt": time_text(state.now())}
    if wanted.get("uri") or wanted.get("callbackUrl"):
        changed |= _addressed(_address(state, known["topic"], wanted, own=known["id"]))
    plain = ("includeFields", "metafieldNamespaces", "name")
    changed |= {name: wanted[name] for name in plain if wanted.get(name) is not None}
    if "filter" in wanted:
        changed["filter"] = _filter(wanted)
    changed["format"] = _format(wanted)
    state.put([changed])
    return {"webhookSubscription": known["id"]}


def delete(asking: Asking, arguments: Arguments) -> Payload:
    """`webhookSubscriptionDelete`."""
    known = _known(asking.state, arguments["id"])
    asking.state.remove(known["id"])
    return {"deletedWebhookSubscriptionId": known["id"]}


def _known(state: State, id: str) -> Record:
    known = state.find(id)
    if known is None or known["__typename"] != "WebhookSubscription":
        raise refuse(("id",), "Webhook subscription does not exist")
    return known


def _address(state: State, topic: str, wanted: dict[str, Any], own: str | None) -> str:
    """The address of a subscription: over TLS, or on this machine; one address once a topic."""
    address = str(wanted.get("uri") or wanted.get("callbackUrl") or "")
    field = ("webhookSubscription", "uri" if wanted.get("uri") else "callbackUrl")
    parts = urlsplit(address)
    if not address:
        raise refuse(field, "Address can't be blank")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise refuse(field, "Address is invalid")
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise refuse(field, "Address protocol http:// is not supported")
    if any(
        each["topic"] == topic and each["uri"] == address and each["id"] != own
        for each in state.all("WebhookSubscription")
    ):
        raise refuse(field, "Address for this topic has already been taken")
    return address


def _format(wanted: dict[str, Any]) -> str:
    if wanted.get("format") == "XML":
        raise GraphQLError("The sandbox store sends no XML.")
    return "JSON"


def _filter(wanted: dict[str, Any]) -> str | None:
    text = wanted.get("filter") or None
    if text and not can_filter(text):
        raise refuse(("webhookSubscription", "filter"), "The specified filter is invalid, please ensure you specify the"
                     " field(s) you wish to filter on.")  # fmt: skip
    return text


def _addressed(address: str) -> Record:
    endpoint = {"__typename": "WebhookHttpEndpoint", "callbackUrl": address}
    return {"uri": address, "callbackUrl": address, "endpoint": endpoint}
