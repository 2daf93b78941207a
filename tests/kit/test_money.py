"""Money: exact, one currency at a time, nothing lost in sharing."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jono.kit.money import Money, minor_units, round_amount, share_out, smallest_amount

currencies = st.sampled_from(["EUR", "USD", "JPY", "KWD", "CLF"])
amounts = st.decimals(min_value=-(10**9), max_value=10**9, places=6)


@st.composite
def whole_amounts(draw: st.DrawFn, currency: str, least: int = -(10**8), most: int = 10**8) -> Decimal:
    """Amounts in whole minor units of a currency."""
    return draw(st.integers(least, most)) * smallest_amount(currency)


@pytest.mark.parametrize(
    ("currency", "digits"), [("EUR", 2), ("HUF", 2), ("RSD", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4)]
)
def test_a_currency_has_the_decimals_of_iso_4217(currency: str, digits: int) -> None:
    assert minor_units(currency) == digits


@pytest.mark.parametrize(
    ("amount", "currency", "rounded"),
    [
        ("0.125", "EUR", "0.13"),
        ("0.135", "EUR", "0.14"),
        ("-0.125", "EUR", "-0.13"),
        ("2.5", "JPY", "3"),
        ("-2.5", "JPY", "-3"),
        ("1.0005", "KWD", "1.001"),
        ("0.1249999", "EUR", "0.12"),
    ],
)
def test_half_a_cent_goes_away_from_zero(amount: str, currency: str, rounded: str) -> None:
    assert round_amount(Decimal(amount), currency) == Decimal(rounded)


@given(amount=amounts, currency=currencies)
def test_rounding_moves_an_amount_by_half_a_minor_unit_at_most_and_only_once(
    amount: Decimal, currency: str
) -> None:
    rounded = round_amount(amount, currency)
    assert abs(rounded - amount) * 2 <= smallest_amount(currency)
    assert round_amount(rounded, currency) == rounded
    assert round_amount(-amount, currency) == -rounded


@given(data=st.data(), currency=currencies)
def test_shares_add_up_and_none_is_a_minor_unit_off(data: st.DataObject, currency: str) -> None:
    amount = data.draw(whole_amounts(currency))
    weights = data.draw(st.lists(whole_amounts(currency, least=0), min_size=1, max_size=30).filter(any))
    shares = share_out(amount, weights, currency)
    assert sum(shares) == amount
    for share, weight in zip(shares, weights, strict=True):
        assert share == round_amount(share, currency)
        assert abs(share - amount * weight / sum(weights)) <= smallest_amount(currency)
        assert weight or not share


@given(data=st.data(), currency=currencies)
def test_a_share_of_a_discount_never_exceeds_what_it_is_given_on(data: st.DataObject, currency: str) -> None:
    weights = data.draw(st.lists(whole_amounts(currency, least=0), min_size=1, max_size=30).filter(any))
    units = int(sum(weights) / smallest_amount(currency))
    amount = data.draw(whole_amounts(currency, least=0, most=units))
    shares = share_out(amount, weights, currency)
    assert all(0 <= share <= weight for share, weight in zip(shares, weights, strict=True))


def test_negative_weights_share_as_positive_ones_do() -> None:
    assert share_out(Decimal("-1.00"), [Decimal(-1)] * 3, "EUR") == [
        Decimal("-0.33"),
        Decimal("-0.34"),
        Decimal("-0.33"),
    ]


@pytest.mark.parametrize("weights", [[], ["0", "0"], ["1", "-1"], ["2", "-1"]])
def test_nothing_can_be_shared_by_no_weights_or_by_both_signs(weights: list[str]) -> None:
    with pytest.raises(ValueError, match="weights"):
        share_out(Decimal(1), [Decimal(weight) for weight in weights], "EUR")


@given(a=amounts, b=amounts, currency=currencies)
def test_money_of_one_currency_is_added_and_compared_exactly(a: Decimal, b: Decimal, currency: str) -> None:
    one, other = Money(a, currency), Money(b, currency)
    assert (one + other) - other == one
    assert (one < other) == (a < b)
    assert (one >= other) == (a >= b)
    assert -one + one == Money(Decimal(0), currency)
    assert 2 * one == one + one


def test_two_currencies_do_not_meet() -> None:
    euro, krona = Money(Decimal(1), "EUR"), Money(Decimal(1), "SEK")
    for meet in (lambda: euro + krona, lambda: euro - krona, lambda: euro < krona):
        with pytest.raises(ValueError, match="EUR and SEK"):
            meet()


@pytest.mark.parametrize("currency", ["", "eur", "EURO", "€"])
def test_a_currency_is_an_iso_code(currency: str) -> None:
    with pytest.raises(ValueError, match="currency"):
        Money(Decimal(1), currency)


@pytest.mark.parametrize("amount", [Decimal("NaN"), Decimal("Infinity"), 1.5])
def test_an_amount_is_a_finite_decimal(amount: Decimal) -> None:
    with pytest.raises(ValueError, match="amount"):
        Money(amount, "EUR")


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("12.3", "EUR", "12.30 EUR"),
        ("12.345", "EUR", "12.345 EUR"),
        ("12.30000", "EUR", "12.30 EUR"),
        ("1200", "JPY", "1200 JPY"),
        ("-1E+3", "KWD", "-1000.000 KWD"),
    ],
)
def test_money_reads_with_its_currencys_decimals_and_hides_none(
    amount: str, currency: str, text: str
) -> None:
    assert str(Money(Decimal(amount), currency)) == text


def test_money_rounds_and_shares_in_its_own_currency() -> None:
    assert Money(Decimal("2.5"), "JPY").rounded() == Money(Decimal(3), "JPY")
    assert Money(Decimal(10), "JPY").shared_out([Decimal(1)] * 3) == [
        Money(Decimal(n), "JPY") for n in (3, 4, 3)
    ]
    assert abs(Money(Decimal(-1), "EUR")) == Money(Decimal(1), "EUR")
    assert not Money(Decimal(0), "EUR")
