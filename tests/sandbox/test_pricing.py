"""What an order comes to: every total is the exact sum of its parts, in both currencies."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jono.sandbox.drafts import Line, OrderDraft, Shipping, Tax
from jono.sandbox.pricing import PricedOrder, price_order

ALV = Tax(title="ALV 25.5%", rate=Decimal("0.255"))
FOOD = Tax(title="ALV 13.5%", rate=Decimal("0.135"))
STATE, CITY = Tax(title="State", rate=Decimal("0.04")), Tax(title="City", rate=Decimal("0.045"))

amounts = st.decimals(min_value=0, max_value=5000, places=2)
lines = st.builds(
    Line,
    title=st.just("Mug"),
    price=amounts,
    quantity=st.integers(min_value=0, max_value=12),
    taxes=st.sampled_from([None, (), (FOOD,), (STATE, CITY)]),
)
orders = st.builds(
    OrderDraft,
    lines=st.lists(lines, min_size=1, max_size=12).map(tuple),
    shipping=st.lists(st.builds(Shipping, title=st.just("Posti"), price=amounts), max_size=2).map(tuple),
    taxes=st.just((ALV,)),
    taxes_included=st.booleans(),
    tip=amounts,
    cash=st.booleans(),
)


def priced(draft: OrderDraft, currency: str = "EUR", rate: str = "1") -> PricedOrder:
    return price_order(draft, [line.price or Decimal(0) for line in draft.lines], currency, Decimal(rate))


def mugs(price: str, quantity: int = 1, **more: object) -> OrderDraft:
    line = Line(title="Mug", price=Decimal(price), quantity=quantity)
    return OrderDraft.model_validate({"lines": (line,), "taxes": (ALV,), **more})


def test_included_tax_is_taken_out_of_the_price() -> None:
    order = priced(mugs("12.55", 2))
    assert (order.total, order.tax_total) == (Decimal("25.10"), Decimal("5.10"))


def test_tax_that_is_not_included_comes_on_top() -> None:
    order = priced(mugs("100", taxes=(STATE, CITY), taxes_included=False))
    assert [each.amount for each in order.taxes] == [Decimal("4.00"), Decimal("4.50")]
    assert order.total == Decimal("108.50")


def test_a_tax_is_rounded_line_by_line_half_up() -> None:
    line = Line(title="Mug", price=Decimal("0.10"), taxes=(Tax(title="Half", rate=Decimal("0.05")),))
    order = priced(OrderDraft(lines=(line,) * 3, taxes_included=False))
    assert [line.taxes[0].amount for line in order.lines] == [Decimal("0.01")] * 3
    assert order.tax_total == Decimal("0.03")  # and not 0.02, the tax on the sum


def test_a_discount_on_the_order_is_shared_out_to_the_cent() -> None:
    line = Line(title="Mug", price=Decimal("33.33"))
    order = priced(OrderDraft(lines=(line,) * 3, discount=Decimal(10)))
    assert sum(line.discounts[0] for line in order.lines) == 10
    assert order.subtotal == Decimal("89.99")


def test_a_discount_never_takes_off_more_than_there_is() -> None:
    for draft in (
        mugs("10", discount=Decimal("10.01")),
        OrderDraft(lines=(Line(title="Mug", price=Decimal(10), discount=Decimal(11)),)),
        mugs("10", shipping=(Shipping(title="Posti", price=Decimal(5), discount=Decimal(6)),)),
    ):
        with pytest.raises(ValueError, match="takes off more than there is"):
            priced(draft)


def test_who_is_exempt_pays_no_tax() -> None:
    assert priced(mugs("100", tax_exempt=True)).taxes == ()


@pytest.mark.parametrize(
    ("total", "rounding"), [("10.02", "-0.02"), ("10.03", "0.02"), ("10.05", "0"), ("10.08", "0.02")]
)
def test_a_till_knows_no_cents_below_five(total: str, rounding: str) -> None:
    assert priced(mugs(total, cash=True)).cash_rounding == Decimal(rounding)


def test_another_currency_is_priced_in_its_own_minor_units() -> None:
    order = priced(mugs("12.55", 3), "JPY", "161.3")
    assert order.lines[0].unit_price == 2024
    assert (order.total, order.tax_total) == (Decimal(6072), Decimal(1234))


@given(orders, st.sampled_from([("EUR", "1"), ("SEK", "11.0245"), ("JPY", "161.3"), ("KWD", "0.3331")]))
def test_totals_are_the_exact_sum_of_their_parts(draft: OrderDraft, money: tuple[str, str]) -> None:
    order = priced(draft, *money)
    parts = sum(line.unit_price * line.quantity for line in (*order.lines, *order.shipping))
    taxes = sum(tax.amount for line in (*order.lines, *order.shipping) for tax in line.taxes)
    assert order.tax_total == taxes
    assert order.total == parts - order.discounts + order.tip + (0 if draft.taxes_included else taxes)
    assert (order.total + order.cash_rounding) % Decimal("0.05") == 0 or not draft.cash


@given(orders)
def test_an_included_tax_never_exceeds_what_it_is_part_of(draft: OrderDraft) -> None:
    order = priced(draft.model_copy(update={"taxes_included": True}))
    for line in order.lines:
        assert 0 <= sum(tax.amount for tax in line.taxes) <= line.discounted
