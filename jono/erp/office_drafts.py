"""A sales document in the port's words, as a draft of Jono's own office."""

from collections.abc import Sequence

from jono.erp import port
from jono.kit.errors import UserError, gettext_noop
from jono.office import currencies, customers, items
from jono.office.drafts import Draft, DraftLine, begin
from jono.office.models import (
    Company,
    Currency,
    Customer,
    GLAccount,
    Item,
    Location,
    PaymentMethod,
    PaymentTerms,
    SalesHeader,
    SalesLine,
    ShipmentMethod,
    UnitOfMeasure,
    VATProductPostingGroup,
)
from jono.office.naming import by_code, the_one, unknown

_ADDRESS = ("contact", "address", "address_2", "city", "county", "post_code", "country_region_code")


class Named:
    """The office's records that a batch of sales documents names, read together."""

    def __init__(self, company: Company, documents: Sequence[port.SalesDocument]) -> None:
        lines = [line for document in documents for line in document.lines]
        parties = [party for d in documents for party in (d.sell_to, d.bill_to) if party]
        sold = {(line.no, line.variant_code) for line in lines if line.type is port.LineType.ITEM}
        accounts = {line.no for line in lines if line.type is port.LineType.GL_ACCOUNT}
        self.company = company
        self.customers = customers.by_no(company, {party.customer_no for party in parties})
        self.sold = items.by_key(company, sold | {(no, "") for no, _variant in sold})
        self.accounts = by_code(company, GLAccount, accounts)
        self.locations = by_code(company, Location, {line.location_code for line in lines})
        self.units = by_code(company, UnitOfMeasure, {line.unit_of_measure_code for line in lines})
        self.vat_groups = by_code(
            company, VATProductPostingGroup, {line.vat_prod_posting_group for line in lines}
        )
        self.terms = by_code(company, PaymentTerms, {d.payment_terms_code for d in documents})
        self.payment_methods = by_code(company, PaymentMethod, {d.payment_method_code for d in documents})
        self.shipment_methods = by_code(company, ShipmentMethod, {d.shipment_method_code for d in documents})
        self.currencies = currencies.by_any_code(company, {d.currency_code for d in documents})

    def customer(self, no: str) -> Customer:
        """Return a customer; UserError when there is none of this number."""
        customer = self.customers.get(no)
        if customer is None:
            raise unknown(Customer, no)
        return customer

    def what_is_sold(self, no: str, variant_code: str) -> items.Sold:
        """Return an item, or its variant; UserError when there is none."""
        sold = self.sold.get((no, variant_code))
        if sold is None and (no, "") in self.sold:
            raise UserError(
                gettext_noop("Item %(no)s has no variant %(variant)s. Add the variant, or choose another."),
                no=no,
                variant=variant_code,
            )
        if sold is None:
            raise unknown(Item, no)
        return sold

    def currency(self, code: str) -> Currency | None:
        """Return a currency, None for local currency; UserError when the company does not have it."""
        if code not in self.currencies:
            raise currencies.unknown(code)
        return self.currencies[code]


def draft_of(document: port.SalesDocument, named: Named) -> Draft:
    """Return the document as a draft; UserError when it names something that is not there."""
    sell_to = named.customer(document.sell_to.customer_no)
    bill_to = named.customer(document.bill_to.customer_no) if document.bill_to else None
    header = begin(named.company, document.document_type.value, sell_to, bill_to)
    _write_parties(header, document)
    _write_terms(header, document, named)
    header.no = document.no
    header.external_document_no = document.external_document_no
    header.work_description = document.work_description
    header.invoice_discount_amount = document.invoice_discount_amount
    header.shopify_order_no = document.shopify_order_no
    header.shopify_order_id = document.shopify_order_id
    return Draft(header, [_line(line, named) for line in document.lines], document.store_total)


def _write_parties(header: SalesHeader, document: port.SalesDocument) -> None:
    sell_to = document.sell_to
    as_sell_to = sell_to if header.bill_to_customer == header.sell_to_customer else None
    bill_to = document.bill_to or as_sell_to
    _write_address(header, "sell_to", "sell_to_customer", sell_to.address)
    _write_address(header, "bill_to", "bill_to", bill_to.address if bill_to else None)
    _write_address(header, "ship_to", "ship_to", document.ship_to or sell_to.address)
    header.sell_to_phone_no = customers.written_phone(sell_to.phone_no) or header.sell_to_phone_no
    header.sell_to_email = sell_to.email.strip() or header.sell_to_email


def _write_address(header: SalesHeader, side: str, named: str, address: port.Address | None) -> None:
    if address is None:
        return
    if address.name.strip():
        setattr(header, f"{named}_name", address.name)
    setattr(header, f"{named}_name_2", address.name_2)
    for part in _ADDRESS:
        setattr(header, f"{side}_{part}", getattr(address, part))


def _write_terms(header: SalesHeader, document: port.SalesDocument, named: Named) -> None:
    header.currency = named.currency(document.currency_code)
    header.prices_including_vat = document.prices_including_vat
    if document.payment_terms_code:
        header.payment_terms = the_one(named.terms, PaymentTerms, document.payment_terms_code)
    if document.payment_method_code:
        header.payment_method = the_one(named.payment_methods, PaymentMethod, document.payment_method_code)
    if document.shipment_method_code:
        header.shipment_method = the_one(
            named.shipment_methods, ShipmentMethod, document.shipment_method_code
        )
    if document.document_date:
        header.document_date = document.document_date
    if document.due_date:
        header.due_date = document.due_date


def _line(line: port.SalesDocumentLine, named: Named) -> DraftLine:
    made = SalesLine(
        type=line.type.value,
        description=line.description,
        shopify_order_line_id=line.shopify_order_line_id,
    )
    if line.type is port.LineType.COMMENT:
        return DraftLine(made)
    made.quantity = line.quantity
    made.unit_price = line.unit_price
    made.line_discount_amount = line.line_discount_amount
    if line.type is port.LineType.ITEM:
        _sell(made, named.what_is_sold(line.no, line.variant_code))
    else:
        made.gl_account = the_one(named.accounts, GLAccount, line.no)
        made.description = line.description or made.gl_account.name
    _write_codes(made, line, named)
    return DraftLine(made, line.vat_percent, line.expected_vat_amount)


def _sell(made: SalesLine, sold: items.Sold) -> None:
    made.item, made.variant = sold.item, sold.variant
    made.unit_of_measure = sold.item.sales_unit_of_measure or sold.item.base_unit_of_measure
    described = sold.variant.description if sold.variant else ""
    made.description = made.description or described or sold.item.description


def _write_codes(made: SalesLine, line: port.SalesDocumentLine, named: Named) -> None:
    if line.location_code:
        made.location = the_one(named.locations, Location, line.location_code)
    if line.unit_of_measure_code:
        made.unit_of_measure = the_one(named.units, UnitOfMeasure, line.unit_of_measure_code)
    if line.vat_prod_posting_group:
        made.vat_prod_posting_group = the_one(
            named.vat_groups, VATProductPostingGroup, line.vat_prod_posting_group
        )
