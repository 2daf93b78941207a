"""What is wrong with a value, in our words and the reader's language, and where it stands."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext

from jono.kit.errors import gettext_noop
from jono.kit.language import say

WHOLE_NUMBER = gettext_noop("It must be a whole number.")
MOMENT = gettext_noop("Write a date and time with its offset, such as 2026-11-24T08:00:00+02:00.")
CLOCK_TIME = gettext_noop("Write a time of day, such as 08:00.")
LENGTH = gettext_noop("Write a length of time, such as PT30M or PT12H.")
YES_OR_NO = gettext_noop("It must be true or false.")
WORDS = {
    "missing": gettext_noop("This is required."),
    "extra_forbidden": gettext_noop("There is no such field. Leave it out."),
    "literal_error": gettext_noop("It must be one of these: %(expected)s."),
    "greater_than_equal": gettext_noop("It must be at least %(ge)s."),
    "less_than_equal": gettext_noop("It must be at most %(le)s."),
    "string_too_long": gettext_noop("It may have at most %(max_length)s characters."),
    "string_too_short": gettext_noop("It must have at least %(min_length)s characters."),
    "string_pattern_mismatch": gettext_noop("It must look like this: %(pattern)s."),
    "string_type": gettext_noop("It must be text."),
    "dict_type": gettext_noop("It must be an object."),
    "model_type": gettext_noop("It must be an object."),
    "model_attributes_type": gettext_noop("It must be an object."),
    "list_type": gettext_noop("It must be a list."),
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float", "int_parsing_size"), WHOLE_NUMBER),
    **dict.fromkeys(("bool_type", "bool_parsing"), YES_OR_NO),
    **dict.fromkeys(("datetime_type", "datetime_parsing", "datetime_from_date_parsing"), MOMENT),
    "timezone_aware": MOMENT,
    **dict.fromkeys(("time_type", "time_parsing"), CLOCK_TIME),
    **dict.fromkeys(("time_delta_type", "time_delta_parsing"), LENGTH),
}
"""Our words for what pydantic finds; for anything else its own, in English."""


def place_of(location: Sequence[str | int]) -> str:
    """Return where in a request something is: body.run_on[0]."""
    return "".join(_steps(location)).lstrip(".")


def words_for(error: Mapping[str, Any]) -> str:
    """Return in the reader's language what pydantic found."""
    known = WORDS.get(error["type"])
    if known:
        return say(known, error.get("ctx", {}))
    return gettext(str(error["msg"]).removeprefix("Value error, "))


def _steps(location: Sequence[str | int]) -> Iterator[str]:
    for step in location:
        yield f"[{step}]" if isinstance(step, int) else f".{step}"
