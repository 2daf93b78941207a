"""What people write in a terminal: mon,tue, 08:00-17:00, 2h30m, 2026-11-24 08:00, shop=NORDIC."""

import json
import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from jono.kit.errors import UserError, gettext_noop
from jono.web.rest.documents import WEEKDAYS

_IN_FINNISH = ("maanantai", "tiistai", "keskiviikko", "torstai", "perjantai", "lauantai", "sunnuntai")
_EVERY_DAY = {"daily", "every day", "päivittäin", "joka päivä"}
_LENGTH = re.compile(
    r"(?:(\d+)\s*d)?\s*(?:(\d+)\s*h)?\s*(?:(\d+)\s*m(?:in)?)?\s*(?:(\d+)\s*s)?", re.IGNORECASE
)

NOT_A_DAY = gettext_noop(
    "%(word)s is no weekday. Write mon,tue or 12345 (Monday is 1), daily, or nothing for none."
)
NOT_A_LENGTH = gettext_noop("%(words)s is no length of time. Write for example 90m, 12h or 2h30m.")
NOT_A_WINDOW = gettext_noop("%(words)s is no time of day to time of day. Write for example 08:00-17:00.")
NOT_A_MOMENT = gettext_noop("%(words)s is no date and time. Write for example 2026-11-24 08:00.")
NOT_A_PARAMETER = gettext_noop("%(words)s is no parameter. Write for example shop=NORDIC.")
NOT_MINUTES = gettext_noop("%(words)s is not whole minutes. Write for example 15 or 2h.")


def read_days(words: str) -> tuple[list[str]]:
    """Return weekdays from `mon,tue`, `12345`, `daily` or nothing, in English or Finnish."""
    words = words.strip().lower()
    if words in _EVERY_DAY:
        return (list(WEEKDAYS),)
    numbers = re.fullmatch(r"[1-7]+", words)
    asked: Iterable[str] = words if numbers else re.split(r"[,\s]+", words) if words else ()
    return ([_day(word) for word in asked],)


def _day(word: str) -> str:
    if re.fullmatch("[1-7]", word):
        return WEEKDAYS[int(word) - 1]
    names = [*zip(WEEKDAYS, WEEKDAYS, strict=True), *zip(_IN_FINNISH, WEEKDAYS, strict=True)]
    found = {day for name, day in names if name.startswith(word)}
    if len(word) < 2 or len(found) != 1:
        raise UserError(NOT_A_DAY, word=word or "-")
    return found.pop()


def read_length(words: str) -> tuple[timedelta | None]:
    """Return a length of time from `90m`, `12h`, `2h30m`; nothing for none."""
    if not words.strip():
        return (None,)
    parts = _LENGTH.fullmatch(words.strip())
    if parts is None:
        raise UserError(NOT_A_LENGTH, words=words)
    days, hours, minutes, seconds = (int(part or 0) for part in parts.groups())
    try:
        return (timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds),)
    except OverflowError:
        raise UserError(NOT_A_LENGTH, words=words) from None


def read_minutes(words: str) -> tuple[int]:
    """Return minutes from `15`, `2h` or `1d`."""
    if words.strip().isdecimal():
        return (int(words),)
    (length,) = read_length(words)
    minutes, rest = divmod(length or timedelta(0), timedelta(minutes=1))
    if rest:
        raise UserError(NOT_MINUTES, words=words)
    return (minutes,)


def read_window(words: str) -> tuple[str | None, str | None]:
    """Return the starting and the ending time from `08:00-17:00`; either may be left out, or both."""
    if not words.strip():
        return (None, None)
    start, dash, end = words.replace("\N{EN DASH}", "-").partition("-")
    if not dash:
        raise UserError(NOT_A_WINDOW, words=words)
    return (start.strip() or None, end.strip() or None)


def read_wait(words: str) -> tuple[int | None]:
    """Return minutes, or nothing for none."""
    return read_minutes(words) if words.strip() else (None,)


def read_name(words: str) -> tuple[str | None]:
    """Return a name, or nothing for none."""
    return (words.strip() or None,)


def read_moment(words: str, zone: ZoneInfo) -> datetime | None:
    """Return a time from `2026-11-24 08:00` on the clock of the zone, unless it has an offset; nothing for none."""
    if not words.strip():
        return None
    try:
        at = datetime.fromisoformat(words.strip())
    except ValueError:
        raise UserError(NOT_A_MOMENT, words=words) from None
    return at if at.tzinfo else at.replace(tzinfo=zone)


def read_parameter(words: str) -> tuple[str, Any]:
    """Return a parameter's name and value from `shop=NORDIC`, `only=["gid://..."]`."""
    name, equals, value = words.partition("=")
    if not equals or not name.strip():
        raise UserError(NOT_A_PARAMETER, words=words)
    try:
        # A list or an object is JSON; anything else is text, so that a shop may be called 1.
        return name.strip(), json.loads(value) if value[:1] in ("[", "{") else value
    except ValueError:
        return name.strip(), value
