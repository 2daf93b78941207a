"""What an order comes to, in one currency: discounts shared out, taxes rounded line by line, totals their exact sum."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from jono.kit.money import round_amount, share_out
from jono.sandbox.drafts import OrderDraft, Tax
from jono.sandbox.values import Bag, bag

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

    @property
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

    @property
    def subtotal(self) -> Decimal:
        """The lines after their discounts, without the tip."""
        return sum((line.discounted for line in self.lines), ZERO)

    @property
    def shipping_total(self) -> Decimal:
        """The shipping charges after their discounts."""
        return sum((line.discounted for line in self.shipping), ZERO)

    @property
    def discounts(self) -> Decimal:
        """All that was taken off."""
        return sum((each for line in (*self.lines, *self.shipping) for each in line.discounts), ZERO)

    @property
    def taxes(self) -> tuple[PricedTax, ...]:
        """The taxes of all lines, those of one title and rate together."""
        amounts: dict[Tax, Decimal] = {}
        for each in (tax for line in (*self.lines, *self.shipping) for tax in line.taxes):
            amounts[each.tax] = amounts.get(each.tax, ZERO) + each.amount
        return tuple(PricedTax(tax, amount) for tax, amount in amounts.items())

    @property
    def tax_total(self) -> Decimal:
        """All taxes."""
        return sum((each.amount for each in self.taxes), ZERO)

    @property
    def total(self) -> Decimal:
        """What the customer pays, before cash is rounded."""
        return (
            self.subtotal + self.shipping_total + self.tip + (ZERO if self.taxes_included else self.tax_total)
        )

    @property
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

    def converted(amount: Decimal) -> Decimal:
        return round_amount(amount * rate, currency)

    prices = [converted(price) for price in unit_prices]
    own = [converted(line.discount) for line in draft.lines]
    left = [price * line.quantity - off for price, line, off in zip(prices, draft.lines, own, strict=True)]
    shares = _shares(converted(draft.discount), left, currency)
    lines = [
        _line(
            price,
            line.quantity,
            _given((line.discount, off), (draft.discount, share)),
            draft,
            line.taxes,
            currency,
        )
        for line, price, off, share in zip(draft.lines, prices, own, shares, strict=True)
    ]
    shipping = [
        _line(
            converted(each.price),
            1,
            _given((each.discount, converted(each.discount))),
            draft,
            each.taxes,
            currency,
        )
        for each in draft.shipping
    ]
    tip = converted(draft.tip)
    return PricedOrder(currency, tuple(lines), tuple(shipping), tip, draft.taxes_included, draft.cash)


def _shares(discount: Decimal, amounts: list[Decimal], currency: str) -> list[Decimal]:
    """The discount on the whole order, shared out over its lines by what is left of them."""
    if discount > sum(amounts, ZERO) or min(amounts) < 0:
        raise ValueError("A discount takes off more than there is.")
    return share_out(discount, amounts, currency) if discount else [ZERO] * len(amounts)


def _given(*discounts: tuple[Decimal, Decimal]) -> tuple[Decimal, ...]:
    """The discounts that the draft gives, as (drafted, priced): one that rounding leaves nothing of stays."""
    return tuple(priced for drafted, priced in discounts if drafted)


def _line(
    price: Decimal,
    quantity: int,
    discounts: tuple[Decimal, ...],
    draft: OrderDraft,
    taxes: tuple[Tax, ...] | None,
    currency: str,
) -> PricedLine:
    bare = PricedLine(price, quantity, discounts, ())
    if bare.discounted < 0:
        raise ValueError("A discount takes off more than there is.")
    applied = () if draft.tax_exempt else draft.taxes if taxes is None else taxes
    return replace(bare, taxes=_taxed(bare.discounted, applied, draft.taxes_included, currency))


def _taxed(amount: Decimal, taxes: tuple[Tax, ...], included: bool, currency: str) -> tuple[PricedTax, ...]:
    """Each tax on an amount, rounded by itself as the store does; taxes that are included are taken out of it."""
    net = amount / (1 + sum((tax.rate for tax in taxes), ZERO)) if included else amount
    return tuple(PricedTax(tax, round_amount(net * tax.rate, currency)) for tax in taxes)
