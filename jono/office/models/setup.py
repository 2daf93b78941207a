"""A company and what is set up in it once: codes, terms, units, locations."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from jono.office.models.fields import CodedRecord, CodeField, CompanyRecord, OfficeRecord, amount_field


class Company(OfficeRecord):
    """A company that keeps its books here; nothing is shared between companies.

    `lcy_code` is the local currency, an ISO 4217 code; a document in it has no currency of its own.
    `max_vat_difference_allowed` is how far, in local currency, a VAT rate's amount on a document may be from the
    amount computed here so that it agrees with the store's.
    """

    code = CodeField(_("Code"), max_length=20, unique=True)
    name = models.CharField(_("Name"), max_length=100)
    country_region_code = CodeField(_("Country/Region Code"), max_length=10)
    lcy_code = CodeField(_("LCY Code"), max_length=3)
    time_zone = models.CharField(_("Time Zone"), max_length=50)
    max_vat_difference_allowed = amount_field(_("Max. VAT Difference Allowed"))

    class Meta:
        verbose_name = _("Company")
        verbose_name_plural = _("Companies")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class SalesReceivablesSetup(OfficeRecord):
    """Sales & Receivables Setup: the number series that a company's sales draw from."""

    company = models.OneToOneField(
        Company, models.PROTECT, related_name="sales_setup", verbose_name=_("Company")
    )
    customer_nos = models.ForeignKey(
        "office.NumberSeries", models.PROTECT, related_name="+", verbose_name=_("Customer Nos.")
    )
    order_nos = models.ForeignKey(
        "office.NumberSeries", models.PROTECT, related_name="+", verbose_name=_("Order Nos.")
    )
    invoice_nos = models.ForeignKey(
        "office.NumberSeries", models.PROTECT, related_name="+", verbose_name=_("Invoice Nos.")
    )

    class Meta:
        verbose_name = _("Sales & Receivables Setup")
        verbose_name_plural = _("Sales & Receivables Setup")

    def __str__(self) -> str:
        return self.company.code


class Currency(CodedRecord):
    """A foreign currency: the code people use for it, and the ISO code that decides its decimals."""

    iso_code = CodeField(_("ISO Code"), max_length=3)
    max_vat_difference_allowed = amount_field(_("Max. VAT Difference Allowed"))

    class Meta(CodedRecord.Meta):
        verbose_name = _("Currency")
        verbose_name_plural = _("Currencies")


class PaymentTerms(CodedRecord):
    """When a customer pays: `due_date_calculation` is a date formula from the document date, such as 14D or CM+10D."""

    due_date_calculation = models.CharField(_("Due Date Calculation"), max_length=32, blank=True, default="")

    class Meta(CodedRecord.Meta):
        verbose_name = _("Payment Terms")
        verbose_name_plural = _("Payment Terms")


class PaymentMethod(CodedRecord):
    """How a customer pays."""

    class Meta(CodedRecord.Meta):
        verbose_name = _("Payment Method")
        verbose_name_plural = _("Payment Methods")


class ShipmentMethod(CodedRecord):
    """On what terms goods travel."""

    class Meta(CodedRecord.Meta):
        verbose_name = _("Shipment Method")
        verbose_name_plural = _("Shipment Methods")


class UnitOfMeasure(CodedRecord):
    """What a quantity counts."""

    international_standard_code = CodeField(
        _("International Standard Code"), max_length=10, blank=True, default=""
    )

    class Meta(CodedRecord.Meta):
        verbose_name = _("Unit of Measure")
        verbose_name_plural = _("Units of Measure")


class Location(CompanyRecord):
    """A place that holds goods."""

    code = CodeField(_("Code"), max_length=10)
    name = models.CharField(_("Name"), max_length=100)
    address = models.CharField(_("Address"), max_length=100, blank=True, default="")
    post_code = models.CharField(_("Post Code"), max_length=20, blank=True, default="")
    city = models.CharField(_("City"), max_length=30, blank=True, default="")
    country_region_code = CodeField(_("Country/Region Code"), max_length=10, blank=True, default="")

    class Meta:
        verbose_name = _("Location")
        verbose_name_plural = _("Locations")
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["company", "code"], name="location_code_in_company")]

    def __str__(self) -> str:
        return self.code
