"""Sales documents before posting: orders and invoices, with their lines."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jono.kit.clock import now
from jono.office.models.accounts import GLAccount, VATProductPostingGroup
from jono.office.models.fields import (
    CodeField,
    CompanyRecord,
    OfficeRecord,
    amount_field,
    percent_field,
    unit_amount_field,
)
from jono.office.models.master import Customer, Item, ItemVariant, SalesTerms
from jono.office.models.setup import Location, UnitOfMeasure


class SalesHeader(SalesTerms, CompanyRecord):
    """A sales order or invoice. Its terms start as the bill-to customer's.

    Amounts are in the currency of the document (none: local currency). `amount` and `amount_including_vat` are kept
    here, written with the lines in one transaction, so that lists sum and sort by them; release proves them again.
    A store's order has at most one document: `shopify_order_id` is unique in the company.
    """

    class DocumentType(models.TextChoices):
        ORDER = "Order", _("Order")
        INVOICE = "Invoice", _("Invoice")

    class Status(models.TextChoices):
        OPEN = "Open", _("Open")
        RELEASED = "Released", _("Released")

    document_type = models.CharField(_("Document Type"), max_length=20, choices=DocumentType)
    no = CodeField(_("No."), max_length=20)
    status = models.CharField(_("Status"), max_length=20, choices=Status, default=Status.OPEN)

    sell_to_customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="+", verbose_name=_("Sell-to Customer")
    )
    sell_to_customer_name = models.CharField(_("Sell-to Customer Name"), max_length=100)
    sell_to_customer_name_2 = models.CharField(
        _("Sell-to Customer Name 2"), max_length=50, blank=True, default=""
    )
    sell_to_contact = models.CharField(_("Sell-to Contact"), max_length=100, blank=True, default="")
    sell_to_address = models.CharField(_("Sell-to Address"), max_length=100, blank=True, default="")
    sell_to_address_2 = models.CharField(_("Sell-to Address 2"), max_length=50, blank=True, default="")
    sell_to_city = models.CharField(_("Sell-to City"), max_length=30, blank=True, default="")
    sell_to_county = models.CharField(_("Sell-to County"), max_length=30, blank=True, default="")
    sell_to_post_code = models.CharField(_("Sell-to Post Code"), max_length=20, blank=True, default="")
    sell_to_country_region_code = CodeField(
        _("Sell-to Country/Region Code"), max_length=10, blank=True, default=""
    )
    sell_to_phone_no = models.CharField(_("Sell-to Phone No."), max_length=30, blank=True, default="")
    sell_to_email = models.CharField(_("Sell-to E-Mail"), max_length=80, blank=True, default="")

    bill_to_customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="+", verbose_name=_("Bill-to Customer")
    )
    bill_to_name = models.CharField(_("Bill-to Name"), max_length=100)
    bill_to_name_2 = models.CharField(_("Bill-to Name 2"), max_length=50, blank=True, default="")
    bill_to_contact = models.CharField(_("Bill-to Contact"), max_length=100, blank=True, default="")
    bill_to_address = models.CharField(_("Bill-to Address"), max_length=100, blank=True, default="")
    bill_to_address_2 = models.CharField(_("Bill-to Address 2"), max_length=50, blank=True, default="")
    bill_to_city = models.CharField(_("Bill-to City"), max_length=30, blank=True, default="")
    bill_to_county = models.CharField(_("Bill-to County"), max_length=30, blank=True, default="")
    bill_to_post_code = models.CharField(_("Bill-to Post Code"), max_length=20, blank=True, default="")
    bill_to_country_region_code = CodeField(
        _("Bill-to Country/Region Code"), max_length=10, blank=True, default=""
    )

    ship_to_name = models.CharField(_("Ship-to Name"), max_length=100, blank=True, default="")
    ship_to_name_2 = models.CharField(_("Ship-to Name 2"), max_length=50, blank=True, default="")
    ship_to_contact = models.CharField(_("Ship-to Contact"), max_length=100, blank=True, default="")
    ship_to_address = models.CharField(_("Ship-to Address"), max_length=100, blank=True, default="")
    ship_to_address_2 = models.CharField(_("Ship-to Address 2"), max_length=50, blank=True, default="")
    ship_to_city = models.CharField(_("Ship-to City"), max_length=30, blank=True, default="")
    ship_to_county = models.CharField(_("Ship-to County"), max_length=30, blank=True, default="")
    ship_to_post_code = models.CharField(_("Ship-to Post Code"), max_length=20, blank=True, default="")
    ship_to_country_region_code = CodeField(
        _("Ship-to Country/Region Code"), max_length=10, blank=True, default=""
    )

    order_date = models.DateField(_("Order Date"))
    document_date = models.DateField(_("Document Date"))
    posting_date = models.DateField(_("Posting Date"))
    due_date = models.DateField(_("Due Date"))
    external_document_no = models.CharField(_("External Document No."), max_length=35, blank=True, default="")
    work_description = models.TextField(_("Work Description"), blank=True, default="")
    invoice_discount_amount = amount_field(_("Invoice Discount Amount"))
    amount = amount_field(_("Amount"))
    amount_including_vat = amount_field(_("Amount Including VAT"))
    shopify_order_no = models.CharField(_("Shopify Order No."), max_length=50, blank=True, default="")
    shopify_order_id = models.CharField(_("Shopify Order Id"), max_length=100, blank=True, default="")
    created_at = models.DateTimeField(_("Created At"), default=now, editable=False)

    class Meta:
        verbose_name = _("Sales Document")
        verbose_name_plural = _("Sales Documents")
        ordering = ["document_type", "no"]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "document_type", "no"], name="salesheader_no_in_company"
            ),
            models.UniqueConstraint(
                fields=["company", "shopify_order_id"],
                condition=~Q(shopify_order_id=""),
                name="salesheader_one_of_a_store_order",
            ),
            models.CheckConstraint(
                condition=Q(document_type__in=["Order", "Invoice"], status__in=["Open", "Released"]),
                name="salesheader_type_and_status",
            ),
        ]

    def __str__(self) -> str:
        return self.no

    @property
    def currency_iso_code(self) -> str:
        """The ISO 4217 code of the document's amounts."""
        return self.currency.iso_code if self.currency else self.company.lcy_code


class SalesLine(OfficeRecord):
    """A line of a sales document; a comment has only a description.

    `line_amount` is quantity times unit price less the line discount, VAT in it or not as the document's prices
    have it; `amount` is without VAT and without the invoice discount. `vat_difference` is the part of the VAT that
    was taken over from the store instead of computed.
    """

    class Type(models.TextChoices):
        COMMENT = "", _("Comment")
        ITEM = "Item", _("Item")
        GL_ACCOUNT = "G/L Account", _("G/L Account")

    document = models.ForeignKey(
        SalesHeader, models.CASCADE, related_name="lines", verbose_name=_("Document")
    )
    line_no = models.PositiveIntegerField(_("Line No."))
    type = models.CharField(_("Type"), max_length=20, choices=Type, default=Type.COMMENT, blank=True)
    item = models.ForeignKey(
        Item, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Item")
    )
    variant = models.ForeignKey(
        ItemVariant, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Variant")
    )
    gl_account = models.ForeignKey(
        GLAccount, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("G/L Account")
    )
    description = models.CharField(_("Description"), max_length=100, blank=True, default="")
    location = models.ForeignKey(
        Location,
        models.PROTECT,
        db_index=False,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Location"),
    )
    quantity = unit_amount_field(_("Quantity"))
    unit_of_measure = models.ForeignKey(
        UnitOfMeasure,
        models.PROTECT,
        db_index=False,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Unit of Measure"),
    )
    unit_price = unit_amount_field(_("Unit Price"))
    line_discount_percent = percent_field(_("Line Discount %"))
    line_discount_amount = amount_field(_("Line Discount Amount"))
    line_amount = amount_field(_("Line Amount"))
    allow_invoice_disc = models.BooleanField(_("Allow Invoice Disc."), default=False)
    inv_discount_amount = amount_field(_("Inv. Discount Amount"))
    vat_prod_posting_group = models.ForeignKey(
        VATProductPostingGroup,
        models.PROTECT,
        db_index=False,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("VAT Prod. Posting Group"),
    )
    vat_identifier = CodeField(_("VAT Identifier"), max_length=20, blank=True, default="")
    vat_percent = percent_field(_("VAT %"))
    amount = amount_field(_("Amount"))
    vat_base_amount = amount_field(_("VAT Base Amount"))
    vat_difference = amount_field(_("VAT Difference"))
    amount_including_vat = amount_field(_("Amount Including VAT"))
    shopify_order_line_id = models.CharField(
        _("Shopify Order Line Id"), max_length=100, blank=True, default=""
    )

    class Meta:
        verbose_name = _("Sales Line")
        verbose_name_plural = _("Sales Lines")
        ordering = ["line_no"]
        constraints = [
            models.UniqueConstraint(fields=["document", "line_no"], name="salesline_no_in_document"),
            models.CheckConstraint(
                condition=Q(type="Item", item__isnull=False, gl_account__isnull=True)
                | Q(type="G/L Account", item__isnull=True, gl_account__isnull=False)
                | Q(type="", item__isnull=True, gl_account__isnull=True, quantity=0, amount_including_vat=0),
                name="salesline_sells_what_its_type_says",
            ),
            models.CheckConstraint(
                condition=Q(variant__isnull=True) | Q(item__isnull=False), name="salesline_variant_is_of_item"
            ),
            models.CheckConstraint(
                condition=Q(type="") | Q(vat_prod_posting_group__isnull=False), name="salesline_has_vat"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_no}"

    @property
    def no(self) -> str:
        """The number of what the line sells; blank on a comment."""
        sold = self.item or self.gl_account
        return sold.no if sold else ""

    @property
    def vat_amount(self) -> Decimal:
        """The VAT of the line, the difference taken over from the store included."""
        return self.amount_including_vat - self.amount
