"""Shopify's global ids: `gid://shopify/Order/1001`."""

import re

_GID = re.compile(r"gid://shopify/(\w+)/(\d+)")


def gid(kind: str, number: int) -> str:
    """Return the global id of a record."""
    return f"gid://shopify/{kind}/{number}"


def read_gid(text: str) -> tuple[str, int] | None:
    """Return the kind and number that a global id names, or None when it is no such id."""
    found = _GID.fullmatch(text)
    return (found[1], int(found[2])) if found else None
