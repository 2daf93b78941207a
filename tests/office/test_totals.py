"""The arithmetic of a document: what it comes to, and that its lines come to the same."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jono.kit.errors import UserError
from jono.kit.money import round_amount, smallest_amount
from jono.office.totals import (
    DocumentAmounts,
    LineAmounts,
    LineTerms,
    calculate,
    check_total,
    check_vat_differences,
)

D = Decimal
RATES = [D("25.5"), D("14"), D("10"), D("0")]
currencies = st.sampled_from(["EUR", "JPY", "KWD"])


def line(
    price: str, vat: str = "25.5", quantity: str = "1", discount: str = "0", charged: str | None = None
) -> LineTerms:
    """A line of one VAT rate; `charged` is the store's VAT."""
    return LineTerms(
        quantity=D(quantity),
        unit_price=D(price),
        line_discount_amount=D(discount),
        vat_identifier=f"VAT{vat}",
        vat_percent=D(vat),
        expected_vat=None if charged is None else D(charged),
    )


@st.composite
def line_lists(draw: st.DrawFn, currency: str) -> list[LineTerms]:
    """Lines of a store's order: some discounted, one in a while negative."""
    smallest = smallest_amount(currency)

    def one() -> LineTerms:
        quantity = D(draw(st.integers(1, 20)))
        price = draw(st.integers(-500, 50_000)) * smallest
        gross = round_amount(quantity * price, currency)
        discount = draw(st.integers(0, max(0, int(gross / smallest)))) * smallest
        rate = draw(st.sampled_from(RATES))
        return line(str(price), str(rate), str(quantity), str(discount))

    return [one() for _ in range(draw(st.integers(1, 12)))]


def euros(lines: list[LineTerms], *, including: bool, discount: str = "0") -> DocumentAmounts:
    return calculate(
        lines, currency="EUR", prices_including_vat=including, invoice_discount_amount=D(discount)
    )


def test_prices_with_vat_keep_what_the_customer_pays() -> None:
    document = euros([line("12.90", quantity="3", discount="3.87"), line("7.50", "13.5")], including=True)
    assert [amounts.line_amount for amounts in document.lines] == [D("34.83"), D("7.50")]
    assert [amounts.amount for amounts in document.lines] == [D("27.75"), D("6.61")]
    assert (document.amount, document.amount_including_vat) == (D("34.36"), D("42.33"))


def test_prices_without_vat_get_it_on_top() -> None:
    document = euros([line("100.00"), line("10.00", "13.5")], including=False)
    assert (document.amount, document.amount_including_vat) == (D("110.00"), D("136.85"))


def test_vat_is_rounded_once_a_rate_and_not_once_a_line() -> None:
    # 0.10 at 25.5 % is 0.0255: by the line 0.03 + 0.03 + 0.03, together 0.08.
    document = euros([line("0.10")] * 3, including=False)
    assert document.amount_including_vat - document.amount == D("0.08")
    assert [amounts.amount_including_vat for amounts in document.lines] == [D("0.13"), D("0.12"), D("0.13")]


def test_the_base_is_rounded_and_vat_is_the_rest_when_prices_include_it() -> None:
    # 0.69 / 1.2 is 0.575: the base goes up to 0.58 and leaves 0.11, where VAT rounded by itself would be 0.12.
    document = euros([line("0.69", "20")], including=True)
    assert (document.amount, document.amount_including_vat) == (D("0.58"), D("0.69"))


def test_a_cent_that_the_store_charged_otherwise_is_the_vat_difference() -> None:
    lines = [line("0.10", charged="0.03") for _ in range(3)]
    document = euros(lines, including=False)
    (vat,) = document.vat_amount_lines
    assert (vat.vat_amount, vat.vat_difference) == (D("0.09"), D("0.01"))
    assert sum(amounts.vat_difference for amounts in document.lines) == D("0.01")
    assert document.amount_including_vat == D("0.39")


def test_a_vat_difference_moves_the_base_when_prices_include_vat() -> None:
    document = euros([line("12.90", charged="2.63")], including=True)
    assert (document.amount, document.amount_including_vat) == (D("10.27"), D("12.90"))
    assert document.lines[0].vat_difference == D("0.01")


def test_vat_that_the_store_tells_for_only_some_lines_of_a_rate_is_computed() -> None:
    document = euros([line("0.10", charged="0.03"), line("0.10"), line("0.10")], including=False)
    assert document.vat_amount_lines[0].vat_difference == 0


def test_vat_charged_on_nothing_is_not_lost() -> None:
    document = euros([line("0.00", charged="0.01"), line("0.00", charged="0.00")], including=False)
    assert [amounts.vat_difference for amounts in document.lines] == [D("0.01"), D("0.00")]
    assert document.amount_including_vat == D("0.01")


def test_a_vat_difference_beyond_the_allowed_is_refused_with_both_figures() -> None:
    document = euros([line("100.00", charged="14.00")], including=False)
    with pytest.raises(UserError) as refusal:
        check_vat_differences(document, allowed=D("0.20"), currency="EUR")
    assert "25.50 EUR" in str(refusal.value)
    assert "14.00 EUR" in str(refusal.value)
    check_vat_differences(document, allowed=D("11.50"), currency="EUR")


def test_a_document_that_comes_to_another_total_is_refused_with_both_figures() -> None:
    document = euros([line("12.90")], including=True)
    check_total(document, store_total=D("12.9"), currency="EUR")
    with pytest.raises(UserError, match=r"12\.90 EUR.*12\.91 EUR"):
        check_total(document, store_total=D("12.91"), currency="EUR")


def test_an_invoice_discount_lies_on_the_lines_that_allow_it() -> None:
    shipping = replace(line("5.00"), allow_invoice_disc=False)
    document = euros([line("20.00"), line("10.00", "13.5"), shipping], including=True, discount="10.00")
    assert [amounts.inv_discount_amount for amounts in document.lines] == [D("6.67"), D("3.33"), D("0")]
    assert document.amount_including_vat == D("25.00")


@pytest.mark.parametrize("discount", ["30.01", "-0.01"])
def test_an_invoice_discount_beyond_its_lines_is_refused(discount: str) -> None:
    with pytest.raises(UserError, match="invoice discount"):
        euros([line("20.00"), line("10.00")], including=True, discount=discount)


@pytest.mark.parametrize("discount", ["20.01", "-0.01"])
def test_a_line_discount_beyond_its_line_is_refused(discount: str) -> None:
    with pytest.raises(UserError, match="line discount"):
        euros([line("20.00", discount=discount)], including=True)


def test_negative_lines_make_a_vat_amount_line_of_their_own() -> None:
    document = euros([line("10.00", "0"), line("-0.02", "0")], including=True)
    assert [vat.amount_including_vat for vat in document.vat_amount_lines] == [D("10.00"), D("-0.02")]
    assert document.amount_including_vat == D("9.98")


@given(data=st.data(), currency=currencies, including=st.booleans())
def test_lines_come_to_the_document_and_to_its_vat_amount_lines(
    data: st.DataObject, currency: str, including: bool
) -> None:
    lines = data.draw(line_lists(currency))
    allowing = sum(max(D(0), amounts.line_amount) for amounts in _amounts(lines, currency, including))
    units = int(allowing / smallest_amount(currency))
    discount = data.draw(st.integers(0, units)) * smallest_amount(currency)
    document = calculate(
        lines, currency=currency, prices_including_vat=including, invoice_discount_amount=discount
    )
    assert sum(amounts.inv_discount_amount for amounts in document.lines) == discount
    assert document.amount == sum(vat.vat_base for vat in document.vat_amount_lines)
    assert document.amount_including_vat == sum(vat.amount_including_vat for vat in document.vat_amount_lines)
    paid = sum(amounts.net for amounts in document.lines)
    assert (document.amount_including_vat if including else document.amount) == paid
    for amounts in document.lines:
        assert amounts.amount == round_amount(amounts.amount, currency)
        assert abs(amounts.amount) <= abs(amounts.amount_including_vat)


@given(data=st.data(), currency=currencies, including=st.booleans())
def test_vat_is_half_a_minor_unit_off_at_most_and_a_line_two_more(
    data: st.DataObject, currency: str, including: bool
) -> None:
    lines = data.draw(line_lists(currency))
    document = calculate(lines, currency=currency, prices_including_vat=including)
    smallest = smallest_amount(currency)
    for vat in document.vat_amount_lines:
        exact = vat.amount_including_vat * vat.vat_percent / (100 + vat.vat_percent)
        assert abs(vat.vat_amount - exact) <= smallest / 2
    for terms, amounts in zip(lines, document.lines, strict=True):
        exact = amounts.amount_including_vat * terms.vat_percent / (100 + terms.vat_percent)
        assert abs(amounts.amount_including_vat - amounts.amount - exact) <= 2 * smallest


@given(data=st.data(), including=st.booleans())
def test_with_the_stores_vat_the_document_is_the_store_s_to_the_cent(
    data: st.DataObject, including: bool
) -> None:
    bare = data.draw(line_lists("EUR"))
    lines = [replace(terms, expected_vat=_store_vat(terms, including)) for terms in bare]
    document = euros(lines, including=including)
    charged = sum((terms.expected_vat or D(0) for terms in lines), D(0))
    assert document.amount_including_vat - document.amount == charged
    # The store rounds a line, we a rate: half a cent for each line and one for the rate.
    for vat in document.vat_amount_lines:
        assert abs(vat.vat_difference) <= (len(lines) + 1) * D("0.005")


def _amounts(lines: list[LineTerms], currency: str, including: bool) -> tuple[LineAmounts, ...]:
    return calculate(lines, currency=currency, prices_including_vat=including).lines


def _store_vat(terms: LineTerms, including: bool) -> Decimal:
    net = round_amount(terms.quantity * terms.unit_price, "EUR") - terms.line_discount_amount
    rate = terms.vat_percent / 100
    return round_amount(net * rate / (1 + rate) if including else net * rate, "EUR")
