"""What an order comes to, in one currency: discounts shared out, taxes rounded line by line, totals their exact sum."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from jono.kit.money import round_amount, share_out
from jono.sandbox.drafts import Line, OrderDraft, Tax
from jono.sandbox.values import Bag, bag, money

ZERO = Decimal(0)
_SMALLEST_COIN = Decimal("0.05")


@dataclass(frozen=True)
class PricedTax:
    """A tax and what it comes to."""

    tax: Tax
    amount: Decimal


@dataclass(frozen=True)
class PricedLine:
    """A line or a shipping charge: the price of one, what is taken off the whole, and the taxes on the rest."""

    unit_price: Decimal
    quantity: int
    discounts: tuple[Decimal, ...]
    taxes: tuple[PricedTax, ...]

    @cached_property
    def discounted(self) -> Decimal:
        """What is left to pay, before taxes that are not included."""
        return self.unit_price * self.quantity - sum(self.discounts, ZERO)


@dataclass(frozen=True)
class PricedOrder:
    """An order in one currency. `tip` is a line of its own beside `lines`."""

    currency: str
    lines: tuple[PricedLine, ...]
    shipping: tuple[PricedLine, ...]
    tip: Decimal
    taxes_included: bool
    cash: bool

    @cached_property
    def subtotal(self) -> Decimal:
        """The lines after their discounts, without the tip."""
        return sum((line.discounted for line in self.lines), ZERO)

    @cached_property
    def shipping_total(self) -> Decimal:
        """The shipping charges after their discounts."""
        return sum((line.discounted for line in self.shipping), ZERO)

    @cached_property
    def discounts(self) -> Decimal:
        """All that was taken off."""
        return sum((each for line in (*self.lines, *self.shipping) for each in line.discounts), ZERO)

    @cached_property
    def taxes(self) -> tuple[PricedTax, ...]:
        """The taxes of all lines, those of one title and rate together."""
        amounts: dict[Tax, Decimal] = {}
        for each in (tax for line in (*self.lines, *self.shipping) for tax in line.taxes):
            amounts[each.tax] = amounts.get(each.tax, ZERO) + each.amount
        return tuple(PricedTax(tax, amount) for tax, amount in amounts.items())

    @cached_property
    def tax_total(self) -> Decimal:
        """All taxes."""
        return sum((each.amount for each in self.taxes), ZERO)

    @cached_property
    def total(self) -> Decimal:
        """What the customer pays, before cash is rounded."""
        return (
            self.subtotal + self.shipping_total + self.tip + (ZERO if self.taxes_included else self.tax_total)
        )

    @cached_property
    def cash_rounding(self) -> Decimal:
        """What a till adds, or takes off, to reach the smallest coin."""
        if not self.cash:
            return ZERO
        coins = round_amount(self.total / _SMALLEST_COIN, "JPY")  # whole coins
        return coins * _SMALLEST_COIN - self.total


@dataclass(frozen=True)
class Prices:
    """An order in the shop's currency and in the one the customer saw; the same twice when they are one."""

    shop: PricedOrder
    presentment: PricedOrder

    def bag(self, shop: Decimal, presentment: Decimal) -> Bag:
        """Return an amount in both currencies as an answer holds it."""
        if self.presentment is self.shop:
            return dict.fromkeys(("shopMoney", "presentmentMoney"), money(shop, self.shop.currency))
        return bag(shop, self.shop.currency, presentment, self.presentment.currency)

    def total(self, of: Callable[[PricedOrder], Decimal]) -> Bag:
        """Return one of the order's totals."""
        return self.bag(of(self.shop), of(self.presentment))


def price_order(
    draft: OrderDraft, unit_prices: Sequence[Decimal], currency: str, rate: Decimal
) -> PricedOrder:
    """Return what `draft` comes to in `currency`, one unit of the shop's own being worth `rate` of it.

    Raises ValueError when more is taken off than there is.
    """
    pricing = _Pricing(draft, currency, rate)
    return PricedOrder(
        currency=currency,
        lines=tuple(pricing.lines([pricing.converted(price) for price in unit_prices])),
        shipping=tuple(pricing.charges()),
        tip=pricing.converted(draft.tip),
        taxes_included=draft.taxes_included,
        cash=draft.cash,
    )


@dataclass(frozen=True)
class _Pricing:
    """One draft being priced in one currency."""

    draft: OrderDraft
    currency: str
    rate: Decimal

    def lines(self, prices: Sequence[Decimal]) -> Iterator[PricedLine]:
        """The lines; the discount on the whole order is shared out over them by what is left to pay of each."""
        discounts = [self.given(line.discount) for line in self.draft.lines]
        bare = [self.line(*each) for each in zip(prices, self.draft.lines, discounts, strict=True)]
        off = self.converted(self.draft.discount)
        amounts = [line.discounted for line in bare]
        if off > sum(amounts, ZERO):
            raise ValueError("A discount takes off more than there is.")
        if not self.draft.discount:
            yield from bare
            return
        shares = share_out(off, amounts, self.currency) if off else [ZERO] * len(amounts)
        for price, line, own, share in zip(prices, self.draft.lines, discounts, shares, strict=True):
            yield self.line(price, line, (*own, share))

    def charges(self) -> Iterator[PricedLine]:
        """The shipping charges."""
        for charge in self.draft.shipping:
            price, discounts = self.converted(charge.price), self.given(charge.discount)
            yield self.priced(price, 1, discounts, charge.taxes)

    def line(self, price: Decimal, line: Line, discounts: tuple[Decimal, ...]) -> PricedLine:
        return self.priced(price, line.quantity, discounts, line.taxes)

    def priced(
        self, price: Decimal, quantity: int, discounts: tuple[Decimal, ...], taxes: tuple[Tax, ...] | None
    ) -> PricedLine:
        left = price * quantity - sum(discounts, ZERO)
        if left < 0:
            raise ValueError("A discount takes off more than there is.")
        applied = self.draft.taxes if taxes is None else taxes
        return PricedLine(
            price, quantity, discounts, () if self.draft.tax_exempt else self.taxed(left, applied)
        )

    def taxed(self, amount: Decimal, taxes: tuple[Tax, ...]) -> tuple[PricedTax, ...]:
        """Each tax on an amount, rounded by itself as the store does; included taxes are taken out of it."""
        rates = sum((tax.rate for tax in taxes), ZERO)
        net = amount / (1 + rates) if self.draft.taxes_included else amount
        return tuple(PricedTax(tax, round_amount(net * tax.rate, self.currency)) for tax in taxes)

    def given(self, discount: Decimal) -> tuple[Decimal, ...]:
        """A discount as the draft gives it, if it does; one that rounding leaves nothing of stays."""
        return (self.converted(discount),) if discount else ()

    def converted(self, amount: Decimal) -> Decimal:
        return round_amount(amount * self.rate, self.currency)
