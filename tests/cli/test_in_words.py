"""What people type for days, times and lengths is read as they mean it, or refused in words."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from jono.cli.in_words import read_days, read_length, read_minutes, read_moment, read_parameter, read_window
from jono.kit.errors import UserError
from jono.web.rest.documents import WEEKDAYS

HELSINKI = ZoneInfo("Europe/Helsinki")


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("mon,tue", ["monday", "tuesday"]),
        ("12345", list(WEEKDAYS[:5])),
        ("ma, ke su", ["monday", "wednesday", "sunday"]),
        ("su", ["sunday"]),
        ("To,ti", ["thursday", "tuesday"]),
        ("Saturday", ["saturday"]),
        ("daily", list(WEEKDAYS)),
        ("", []),
    ],
)
def test_weekdays_are_read_by_name_and_number_in_two_languages(words: str, days: list[str]) -> None:
    assert read_days(words) == (days,)


@pytest.mark.parametrize("words", ["t", "someday", "8", "mon,9", "0"])
def test_what_is_no_weekday_is_refused(words: str) -> None:
    with pytest.raises(UserError, match="is no weekday"):
        read_days(words)


def test_lengths_are_read() -> None:
    assert read_length("2h30m") == (timedelta(hours=2, minutes=30),)
    assert read_length("1d 12 h") == (timedelta(days=1.5),)
    assert read_length("") == (None,)
    assert (read_minutes("15"), read_minutes("2h"), read_minutes("1d")) == ((15,), (120,), (1440,))


@pytest.mark.parametrize("words", ["soon", "2x", "99999999999999d", "-5m"])
def test_what_is_no_length_is_refused(words: str) -> None:
    with pytest.raises(UserError, match="is no length of time"):
        read_length(words)


def test_seconds_are_no_minutes() -> None:
    with pytest.raises(UserError, match="is not whole minutes"):
        read_minutes("90s")


def test_windows_are_read_open_or_closed() -> None:
    assert read_window("08:00-17:00") == ("08:00", "17:00")
    assert (read_window("22:00 \N{EN DASH} "), read_window("-06:00")) == (("22:00", None), (None, "06:00"))
    assert read_window("") == (None, None)


def test_moments_are_of_the_entrys_zone_unless_they_have_an_offset() -> None:
    assert read_moment("2026-12-01 08:00", HELSINKI) == datetime(2026, 12, 1, 6, tzinfo=UTC)
    assert read_moment("2026-12-01T08:00Z", HELSINKI) == datetime(2026, 12, 1, 8, tzinfo=UTC)
    assert read_moment("", HELSINKI) is None


def test_parameters_are_text_unless_they_are_lists() -> None:
    assert read_parameter("shop=1") == ("shop", "1")
    assert read_parameter('only=["a","b"]') == ("only", ["a", "b"])
    with pytest.raises(UserError, match="is no parameter"):
        read_parameter("shop")
