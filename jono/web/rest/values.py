"""The kinds of values that programs send, each refused in words when it cannot be kept."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from math import isfinite
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field

from jono.jobs.checks import OUT_OF_TIME, TOO_LONG, YEAR, YEARS
from jono.kit.errors import gettext_noop
from jono.web.rest.documents import ClockTime

NOT_TEXT = gettext_noop("It holds a character that cannot be stored.")
NOT_FINITE = gettext_noop("It holds a number that is too large.")
NOT_IN_WORDS = gettext_noop("Write it as ISO 8601 does: 2026-11-24T08:00:00+02:00, 08:00 or PT30M.")
NO_OFFSET = gettext_noop("Write the time of day alone; it is of the entry's time zone.")
YEAR_IN_MINUTES = 366 * 24 * 60
MOST = 2**31 - 1
"""What a whole number of the database holds."""

_A_NUMBER = re.compile(r"[+-]?[\d.]+(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)


def _storable(text: str) -> str:
    if "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValueError(NOT_TEXT)
    return text


def _storable_json(value: dict[str, Any]) -> dict[str, Any]:
    for part in _parts(value):
        if isinstance(part, str):
            _storable(part)
        elif isinstance(part, float) and not isfinite(part):
            raise ValueError(NOT_FINITE)
    return value


def _parts(value: Any) -> Iterator[Any]:
    """Yield the texts and numbers of a JSON value, names among them."""
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _parts(inner)
    else:
        yield value


def _in_words(value: Any) -> Any:
    """Refuse a bare number, which could be seconds since whenever."""
    if isinstance(value, int | float) or (isinstance(value, str) and _A_NUMBER.fullmatch(value)):
        raise ValueError(NOT_IN_WORDS)
    return value


def _in_calendar(at: datetime) -> datetime:
    if at.year not in YEARS:
        raise ValueError(OUT_OF_TIME)
    return at.astimezone(UTC)


def _of_a_clock(at: time) -> time:
    if at.tzinfo:
        raise ValueError(NO_OFFSET)
    return at


def _of_sense(length: timedelta) -> timedelta:
    if not timedelta(0) < length <= YEAR:
        raise ValueError(TOO_LONG)
    return length


Storable = AfterValidator(_storable)
Text = Annotated[str, Storable]
InWords = BeforeValidator(_in_words)
Moment = Annotated[AwareDatetime, InWords, AfterValidator(_in_calendar)]
GivenClockTime = Annotated[ClockTime, InWords, AfterValidator(_of_a_clock)]
Length = Annotated[timedelta, InWords, AfterValidator(_of_sense)]
Number = Annotated[int, Field(ge=0, le=MOST)]
Minutes = Annotated[int, Field(ge=0, le=YEAR_IN_MINUTES)]
Parameters = Annotated[dict[str, Any], AfterValidator(_storable_json)]
