"""The app that the store knows: its credentials, and the access tokens it may sign in with."""

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

from jono.sandbox.access import granted_to_app
from jono.sandbox.shop import APP
from jono.sandbox.state import State

TOKEN_SECONDS = 24 * 3600
_SETTING = "app"


@dataclass(frozen=True)
class App:
    """An app's credentials; `compliance_address` is where the store sends its privacy webhooks."""

    client_id: str
    client_secret: str
    compliance_address: str | None = None


def credentials(state: State) -> App:
    """Return the app's credentials, made once for a store."""
    with state.writing():
        kept = state.setting(_SETTING)
        if kept is None:
            kept = {"client_id": secrets.token_hex(16), "client_secret": f"shpss_{secrets.token_hex(16)}"}
            state.set(_SETTING, kept)
    return App(**kept)


def set_compliance_address(state: State, address: str | None) -> None:
    """Say where the store sends its privacy webhooks."""
    app = credentials(state)
    state.set(_SETTING, {**vars(app), "compliance_address": address})


def may_enter(state: State, token: str, static_token: str) -> bool:
    """Whether a token opens the store: the app's own, or one it was granted less than 24 hours ago."""
    if hmac.compare_digest(token.encode(), static_token.encode()):
        return True
    expires = state.setting("tokens", {}).get(_hashed(token))
    return expires is not None and state.clock.seconds() < expires


def sign_in(state: State, content: bytes, media_type: str) -> tuple[HTTPStatus, dict[str, Any]]:
    """Answer a request for an access token by the client credentials grant."""
    asked = _read(content, media_type)
    if asked.get("grant_type") != "client_credentials":
        return HTTPStatus.BAD_REQUEST, _error("unsupported_grant_type", "The grant type is not supported.")
    app = credentials(state)
    if asked.get("client_id") != app.client_id:
        return HTTPStatus.BAD_REQUEST, _error("application_cannot_be_found", "No such application.")
    if not hmac.compare_digest(asked.get("client_secret", "").encode(), app.client_secret.encode()):
        return HTTPStatus.BAD_REQUEST, _error("invalid_client", "The client secret is wrong.")
    if state.find(APP) is None:
        return HTTPStatus.BAD_REQUEST, _error("app_not_installed", "The app is not installed at this store.")
    token = f"shpat_{secrets.token_hex(16)}"
    now = state.clock.seconds()
    with state.writing():
        alive = {each: until for each, until in state.setting("tokens", {}).items() if until > now}
        state.set("tokens", alive | {_hashed(token): now + TOKEN_SECONDS})
    scopes = ",".join(sorted(granted_to_app(state)))
    return HTTPStatus.OK, {"access_token": token, "scope": scopes, "expires_in": TOKEN_SECONDS - 1}


def forget_tokens(state: State) -> None:
    """Take back every token that was granted, as when an app is uninstalled."""
    state.set("tokens", {})


def _read(content: bytes, media_type: str) -> dict[str, str]:
    """The fields of a form or of a JSON object, as far as they are texts."""
    try:
        if media_type.startswith("application/json"):
            fields = json.loads(content)
            return {name: each for name, each in fields.items() if isinstance(each, str)}
        return {name: each[-1] for name, each in parse_qs(content.decode()).items()}
    except (ValueError, AttributeError):
        return {}


def _error(code: str, description: str) -> dict[str, str]:
    return {"error": code, "error_description": description}


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
