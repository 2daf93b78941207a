"""Who the company sells to and what: customers, items, and the templates customers are made from."""

from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Lower, Right
from django.utils.translation import gettext_lazy as _

from jono.office.models.accounts import VATBusinessPostingGroup, VATProductPostingGroup
from jono.office.models.fields import CodedRecord, CodeField, CompanyRecord, OfficeRecord, unit_amount_field
from jono.office.models.numbers import NumberSeries
from jono.office.models.setup import (
    Currency,
    Location,
    PaymentMethod,
    PaymentTerms,
    ShipmentMethod,
    UnitOfMeasure,
)


class SalesTerms(models.Model):
    """How sales to a customer are dealt with unless a document says otherwise."""

    vat_bus_posting_group = models.ForeignKey(
        VATBusinessPostingGroup,
        models.PROTECT,
        db_index=False,
        related_name="+",
        verbose_name=_("VAT Bus. Posting Group"),
    )
    payment_terms = models.ForeignKey(
        PaymentTerms,
        models.PROTECT,
        db_index=False,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Payment Terms"),
    )
    payment_method = models.ForeignKey(
        PaymentMethod,
        models.PROTECT,
        db_index=False,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Payment Method"),
    )
    shipment_method = models.ForeignKey(
        ShipmentMethod,
        models.PROTECT,
        db_index=False,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Shipment Method"),
    )
    location = models.ForeignKey(
        Location,
        models.PROTECT,
        db_index=False,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Location"),
    )
    currency = models.ForeignKey(
        Currency,
        models.PROTECT,
        db_index=False,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Currency"),
    )
    prices_including_vat = models.BooleanField(_("Prices Including VAT"), default=False)

    class Meta:
        abstract = True


class CustomerTemplate(SalesTerms, CodedRecord):
    """What a new customer starts with."""

    code = CodeField(_("Code"), max_length=20)
    country_region_code = CodeField(_("Country/Region Code"), max_length=10, blank=True, default="")
    number_series = models.ForeignKey(
        NumberSeries,
        models.PROTECT,
        db_index=False,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("No. Series"),
    )

    class Meta(CodedRecord.Meta):
        verbose_name = _("Customer Template")
        verbose_name_plural = _("Customer Templates")


class Customer(SalesTerms, CompanyRecord):
    """Somebody the company sells to."""

    class Blocked(models.TextChoices):
        NO = "", _("No")
        SHIP = "Ship", _("Ship")
        INVOICE = "Invoice", _("Invoice")
        ALL = "All", _("All")

    no = CodeField(_("No."), max_length=20)
    name = models.CharField(_("Name"), max_length=100)
    name_2 = models.CharField(_("Name 2"), max_length=50, blank=True, default="")
    contact = models.CharField(_("Contact"), max_length=100, blank=True, default="")
    address = models.CharField(_("Address"), max_length=100, blank=True, default="")
    address_2 = models.CharField(_("Address 2"), max_length=50, blank=True, default="")
    city = models.CharField(_("City"), max_length=30, blank=True, default="")
    county = models.CharField(_("County"), max_length=30, blank=True, default="")
    post_code = models.CharField(_("Post Code"), max_length=20, blank=True, default="")
    country_region_code = CodeField(_("Country/Region Code"), max_length=10, blank=True, default="")
    phone_no = models.CharField(_("Phone No."), max_length=30, blank=True, default="")
    phone_digits = models.GeneratedField(
        expression=Func(F("phone_no"), Value("[^0-9]"), Value(""), Value("g"), function="regexp_replace"),
        output_field=models.CharField(max_length=30),
        db_persist=True,
    )
    email = models.CharField(_("E-Mail"), max_length=80, blank=True, default="")
    vat_registration_no = models.CharField(_("VAT Registration No."), max_length=20, blank=True, default="")
    bill_to_customer = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Bill-to Customer")
    )
    blocked = models.CharField(_("Blocked"), max_length=10, choices=Blocked, default=Blocked.NO, blank=True)

    class Meta:
        verbose_name = _("Customer")
        verbose_name_plural = _("Customers")
        ordering = ["no"]
        constraints = [models.UniqueConstraint(fields=["company", "no"], name="customer_no_in_company")]
        indexes = [
            models.Index("company", Lower("email"), name="customer_by_email", condition=~Q(email="")),
            models.Index(
                "company", Right("phone_digits", 7), name="customer_by_phone", condition=~Q(phone_no="")
            ),
        ]

    def __str__(self) -> str:
        return self.no


class Item(CompanyRecord):
    """Something the company sells. `unit_price` is of the sales unit of measure, in local currency."""

    class Type(models.TextChoices):
        INVENTORY = "Inventory", _("Inventory")
        SERVICE = "Service", _("Service")
        NON_INVENTORY = "Non-Inventory", _("Non-Inventory")

    no = CodeField(_("No."), max_length=20)
    description = models.CharField(_("Description"), max_length=100)
    description_2 = models.CharField(_("Description 2"), max_length=50, blank=True, default="")
    type = models.CharField(_("Type"), max_length=20, choices=Type, default=Type.INVENTORY)
    base_unit_of_measure = models.ForeignKey(
        UnitOfMeasure,
        models.PROTECT,
        db_index=False,
        related_name="+",
        verbose_name=_("Base Unit of Measure"),
    )
    sales_unit_of_measure = models.ForeignKey(
        UnitOfMeasure,
        models.PROTECT,
        db_index=False,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Sales Unit of Measure"),
    )
    unit_price = unit_amount_field(_("Unit Price"))
    price_includes_vat = models.BooleanField(_("Price Includes VAT"), default=False)
    unit_cost = unit_amount_field(_("Unit Cost"))
    vat_prod_posting_group = models.ForeignKey(
        VATProductPostingGroup,
        models.PROTECT,
        db_index=False,
        related_name="+",
        verbose_name=_("VAT Prod. Posting Group"),
    )
    gtin = CodeField(_("GTIN"), max_length=14, blank=True, default="")
    allow_invoice_disc = models.BooleanField(_("Allow Invoice Disc."), default=True)
    blocked = models.BooleanField(_("Blocked"), default=False)
    sales_blocked = models.BooleanField(_("Sales Blocked"), default=False)

    class Meta:
        verbose_name = _("Item")
        verbose_name_plural = _("Items")
        ordering = ["no"]
        constraints = [models.UniqueConstraint(fields=["company", "no"], name="item_no_in_company")]
        indexes = [models.Index(fields=["company", "gtin"], name="item_by_gtin", condition=~Q(gtin=""))]

    def __str__(self) -> str:
        return self.no


class ItemVariant(OfficeRecord):
    """One kind of an item: a size, a colour."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="variants", verbose_name=_("Item"))
    code = CodeField(_("Code"), max_length=10)
    description = models.CharField(_("Description"), max_length=100, blank=True, default="")
    blocked = models.BooleanField(_("Blocked"), default=False)
    sales_blocked = models.BooleanField(_("Sales Blocked"), default=False)

    class Meta:
        verbose_name = _("Item Variant")
        verbose_name_plural = _("Item Variants")
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["item", "code"], name="itemvariant_code_of_item")]
        indexes = [models.Index(fields=["code"], name="itemvariant_by_code")]

    def __str__(self) -> str:
        return self.code


class ItemReference(CompanyRecord):
    """Another number that an item or variant is known by, such as the bar code on it."""

    class ReferenceType(models.TextChoices):
        BAR_CODE = "Bar Code", _("Bar Code")

    item = models.ForeignKey(Item, models.CASCADE, related_name="references", verbose_name=_("Item"))
    variant = models.ForeignKey(
        ItemVariant, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("Variant")
    )
    reference_type = models.CharField(
        _("Reference Type"), max_length=20, choices=ReferenceType, default=ReferenceType.BAR_CODE
    )
    reference_no = CodeField(_("Reference No."), max_length=50)

    class Meta:
        verbose_name = _("Item Reference")
        verbose_name_plural = _("Item References")
        ordering = ["variant", "reference_no"]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "reference_type", "reference_no"], name="itemreference_stands_for_one"
            ),
        ]

    def __str__(self) -> str:
        return self.reference_no
