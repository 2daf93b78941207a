"""Stored messages in the reader's language."""

from collections.abc import Mapping

from django.utils.translation import gettext

from jono.kit.errors import Value


def say(message: str, values: Mapping[str, Value]) -> str:
    """Return a stored message, an English text and its values, in the language of this moment."""
    if not message:
        return ""
    return gettext(message) % values if values else gettext(message)


def say_in_general(message: str) -> str:
    """Return a stored message without its values, dots in their places: what several have in common."""
    return gettext(message) % _Dots() if "%(" in message else say(message, {})


class _Dots(dict[str, str]):
    def __missing__(self, _name: str) -> str:
        return "…"
