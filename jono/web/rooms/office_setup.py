"""The pages of what the back office is set up with: companies, VAT, accounts, number series, codes."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from jono.office.models import (
    Company,
    Currency,
    CustomerTemplate,
    GLAccount,
    Location,
    NumberSeries,
    NumberSeriesLine,
    PaymentMethod,
    PaymentTerms,
    ShipmentMethod,
    UnitOfMeasure,
    VATBusinessPostingGroup,
    VATPostingSetup,
    VATProductPostingGroup,
)
from jono.web.office_forms import OfficeForm
from jono.web.pages import CardPage, Column, Field, Group, ListPage, Part

IN_COMPANY = Field("company", editable=True, once=True)


def coded(
    model: Any,
    name: str,
    keywords: Any,
    *more: str,
    key: str = "code",
    text: str = "description",
    parts: Sequence[Part] = (),
) -> ListPage:
    """The page of records that people know by a code and a description, with some fields `more`."""
    return ListPage(
        name=name,
        model=model,
        caption=model._meta.verbose_name_plural,
        keywords=keywords,
        icon="setup",
        in_menu=False,
        columns=[
            Column(key),
            Column(text),
            *(Column(field) for field in more),
            Column("company", filter=True, wide=True),
        ],
        search=[key, text],
        order=[key],
        related=["company"],
        empty=_("Nothing is set up here yet. Press New (Alt+N)."),
        card=CardPage(
            model._meta.verbose_name,
            [
                Group(
                    _("General"),
                    [
                        IN_COMPANY,
                        Field(key, editable=True, once=True),
                        *(Field(field, editable=True) for field in (text, *more)),
                    ],
                )
            ],
            title=lambda record: f"{record} · {getattr(record, text)}",
            parts=parts,
            fill_in=OfficeForm,
            new=True,
        ),
    )


companies = ListPage(
    name="companies",
    model=Company,
    caption=_("Companies"),
    keywords=_("own company books"),
    icon="company",
    columns=[
        Column("code"),
        Column("name"),
        Column("country_region_code"),
        Column("lcy_code"),
        Column("time_zone", wide=True),
    ],
    search=["code", "name"],
    order=["code"],
    empty=_("No company yet. One is made by the command: jono company."),
    card=CardPage(
        _("Company"),
        [
            Group(
                _("General"),
                [
                    Field("code"),
                    Field("name", editable=True),
                    Field("country_region_code"),
                    Field("lcy_code"),
                    Field("time_zone"),
                    Field("max_vat_difference_allowed", editable=True),
                ],
            )
        ],
        title=lambda company: f"{company.code} · {company.name}",
    ),
)

vat_setup = ListPage(
    name="vat-posting-setup",
    model=VATPostingSetup,
    caption=_("VAT Posting Setup"),
    keywords=_("tax rates percent mapping"),
    icon="setup",
    columns=[
        Column("pair", _("VAT Posting Groups"), value=str),
        Column("vat_identifier"),
        Column("vat_calculation_type"),
        Column("vat_percent"),
        Column("blocked", filter=True),
        Column("company", filter=True, wide=True),
    ],
    search=["vat_bus_posting_group__code", "vat_prod_posting_group__code", "vat_identifier"],
    order=["vat_bus_posting_group__code", "vat_prod_posting_group__code"],
    related=["company", "vat_bus_posting_group", "vat_prod_posting_group"],
    empty=_("Nothing is set up here yet. Press New (Alt+N)."),
    card=CardPage(
        _("VAT Posting Setup"),
        [
            Group(
                _("General"),
                [
                    IN_COMPANY,
                    Field("vat_bus_posting_group", editable=True, once=True),
                    Field("vat_prod_posting_group", editable=True, once=True),
                    Field("vat_identifier", editable=True),
                    Field("vat_calculation_type", editable=True),
                    Field("vat_percent", editable=True),
                    Field("blocked", editable=True),
                ],
            )
        ],
        fill_in=OfficeForm,
        new=True,
    ),
)

series_lines = Part(
    name="lines",
    caption=_("No. Series Lines"),
    rows=lambda series: series.lines.all(),
    columns=[
        Column("starting_no"),
        Column("starting_date"),
        Column("ending_no"),
        Column("increment_by_no", wide=True),
        Column("last_no_used"),
        Column("last_date_used", wide=True),
    ],
    order=["starting_date"],
    empty=_("A series without a line gives no numbers."),
)

number_series = coded(
    NumberSeries, "no-series", _("numbers numbering"), "default_nos", "manual_nos", parts=[series_lines]
)

number_series_lines = ListPage(
    name="no-series-lines",
    model=NumberSeriesLine,
    caption=_("No. Series Lines"),
    keywords=_("numbers numbering"),
    icon="setup",
    in_menu=False,
    columns=[
        Column("starting_no"),
        Column("series"),
        Column("starting_date"),
        Column("ending_no"),
        Column("last_no_used"),
    ],
    search=["series__code", "starting_no"],
    order=["series__code", "starting_date"],
    related=["series"],
    card=CardPage(
        _("No. Series Line"),
        [
            Group(
                _("General"),
                [
                    Field("series", editable=True, once=True),
                    Field("starting_date", editable=True),
                    Field("starting_no", editable=True),
                    Field("ending_no", editable=True),
                    Field("warning_no", editable=True),
                    Field("increment_by_no", editable=True),
                    Field("last_no_used"),
                    Field("last_date_used"),
                ],
            )
        ],
        fill_in=OfficeForm,
        new=True,
    ),
)

PAGES = [
    companies,
    vat_setup,
    coded(
        GLAccount,
        "g-l-accounts",
        _("chart of accounts ledger"),
        "account_type",
        "direct_posting",
        "blocked",
        "vat_prod_posting_group",
        key="no",
        text="name",
    ),
    coded(VATBusinessPostingGroup, "vat-business-posting-groups", _("tax customers")),
    coded(VATProductPostingGroup, "vat-product-posting-groups", _("tax items")),
    coded(
        CustomerTemplate,
        "customer-templates",
        _("new customers"),
        "number_series",
        "vat_bus_posting_group",
        "country_region_code",
        "payment_terms",
    ),
    number_series,
    number_series_lines,
    coded(PaymentTerms, "payment-terms", _("due date"), "due_date_calculation"),
    coded(PaymentMethod, "payment-methods", _("pay")),
    coded(ShipmentMethod, "shipment-methods", _("delivery terms")),
    coded(UnitOfMeasure, "units-of-measure", _("pieces kilos"), "international_standard_code"),
    coded(Currency, "currencies", _("foreign money"), "iso_code", "max_vat_difference_allowed"),
    coded(Location, "locations", _("warehouse stock place"), "post_code", "city", text="name"),
]
