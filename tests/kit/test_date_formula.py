"""Date formulas lead where Business Central's lead, and are read in two languages."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jono.kit.date_formula import from_words, in_words, later
from jono.kit.errors import UserError


@pytest.mark.parametrize(
    ("formula", "day", "expected"),
    [
        ("", date(2026, 11, 23), date(2026, 11, 23)),
        ("14D", date(2026, 11, 23), date(2026, 12, 7)),
        ("1M", date(2026, 1, 31), date(2026, 2, 28)),
        ("1D+CM", date(2012, 3, 31), date(2012, 4, 30)),
        ("CM", date(2026, 1, 9), date(2026, 1, 31)),
        ("CM+10D", date(2026, 1, 9), date(2026, 2, 10)),
        ("-CM", date(2026, 1, 9), date(2026, 1, 1)),
        ("1M-CM", date(2026, 1, 9), date(2026, 2, 1)),
        ("CQ", date(2026, 11, 23), date(2026, 12, 31)),
        ("CY+1D", date(2026, 11, 23), date(2027, 1, 1)),
        ("CW", date(2026, 11, 23), date(2026, 11, 29)),
        ("-1Y", date(2026, 11, 23), date(2025, 11, 23)),
        ("D15", date(2026, 11, 23), date(2026, 12, 15)),
        ("D15", date(2026, 12, 15), date(2027, 1, 15)),
        ("-D15", date(2026, 11, 23), date(2026, 11, 15)),
        ("WD1", date(2026, 11, 23), date(2026, 11, 30)),
        ("D10+WD2", date(2026, 11, 23), date(2026, 12, 15)),
    ],
)
def test_a_formula_leads_to_its_day(formula: str, day: date, expected: date) -> None:
    assert later(formula, day) == expected


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("1kk", "1M"),
        ("kkk+10pv", "CM+10D"),
        ("PV15", "D15"),
        ("-VP1", "-WD1"),
        ("2 vk", "2W"),
        ("<1D + CM>", "1D+CM"),
        ("kv", "CY"),
    ],
)
def test_what_is_typed_in_either_language_is_stored_in_english(typed: str, stored: str) -> None:
    assert from_words(typed) == stored


terms = st.one_of(
    st.sampled_from(["CD", "CW", "CM", "CQ", "CY"]),
    st.builds(
        lambda count, unit: f"{count}{unit}",
        st.integers(0, 99),
        st.sampled_from(["D", "W", "WD", "M", "Q", "Y"]),
    ),
    st.builds("D{}".format, st.integers(1, 28)),
    st.builds("WD{}".format, st.integers(1, 7)),
)


@given(st.lists(terms, min_size=1, max_size=4).map("+".join))
def test_what_is_shown_in_finnish_is_read_back_the_same(formula: str) -> None:
    assert from_words(in_words(formula, "fi")) == formula


@pytest.mark.parametrize("text", ["soon", "1X", "D", "14D7D", "CM CM", "9999Y"])
def test_what_is_no_formula_is_refused_with_examples(text: str) -> None:
    with pytest.raises(UserError, match=r"is not a date formula\. Write for example 14D"):
        later(from_words(text), date(2026, 11, 23))
