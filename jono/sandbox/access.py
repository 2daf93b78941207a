"""Which access scopes the fields of the schema ask for, and whether the store's app was granted one of them."""

import json
from collections.abc import Collection
from functools import cache
from importlib.resources import files

from jono.sandbox.refusals import access_denied
from jono.sandbox.shop import APP, app_record
from jono.sandbox.state import State


@cache
def _scopes() -> dict[str, list[str]]:
    text = files("jono.shopify").joinpath("scopes.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def scopes_of(parent: str, field: str, kind: str) -> tuple[str, ...]:
    """Return the scopes of which one opens a field: its own, else those of the type it leads to; none is open."""
    plain = kind.removesuffix("Edge").removesuffix("Connection")
    return tuple(_scopes().get(f"{parent}.{field}") or _scopes().get(plain) or ())


def granted_to_app(state: State) -> frozenset[str]:
    """Return the scopes that the store has granted its app."""
    app = state.find(APP) or {"accessScopes": []}
    return frozenset(each["handle"] for each in app["accessScopes"])


def grant(state: State, scopes: Collection[str]) -> None:
    """Grant the store's app those scopes and no others."""
    state.put([app_record(scopes)])


def check(field: str, scopes: tuple[str, ...], granted: Collection[str]) -> None:
    """Raise the store's ACCESS_DENIED unless one of the `scopes` is granted."""
    if scopes and not any(each in granted for each in scopes):
        words = [f"`{each}` access scope" for each in scopes]
        required = " or ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]
        raise access_denied(field, f"{required}.")
