"""Secrets at rest: tokens are encrypted before they reach the database."""

import os
from functools import cache
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from jono.kit.errors import UserError, gettext_noop
from jono.kit.places import data_directory


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
    """Return the key: `JONO_KEY` from the environment, else one generated once into `secret.key` (mode 0600)."""
    named = os.environ.get("JONO_KEY")
    return named if named else _kept_key(data_directory() / "secret.key")


@cache
def _fernet() -> Fernet:
    return Fernet(key())


def _kept_key(path: Path) -> str:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    made = Fernet.generate_key().decode()
    with os.fdopen(descriptor, "w") as file:
        file.write(made)
    return made
