"""The access token of a call: one that a person entered, or one that is asked for anew as it grows old."""

from typing import Protocol

from jono.kit.errors import UserError, gettext_noop


class Tokens(Protocol):
    """Where a line gets its token from."""

    def current(self) -> str:
        """Return the token to send."""

    def renewed(self, refused: str) -> str | None:
        """Return another token than the one that the store has just refused, if there is one to be had."""


class FixedToken:
    """A token that a person entered: valid until they take it back."""

    def __init__(self, token: str) -> None:
        self._token = checked(token)

    def current(self) -> str:
        return self._token

    def renewed(self, refused: str) -> None:
        return None


def checked(token: str) -> str:
    """Return the token; a token is a word of plain letters, anything else would break the header that carries it."""
    token = token.strip()
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise UserError(
            gettext_noop("This is no access token of a Shopify app. Copy it from the app's page anew.")
        )
    return token
