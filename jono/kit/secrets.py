"""Secrets at rest: tokens are encrypted before they reach the database."""

import os
from functools import cache

from cryptography.fernet import Fernet, InvalidToken

from jono.kit.errors import UserError, gettext_noop
from jono.kit.places import kept


def encrypt(plain: str) -> str:
    """Return `plain` as text that only a holder of the key can read."""
    return _fernet().encrypt(plain.encode()).decode()


def decrypt(sealed: str) -> str:
    """Return what `encrypt` sealed; raise UserError when the key has changed since."""
    try:
        return _fernet().decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise UserError(
            gettext_noop(
                "A stored secret cannot be read with the present key. Put the old key back "
                "(JONO_KEY or the file secret.key), or enter the secret anew."
            )
        ) from None


def key() -> str:
    """Return the key: `JONO_KEY` from the environment, else one generated once and kept in `secret.key`."""
    named = os.environ.get("JONO_KEY")
    return named or kept("secret.key", lambda: Fernet.generate_key().decode())


@cache
def _fernet() -> Fernet:
    return Fernet(key())
