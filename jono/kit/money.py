"""Money: an exact amount of one currency, and how amounts are rounded and shared out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import cache

# ISO 4217 list one: every currency not named here has two. CLDR, and so Babel, gives some (RSD, LAK, IQD) fewer
# digits than ISO does, which is right for a shop window and wrong for a ledger.
_MINOR_UNITS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_DIGITS = {code: digits for digits, codes in _MINOR_UNITS.items() for code in codes.split()}


def minor_units(currency: str) -> int:
    """How many decimals amounts of this currency have (ISO 4217): EUR 2, JPY 0, KWD 3."""
    return _DIGITS.get(currency, 2)


@cache
def smallest_amount(currency: str) -> Decimal:
    """The least amount of this currency: 0.01 for EUR."""
    return Decimal(1).scaleb(-minor_units(currency))


def round_amount(amount: Decimal, currency: str) -> Decimal:
    """Return `amount` in whole minor units, half away from zero as Business Central rounds amounts."""
    # Python calls it ROUND_HALF_UP; it goes away from zero on both sides.
    return amount.quantize(smallest_amount(currency), ROUND_HALF_UP)


def share_out(amount: Decimal, weights: Sequence[Decimal], currency: str) -> list[Decimal]:
    """Share `amount` by weight so that the shares add up to it to the last minor unit.

    `amount` is in whole minor units; the weights are of one sign and not all zero, else ValueError. What rounding
    leaves is carried from share to share, as Business Central does from line to line: a share is never more than
    one minor unit off its exact part, and a weight of zero gets nothing. When the weights are amounts themselves
    and `amount` is no more than their sum (a discount on lines), no share exceeds its weight.
    """
    if not all(weight >= 0 for weight in weights) and not all(weight <= 0 for weight in weights):
        raise ValueError("weights of both signs")
    whole = sum(weights, Decimal(0))
    if not whole:
        raise ValueError("no weights to share by")
    with localcontext(prec=60):
        shares, given, running = [], Decimal(0), Decimal(0)
        for weight in weights:
            running += weight
            up_to_here = round_amount(amount * running / whole, currency)
            shares.append(up_to_here - given)
            given = up_to_here
        return shares


@dataclass(frozen=True)
class Money:
    """An exact amount of one currency (ISO 4217 code). Amounts of two currencies do not meet: ValueError."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal) or not self.amount.is_finite():
            raise ValueError(f"not an amount: {self.amount!r}")
        if not re.fullmatch("[A-Z]{3}", self.currency):
            raise ValueError(f"not an ISO 4217 currency code: {self.currency!r}")

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount + self._amount_of(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount - self._amount_of(other), self.currency)

    def __mul__(self, factor: Decimal | int) -> "Money":
        return Money(self.amount * factor, self.currency)

    __rmul__ = __mul__

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def __abs__(self) -> "Money":
        return Money(abs(self.amount), self.currency)

    def __bool__(self) -> bool:
        return bool(self.amount)

    def __lt__(self, other: "Money") -> bool:
        return self.amount < self._amount_of(other)

    def __le__(self, other: "Money") -> bool:
        return self.amount <= self._amount_of(other)

    def __gt__(self, other: "Money") -> bool:
        return self.amount > self._amount_of(other)

    def __ge__(self, other: "Money") -> bool:
        return self.amount >= self._amount_of(other)

    def __str__(self) -> str:
        """The amount with all of its currency's decimals, no fewer than it has: `12.30 EUR`."""
        digits = max(minor_units(self.currency), -_exponent(self.amount))
        return f"{self.amount:.{digits}f} {self.currency}"

    def rounded(self) -> "Money":
        """This amount in whole minor units, half away from zero."""
        return Money(round_amount(self.amount, self.currency), self.currency)

    def shared_out(self, weights: Sequence[Decimal]) -> "list[Money]":
        """This amount in parts by weight that add up to it: see `share_out`."""
        return [Money(share, self.currency) for share in share_out(self.amount, weights, self.currency)]

    def _amount_of(self, other: "Money") -> Decimal:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not meet")
        return other.amount


def _exponent(amount: Decimal) -> int:
    exponent = amount.normalize().as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0
