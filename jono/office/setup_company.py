"""A new company, ready to sell: number series, VAT, a few accounts, terms, locations, a customer for web orders.

The rates, terms and names are Finland's, and only a beginning: all of it can be changed. Names are written in the
language of whoever creates the company.
"""

from collections.abc import Sequence
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from jono.kit.errors import UserError, gettext_noop
from jono.office.models import (
    Company,
    Customer,
    CustomerTemplate,
    GLAccount,
    Location,
    NumberSeries,
    NumberSeriesLine,
    PaymentMethod,
    PaymentTerms,
    SalesReceivablesSetup,
    ShipmentMethod,
    UnitOfMeasure,
    VATBusinessPostingGroup,
    VATPostingSetup,
    VATProductPostingGroup,
)

# Value Added Tax Act (1501/1993): the general rate since 1 September 2024; the first reduced rate was 14 % until
# the end of 2025 and is 13.5 % since, and orders of both times are about.
FINNISH_VAT_RATES = ("25.5", "14", "13.5", "10", "0")
# The store rounds VAT line by line, a document once a rate: half a cent a line lies between them.
MAX_VAT_DIFFERENCE = Decimal("0.20")

DOMESTIC, EU, EXPORT = "DOMESTIC", "EU", "EXPORT"
WEB_TEMPLATE, WEB_CUSTOMER = "WEB", "WEB"
SALES, SHIPPING_CHARGES, TIPS, CASH_ROUNDING, SOLD_GIFT_CARDS = "3000", "3050", "3060", "3570", "2940"


@transaction.atomic
def create_company(
    code: str,
    name: str,
    *,
    country: str = "FI",
    lcy_code: str = "EUR",
    time_zone: str = "Europe/Helsinki",
    vat_rates: Sequence[str] = FINNISH_VAT_RATES,
) -> Company:
    """Create a company and what it needs to sell; UserError when there is one of this code already.

    `vat_rates`, in percent, are what it charges; 25.5 and 0 are among them.
    """
    if Company.objects.filter(code=code).exists():
        raise UserError(gettext_noop("There is a company %(code)s already. Choose another code."), code=code)
    company = Company.objects.create(
        code=code,
        name=name,
        country_region_code=country,
        lcy_code=lcy_code,
        time_zone=time_zone,
        max_vat_difference_allowed=MAX_VAT_DIFFERENCE,
    )
    _create_number_series(company)
    _create_vat(company, vat_rates)
    _create_accounts(company)
    _create_codes(company)
    _create_web_customer(company)
    return company


def _create_number_series(company: Company) -> None:
    def series(code: str, description: str, first: str, *, manual: bool) -> NumberSeries:
        made = NumberSeries.objects.create(
            company=company, code=code, description=description, manual_nos=manual
        )
        NumberSeriesLine.objects.create(series=made, starting_no=first)
        return made

    SalesReceivablesSetup.objects.create(
        company=company,
        customer_nos=series("CUST", _("Customers"), "C00001", manual=True),
        # Manual numbers, so that a document may bear the number of the store's order.
        order_nos=series("S-ORD", _("Sales orders"), "SO100001", manual=True),
        invoice_nos=series("S-INV", _("Sales invoices"), "SI100001", manual=True),
    )


def _create_vat(company: Company, rates: Sequence[str]) -> None:
    def business(code: str, description: str) -> VATBusinessPostingGroup:
        return VATBusinessPostingGroup.objects.create(company=company, code=code, description=description)

    domestic = business(DOMESTIC, _("Customers at home"))
    eu = business(EU, _("Businesses in other EU countries"))
    export = business(EXPORT, _("Customers outside the EU"))
    for rate in rates:
        product = VATProductPostingGroup.objects.create(
            company=company, code=vat_group(rate), description=_("VAT %(rate)s %%") % {"rate": rate}
        )
        for group, percent, kind in (
            (domestic, Decimal(rate), VATPostingSetup.CalculationType.NORMAL),
            (eu, Decimal(rate), VATPostingSetup.CalculationType.REVERSE_CHARGE),
            (export, Decimal(0), VATPostingSetup.CalculationType.NORMAL),
        ):
            VATPostingSetup.objects.create(
                company=company,
                vat_bus_posting_group=group,
                vat_prod_posting_group=product,
                vat_identifier=product.code,
                vat_calculation_type=kind,
                vat_percent=percent,
            )


def vat_group(rate: str) -> str:
    """Return the code that a new company's VAT product posting group of a rate has."""
    return f"VAT{rate}"


def _create_accounts(company: Company) -> None:
    groups = {group.code: group for group in VATProductPostingGroup.objects.filter(company=company)}
    full, none = groups[vat_group("25.5")], groups[vat_group("0")]
    GLAccount.objects.bulk_create(
        GLAccount(company=company, no=no, name=name, vat_prod_posting_group=group)
        for no, name, group in (
            (SALES, _("Sales"), full),
            (SHIPPING_CHARGES, _("Shipping charges"), full),
            (TIPS, _("Tips"), none),
            (CASH_ROUNDING, _("Cash rounding"), none),
            (SOLD_GIFT_CARDS, _("Sold gift cards"), none),
        )
    )


def _create_codes(company: Company) -> None:
    for unit, description, standard in (("PCS", _("Piece"), "C62"), ("HOUR", _("Hour"), "HUR")):
        UnitOfMeasure.objects.create(
            company=company, code=unit, description=description, international_standard_code=standard
        )
    for terms, description, formula in (("COD", _("At once"), "0D"), ("14 DAYS", _("14 days net"), "14D")):
        PaymentTerms.objects.create(
            company=company, code=terms, description=description, due_date_calculation=formula
        )
    for method, description in (("CARD", _("Card")), ("BANK", _("Bank transfer"))):
        PaymentMethod.objects.create(company=company, code=method, description=description)
    for shipment, description in (("PARCEL", _("Parcel")), ("PICKUP", _("Pick-up"))):
        ShipmentMethod.objects.create(company=company, code=shipment, description=description)
    for location, name in (("MAIN", _("Main warehouse")), ("SHOP", _("Shop"))):
        Location.objects.create(
            company=company, code=location, name=name, country_region_code=company.country_region_code
        )


def _create_web_customer(company: Company) -> None:
    terms = {
        "country_region_code": company.country_region_code,
        "vat_bus_posting_group": VATBusinessPostingGroup.objects.get(company=company, code=DOMESTIC),
        "payment_terms": PaymentTerms.objects.get(company=company, code="COD"),
        "payment_method": PaymentMethod.objects.get(company=company, code="CARD"),
        "location": Location.objects.get(company=company, code="MAIN"),
        "prices_including_vat": True,
    }
    CustomerTemplate.objects.create(
        company=company, code=WEB_TEMPLATE, description=_("Customers of the web store"), **terms
    )
    Customer.objects.create(
        company=company,
        no=WEB_CUSTOMER,
        name=_("Web store customer"),
        **terms,
    )
