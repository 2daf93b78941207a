"""Stored messages in the reader's language."""

from collections.abc import Mapping

from django.utils.translation import gettext

from jono.kit.errors import Value


def say(message: str, values: Mapping[str, Value]) -> str:
    """Return a stored message, an English text and its values, in the language of this moment."""
    if not message:
        return ""
    return gettext(message) % values if values else gettext(message)
