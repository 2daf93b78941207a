"""Sales documents in the making: begun from a customer, then completed, checked and computed."""

from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from jono.kit.date_formula import later
from jono.kit.errors import UserError, gettext_noop
from jono.kit.money import round_amount
from jono.office.blocking import check_account, check_customer, check_item
from jono.office.fitting import check_size, check_that_it_fits
from jono.office.models import Company, Customer, SalesHeader, SalesLine, VATProductPostingGroup
from jono.office.models.master import SalesTerms
from jono.office.totals import (
    DocumentAmounts,
    LineAmounts,
    LineTerms,
    calculate,
    check_total,
    check_vat_differences,
)
from jono.office.vat import VATSetups, sales_vat_percent

LINE_STEP = 10_000
_FIVE_DECIMALS = Decimal("0.00001")
_TERMS = tuple(term.name for term in SalesTerms._meta.get_fields())
_ADDRESS = ("contact", "address", "address_2", "city", "county", "post_code", "country_region_code")


@dataclass
class DraftLine:
    """A line not yet stored, with the VAT % and the VAT that the store charged on it, where known."""

    line: SalesLine
    vat_percent: Decimal | None = None
    expected_vat: Decimal | None = None

    @property
    def sells(self) -> bool:
        """Whether the line is more than a comment."""
        return self.line.type != SalesLine.Type.COMMENT


@dataclass
class Draft:
    """A sales document not yet stored; `store_total` is what the store's order comes to, VAT included."""

    header: SalesHeader
    lines: list[DraftLine] = field(default_factory=list)
    store_total: Decimal | None = None


def begin(
    company: Company, document_type: str, sell_to: Customer, bill_to: Customer | None = None
) -> SalesHeader:
    """Return a document with what its customers bring along: names, addresses, and the bill-to customer's terms."""
    bill_to = bill_to or sell_to.bill_to_customer or sell_to
    return SalesHeader(
        company=company,
        document_type=document_type,
        sell_to_customer=sell_to,
        sell_to_customer_name=sell_to.name,
        sell_to_customer_name_2=sell_to.name_2,
        sell_to_phone_no=sell_to.phone_no,
        sell_to_email=sell_to.email,
        bill_to_customer=bill_to,
        bill_to_name=bill_to.name,
        bill_to_name_2=bill_to.name_2,
        ship_to_name=sell_to.name,
        ship_to_name_2=sell_to.name_2,
        **{term: getattr(bill_to, term) for term in _TERMS},
        **{f"sell_to_{part}": getattr(sell_to, part) for part in _ADDRESS},
        **{f"bill_to_{part}": getattr(bill_to, part) for part in _ADDRESS},
        **{f"ship_to_{part}": getattr(sell_to, part) for part in _ADDRESS},
    )


def complete(draft: Draft, vat: VATSetups, today: date) -> None:
    """Fill in what is open and compute the amounts; UserError when the document may not be made as it is."""
    header = draft.header
    check_customer(header.sell_to_customer, header.document_type)
    check_customer(header.bill_to_customer, header.document_type)
    _set_dates(header, today)
    for place, drawn in enumerate(draft.lines, start=1):
        drawn.line.document = header
        drawn.line.line_no = place * LINE_STEP
        drawn.line.description = drawn.line.description[:100]
        if drawn.sells:
            _complete_line(drawn, vat)
    _write_amounts(draft, _computed(draft))
    for record in (header, *(drawn.line for drawn in draft.lines)):
        check_that_it_fits(record)


def _set_dates(header: SalesHeader, today: date) -> None:
    header.posting_date = header.posting_date or today
    header.document_date = header.document_date or today
    header.order_date = header.order_date or header.document_date
    formula = header.payment_terms.due_date_calculation if header.payment_terms else ""
    header.due_date = header.due_date or later(formula, header.document_date)


def _complete_line(drawn: DraftLine, vat: VATSetups) -> None:
    line = drawn.line
    header = line.document
    check_size(line.quantity, line.unit_price, line.line_discount_amount, drawn.expected_vat)
    line.quantity = line.quantity.quantize(_FIVE_DECIMALS, ROUND_HALF_UP)
    line.unit_price = line.unit_price.quantize(_FIVE_DECIMALS, ROUND_HALF_UP)
    own_group = None
    if line.item:
        check_item(line.item, line.variant)
        own_group = line.item.vat_prod_posting_group
        line.location = line.location or header.location
        line.allow_invoice_disc = line.item.allow_invoice_disc
    elif line.gl_account:
        check_account(line.gl_account)
        own_group = line.gl_account.vat_prod_posting_group
    group = line.vat_prod_posting_group or own_group
    if drawn.vat_percent is not None:
        group = vat.prod_group_for(header.vat_bus_posting_group, drawn.vat_percent, preferred=group)
    line.vat_prod_posting_group = _known(group, line)
    setup = vat.of(header.vat_bus_posting_group, line.vat_prod_posting_group)
    line.vat_identifier = setup.vat_identifier
    line.vat_percent = sales_vat_percent(setup)


def _known(group: VATProductPostingGroup | None, line: SalesLine) -> VATProductPostingGroup:
    if group is None:
        raise UserError(
            gettext_noop("G/L account %(no)s has no VAT product posting group. Set one on its card."),
            no=line.no,
        )
    return group


def _computed(draft: Draft) -> DocumentAmounts:
    header = draft.header
    currency = header.currency_iso_code
    check_size(header.invoice_discount_amount, draft.store_total)
    amounts = calculate(
        [_terms(drawn) for drawn in draft.lines if drawn.sells],
        currency=currency,
        prices_including_vat=header.prices_including_vat,
        invoice_discount_amount=header.invoice_discount_amount,
    )
    check_size(amounts.amount_including_vat, *(line.line_amount for line in amounts.lines))
    allowed = (header.currency or header.company).max_vat_difference_allowed
    check_vat_differences(amounts, allowed=allowed, currency=currency)
    if draft.store_total is not None:
        check_total(amounts, store_total=draft.store_total, currency=currency)
    return amounts


def _terms(drawn: DraftLine) -> LineTerms:
    line = drawn.line
    return LineTerms(
        quantity=line.quantity,
        unit_price=line.unit_price,
        line_discount_amount=line.line_discount_amount,
        allow_invoice_disc=line.allow_invoice_disc,
        vat_identifier=line.vat_identifier,
        vat_percent=line.vat_percent,
        expected_vat=drawn.expected_vat,
    )


def _write_amounts(draft: Draft, amounts: DocumentAmounts) -> None:
    header = draft.header
    header.amount = amounts.amount
    header.amount_including_vat = amounts.amount_including_vat
    header.invoice_discount_amount = round_amount(header.invoice_discount_amount, header.currency_iso_code)
    selling = [drawn.line for drawn in draft.lines if drawn.sells]
    for line, of_line in zip(selling, amounts.lines, strict=True):
        _write_line_amounts(line, of_line)


def _write_line_amounts(line: SalesLine, amounts: LineAmounts) -> None:
    discount = amounts.line_discount_amount
    line.line_discount_amount = discount
    line.line_discount_percent = _percent(discount, amounts.line_amount + discount)
    line.line_amount = amounts.line_amount
    line.inv_discount_amount = amounts.inv_discount_amount
    line.amount = line.vat_base_amount = amounts.amount
    line.vat_difference = amounts.vat_difference
    line.amount_including_vat = amounts.amount_including_vat


def _percent(part: Decimal, whole: Decimal) -> Decimal:
    return (100 * part / whole).quantize(_FIVE_DECIMALS, ROUND_HALF_UP) if part else Decimal(0)
