"""Which address is a store's: the one rule for what may be called with a token."""

import re
from urllib.parse import SplitResult, urlsplit

from jono.kit.errors import UserError, gettext_noop

_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
_OWN = re.compile(r"(?P<name>[a-z0-9][a-z0-9-]*)\.myshopify\.com")
_SANDBOX = re.compile(r"http://127\.0\.0\.1:\d{1,5}")


def store_address(text: str, *, sandbox_allowed: bool = False) -> str:
    """Return the address of the store that `text` means, `https://<name>.myshopify.com`.

    `text` may be that address with or without its scheme and path, or what the address bar shows in the store's
    admin, `admin.shopify.com/store/<name>/...`. With `sandbox_allowed` also a sandbox store on this machine,
    `http://127.0.0.1:<port>`. Raises UserError for anything else.
    """
    entered = text.strip()
    if sandbox_allowed and _SANDBOX.fullmatch(entered.rstrip("/")):
        return entered.rstrip("/")
    name = _name(entered.lower())
    if name is None:
        raise UserError(
            gettext_noop(
                "%(entered)s is not the address of a Shopify store. Open the store's admin in a browser and copy "
                "the address from there, or enter it as https://<name>.myshopify.com."
            ),
            entered=entered or "-",
        )
    return f"https://{name}.myshopify.com"


def _name(entered: str) -> str | None:
    parts = _split(entered if "://" in entered else f"https://{entered}")
    if parts is None:
        return None
    if parts.hostname == "admin.shopify.com":
        steps = parts.path.split("/")
        return steps[2] if len(steps) > 2 and steps[1] == "store" and _NAME.fullmatch(steps[2]) else None
    own = _OWN.fullmatch(parts.hostname or "")
    return own["name"] if own else None


def _split(url: str) -> SplitResult | None:
    """Return the parts of a plain web address; None for any other, also one that hides a user or a port."""
    try:
        parts = urlsplit(url)
        plain = parts.scheme in ("http", "https") and parts.port in (None, 443) and "@" not in parts.netloc
    except ValueError:
        return None
    return parts if plain else None
