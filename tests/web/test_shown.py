"""Values read as people of each language write them."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.utils.html import strip_tags
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as some

from jono.web.shown import Amount, Badge, Link, Progress, money, percent, show

NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("value", "english", "finnish"),
    [
        (None, "\u2013", "\u2013"),
        (True, "Yes", "Kyllä"),
        (1234567, "1,234,567", f"1{NBSP}234{NBSP}567"),
        (Decimal("1200.50000"), "1,200.5", f"1{NBSP}200,5"),
        (Amount(Decimal("1200.5"), "EUR"), "€1,200.50", f"1{NBSP}200,50{NBSP}€"),
        (Amount(Decimal(100), "JPY"), "JP¥100", f"100{NBSP}¥"),
        (Amount(Decimal("0.12345"), "EUR"), "€0.12345", f"0,12345{NBSP}€"),
        (Amount(Decimal("-3.5"), ""), "-3.50", "-3,50"),
        (date(2026, 11, 3), f"3{NBSP}Nov{NBSP}2026", "3.11.2026"),
        (datetime(2026, 11, 3, 7, 5, tzinfo=UTC), f"3{NBSP}Nov{NBSP}2026 09:05", "3.11.2026 9.05"),
        (time(17, 5), "17:05", "17.05"),
        (timedelta(seconds=0.84), "0.8 s", "0,8 s"),
        (timedelta(minutes=3, seconds=7), "3 min 7 s", "3 min 7 s"),
        (timedelta(hours=26, minutes=5), "26 h 5 min", "26 h 5 min"),
        (Progress(30, 120), "30 of 120", "30 / 120"),
        (Progress(30, None), "30", "30"),
        (["a", "b"], "a, b", "a, b"),
        (Badge("Ready", "good"), "Ready", "Ready"),
    ],
)
def test_values_read_as_each_language_writes_them(value: object, english: str, finnish: str) -> None:
    for language, text in (("en", english), ("fi", finnish)):
        with override(language):
            assert strip_tags(show(value)).replace("&ndash;", "\u2013").strip() == text


def test_a_fraction_is_shown_as_a_percentage() -> None:
    with override("fi"):
        assert percent(Decimal("0.25500000")) == f"25,5{NBSP}%"


@given(some.decimals(min_value=-(10**9), max_value=10**9, places=5))
def test_no_cent_is_lost_in_showing_an_amount(amount: Decimal) -> None:
    with override("en"):
        shown = money(Amount(amount, "EUR")).replace(",", "").replace("€", "")
    assert Decimal(shown) == amount


def test_what_people_typed_is_never_read_as_markup() -> None:
    for value in ("<b>", Badge("<b>", '"'), Link("<b>", '/"'), ["<b>"]):
        assert "<b>" not in show(value)
