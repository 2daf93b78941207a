"""The arithmetic of a sales document: line amounts, invoice discount, VAT per rate, and what each line has of it.

As in Business Central: an amount is rounded a line, VAT is computed and rounded once per VAT amount line (a VAT
identifier and rate; lines of negative amount apart), and then shared out to the lines. What the store charged
wins over what is computed here as long as the difference is allowed: that is the VAT Difference.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from jono.kit.errors import UserError, gettext_noop
from jono.kit.money import Money, round_amount, share_out

ZERO = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class LineTerms:
    """What a line says; `expected_vat` is the VAT that the store charged on it, None when nobody knows."""

    quantity: Decimal
    unit_price: Decimal
    line_discount_amount: Decimal = ZERO
    allow_invoice_disc: bool = True
    vat_identifier: str
    vat_percent: Decimal
    expected_vat: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class LineAmounts:
    """What comes of a line."""

    line_discount_amount: Decimal
    line_amount: Decimal
    inv_discount_amount: Decimal = ZERO
    amount: Decimal = ZERO
    vat_difference: Decimal = ZERO
    amount_including_vat: Decimal = ZERO

    @property
    def net(self) -> Decimal:
        """What is left after the invoice discount, VAT in it or not as the document's prices have it."""
        return self.line_amount - self.inv_discount_amount


@dataclass(frozen=True, kw_only=True)
class VATAmountLine:
    """The VAT of one rate on a document; `vat_amount` has `vat_difference` in it."""

    vat_identifier: str
    vat_percent: Decimal
    vat_base: Decimal
    vat_amount: Decimal
    vat_difference: Decimal

    @property
    def amount_including_vat(self) -> Decimal:
        """Base and VAT together."""
        return self.vat_base + self.vat_amount


@dataclass(frozen=True)
class DocumentAmounts:
    """What comes of a document, line for line and rate for rate."""

    lines: tuple[LineAmounts, ...]
    vat_amount_lines: tuple[VATAmountLine, ...]

    @property
    def amount(self) -> Decimal:
        """The document without VAT."""
        return sum((line.amount for line in self.lines), ZERO)

    @property
    def amount_including_vat(self) -> Decimal:
        """The document with VAT."""
        return sum((line.amount_including_vat for line in self.lines), ZERO)


def calculate(
    lines: Sequence[LineTerms],
    *,
    currency: str,
    prices_including_vat: bool,
    invoice_discount_amount: Decimal = ZERO,
) -> DocumentAmounts:
    """Return the amounts of a document with these lines; UserError when a discount exceeds what it is given on."""
    amounts = [_line_amounts(line, currency) for line in lines]
    amounts = _give_invoice_discount(lines, amounts, invoice_discount_amount, currency)
    vat_amount_lines = []
    for places in _places_by_vat(lines, amounts):
        group = [amounts[place] for place in places]
        vat = _vat_amount_line([lines[place] for place in places], group, currency, prices_including_vat)
        vat_amount_lines.append(vat)
        shared = _share_vat(vat, group, currency, prices_including_vat)
        for place, line in zip(places, shared, strict=True):
            amounts[place] = line
    return DocumentAmounts(tuple(amounts), tuple(vat_amount_lines))


def check_vat_differences(document: DocumentAmounts, *, allowed: Decimal, currency: str) -> None:
    """Raise UserError, with both figures, when a rate's VAT differs from the store's by more than `allowed`."""
    for vat in document.vat_amount_lines:
        if abs(vat.vat_difference) > allowed:
            raise UserError(
                gettext_noop(
                    "VAT of %(percent)s %% comes to %(computed)s, but the store charged %(charged)s. No more than "
                    "%(allowed)s may lie between them. Check the order's taxes against the VAT posting setup, or "
                    "raise Max. VAT Difference Allowed."
                ),
                percent=plain(vat.vat_percent),
                computed=str(Money(vat.vat_amount - vat.vat_difference, currency)),
                charged=str(Money(vat.vat_amount, currency)),
                allowed=str(Money(allowed, currency)),
            )


def check_total(document: DocumentAmounts, *, store_total: Decimal, currency: str) -> None:
    """Raise UserError, with both figures, unless the document comes to what the store says."""
    if document.amount_including_vat != store_total:
        raise UserError(
            gettext_noop(
                "The sales document would come to %(total)s, but the store's order to %(store_total)s. Check that "
                "its items, discounts, shipping, tips and taxes are all there, then try again."
            ),
            total=str(Money(document.amount_including_vat, currency).rounded()),
            store_total=str(Money(store_total, currency)),
        )


def plain(number: Decimal) -> str:
    """Return a number as people write it: `25.5`, not `25.50000`."""
    return f"{number.normalize():f}"


def _line_amounts(line: LineTerms, currency: str) -> LineAmounts:
    gross = round_amount(line.quantity * line.unit_price, currency)
    discount = round_amount(line.line_discount_amount, currency)
    if discount and not 0 <= discount <= gross:
        raise UserError(
            gettext_noop(
                "A line discount of %(discount)s does not fit a line of %(amount)s. Correct the discount."
            ),
            discount=str(Money(discount, currency)),
            amount=str(Money(gross, currency)),
        )
    return LineAmounts(line_discount_amount=discount, line_amount=gross - discount)


def _give_invoice_discount(
    lines: Sequence[LineTerms], amounts: list[LineAmounts], discount: Decimal, currency: str
) -> list[LineAmounts]:
    discount = round_amount(discount, currency)
    if not discount:
        return amounts
    bases = [
        max(amount.line_amount, ZERO) if line.allow_invoice_disc else ZERO
        for line, amount in zip(lines, amounts, strict=True)
    ]
    if not 0 <= discount <= sum(bases):
        raise UserError(
            gettext_noop(
                "An invoice discount of %(discount)s does not fit lines of %(amount)s that allow it. "
                "Correct the discount."
            ),
            discount=str(Money(discount, currency)),
            amount=str(Money(sum(bases, ZERO), currency)),
        )
    shares = share_out(discount, bases, currency)
    return [replace(line, inv_discount_amount=share) for line, share in zip(amounts, shares, strict=True)]


def _places_by_vat(lines: Sequence[LineTerms], amounts: Sequence[LineAmounts]) -> list[list[int]]:
    places: defaultdict[tuple[str, Decimal, bool], list[int]] = defaultdict(list)
    for place, (line, amount) in enumerate(zip(lines, amounts, strict=True)):
        places[line.vat_identifier, line.vat_percent, amount.net >= 0].append(place)
    return list(places.values())


def _vat_amount_line(
    lines: Sequence[LineTerms], amounts: Sequence[LineAmounts], currency: str, prices_including_vat: bool
) -> VATAmountLine:
    rate = lines[0].vat_percent / 100
    net = sum((amount.net for amount in amounts), ZERO)
    base = round_amount(net / (1 + rate), currency) if prices_including_vat else net
    vat = net - base if prices_including_vat else round_amount(net * rate, currency)
    difference = _charged(lines, currency, default=vat) - vat
    return VATAmountLine(
        vat_identifier=lines[0].vat_identifier,
        vat_percent=lines[0].vat_percent,
        vat_base=base - difference if prices_including_vat else base,
        vat_amount=vat + difference,
        vat_difference=difference,
    )


def _charged(lines: Sequence[LineTerms], currency: str, *, default: Decimal) -> Decimal:
    charged = [line.expected_vat for line in lines if line.expected_vat is not None]
    return round_amount(sum(charged, ZERO), currency) if len(charged) == len(lines) else default


def _share_vat(
    vat: VATAmountLine, amounts: Sequence[LineAmounts], currency: str, prices_including_vat: bool
) -> list[LineAmounts]:
    weights = [amount.net for amount in amounts]
    if not any(weights):
        # Nothing is sold, yet the store may have charged: the first line takes it, so that it is not lost.
        weights[0] = Decimal(1)
    vats = share_out(vat.vat_amount, weights, currency)
    differences = share_out(vat.vat_difference, weights, currency)
    return [
        replace(
            line,
            amount=line.net - share if prices_including_vat else line.net,
            amount_including_vat=line.net if prices_including_vat else line.net + share,
            vat_difference=difference,
        )
        for line, share, difference in zip(amounts, vats, differences, strict=True)
    ]
