"""Orders as the store has them: a local copy, keyed by the store's ids, with both of Shopify's currencies.

Fields bear the words of the connector's order header and lines (reference 1.4.3). Amounts are in `currency_code`;
those named `presentment_...` in `presentment_currency_code`.
"""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from jono.kit.language import say
from jono.shopify.models.shop import Shop


def _amount(caption: Any) -> "models.DecimalField[Any, Any]":
    return models.DecimalField(caption, max_digits=20, decimal_places=5, default=0)


class Order(models.Model):
    """An order's header, and how far it has come on its way to a sales document."""

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="orders", verbose_name=_("Shop"))
    gid = models.CharField(_("Shopify Order Id"), max_length=100)
    shopify_order_no = models.CharField(_("Shopify Order No."), max_length=50)
    created_at = models.DateTimeField(_("Created At"))
    updated_at = models.DateTimeField(_("Updated At"))
    cancelled_at = models.DateTimeField(_("Cancelled At"), null=True)
    closed_at = models.DateTimeField(_("Closed At"), null=True)
    cancel_reason = models.CharField(_("Cancel Reason"), max_length=30, blank=True)
    confirmed = models.BooleanField(_("Confirmed"), default=True)
    test = models.BooleanField(_("Test"), default=False)
    edited = models.BooleanField(_("Edited"), default=False)
    financial_status = models.CharField(_("Financial Status"), max_length=30, blank=True)
    fulfillment_status = models.CharField(_("Fulfillment Status"), max_length=30, blank=True)
    return_status = models.CharField(_("Return Status"), max_length=30, blank=True)
    fully_paid = models.BooleanField(_("Fully Paid"), default=False)
    unpaid = models.BooleanField(_("Unpaid"), default=False)
    email = models.CharField(_("Email"), max_length=254, blank=True)
    phone_no = models.CharField(_("Phone No."), max_length=50, blank=True)
    customer_gid = models.CharField(_("Customer Id"), max_length=100, blank=True)
    channel_name = models.CharField(_("Channel Name"), max_length=100, blank=True)
    app_name = models.CharField(_("App Name"), max_length=100, blank=True)
    po_number = models.CharField(_("PO Number"), max_length=255, blank=True)
    discount_codes = models.CharField(_("Discount Codes"), max_length=500, blank=True)
    work_description = models.TextField(_("Work Description"), blank=True)
    tags = models.TextField(_("Tags"), blank=True)
    vat_included = models.BooleanField(_("VAT Included"), default=False)
    tax_exempt = models.BooleanField(_("Tax Exempt"), default=False)

    currency_code = models.CharField(_("Currency Code"), max_length=3)
    total_amount = _amount(_("Total Amount"))
    subtotal_amount = _amount(_("Subtotal Amount"))
    vat_amount = _amount(_("VAT Amount"))
    discount_amount = _amount(_("Discount Amount"))
    shipping_charges_amount = _amount(_("Shipping Charges Amount"))
    total_tip_received = _amount(_("Total Tip Received"))
    payment_rounding_amount = _amount(_("Payment Rounding Amount"))
    presentment_currency_code = models.CharField(_("Presentment Currency Code"), max_length=3)
    presentment_total_amount = _amount(_("Presentment Total Amount"))
    presentment_subtotal_amount = _amount(_("Presentment Subtotal Amount"))
    presentment_vat_amount = _amount(_("Presentment VAT Amount"))
    presentment_discount_amount = _amount(_("Presentment Discount Amount"))
    presentment_shipping_charges_amount = _amount(_("Presentment Shipping Charges Amount"))
    presentment_total_tip_received = _amount(_("Presentment Total Tip Received"))
    presentment_payment_rounding_amount = _amount(_("Presentment Payment Rounding Amount"))

    processed = models.BooleanField(
        _("Processed"), default=False, help_text=_("A sales document has been made from it.")
    )
    error_message = models.TextField(_("Error Message"), blank=True, default="")
    error_values = models.JSONField(default=dict)
    imported_at = models.DateTimeField(_("Imported At"))
    digest = models.CharField(max_length=64, editable=False)

    class Meta:
        verbose_name = _("Shopify Order")
        verbose_name_plural = _("Shopify Orders")
        ordering = ["-created_at", "-id"]
        constraints = [models.UniqueConstraint("shop", "gid", name="one_copy_of_an_order")]
        indexes = [
            models.Index("shop", "id", condition=models.Q(processed=False), name="order_unprocessed"),
            models.Index("created_at", "id", name="order_by_age"),
            models.Index("shopify_order_no", name="order_by_no"),
        ]

    def __str__(self) -> str:
        return self.shopify_order_no

    @property
    def error(self) -> str:
        """Why no sales document could be made, in the reader's language; empty when nothing is wrong."""
        return say(self.error_message, self.error_values)


class OrderAddress(models.Model):
    """One of an order's addresses, in the store's pieces."""

    class Kind(models.TextChoices):
        SELL_TO = "sell-to", _("Sell-to")
        SHIP_TO = "ship-to", _("Ship-to")
        BILL_TO = "bill-to", _("Bill-to")

    order = models.ForeignKey(Order, models.CASCADE, related_name="addresses")
    kind = models.CharField(max_length=10, choices=Kind)
    first_name = models.CharField(_("First Name"), max_length=255, blank=True)
    last_name = models.CharField(_("Last Name"), max_length=255, blank=True)
    company = models.CharField(_("Company"), max_length=255, blank=True)
    address = models.CharField(_("Address"), max_length=255, blank=True)
    address_2 = models.CharField(_("Address 2"), max_length=255, blank=True)
    city = models.CharField(_("City"), max_length=255, blank=True)
    post_code = models.CharField(_("Post Code"), max_length=255, blank=True)
    country_region_code = models.CharField(_("Country/Region Code"), max_length=10, blank=True)
    county_code = models.CharField(_("County Code"), max_length=255, blank=True)
    county_name = models.CharField(_("County"), max_length=255, blank=True)
    phone_no = models.CharField(_("Phone No."), max_length=255, blank=True)

    class Meta:
        verbose_name = _("Address")
        verbose_name_plural = _("Addresses")
        constraints = [models.UniqueConstraint("order", "kind", name="one_address_of_a_kind")]

    def __str__(self) -> str:
        return ", ".join(part for part in (self.address, self.post_code, self.city) if part)


class OrderLine(models.Model):
    """One line of an order; quantity is the original one, before refunds."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    gid = models.CharField(_("Line Id"), max_length=100)
    product_gid = models.CharField(_("Shopify Product Id"), max_length=100, blank=True)
    variant_gid = models.CharField(_("Shopify Variant Id"), max_length=100, blank=True)
    sku = models.CharField(_("SKU"), max_length=255, blank=True)
    description = models.CharField(_("Description"), max_length=500)
    variant_description = models.CharField(_("Variant Description"), max_length=500, blank=True)
    tip = models.BooleanField(_("Tip"), default=False)
    gift_card = models.BooleanField(_("Gift Card"), default=False)
    taxable = models.BooleanField(_("Taxable"), default=True)
    quantity = models.IntegerField(_("Quantity"))
    unit_price = _amount(_("Unit Price"))
    discount_amount = _amount(_("Discount Amount"))
    presentment_unit_price = _amount(_("Presentment Unit Price"))
    presentment_discount_amount = _amount(_("Presentment Discount Amount"))

    class Meta:
        verbose_name = _("Order Line")
        verbose_name_plural = _("Order Lines")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.description

    @property
    def custom(self) -> bool:
        """Whether it sells what is no product of the store: no item can be linked with it."""
        return not (self.variant_gid or self.sku or self.tip or self.gift_card)


class OrderShippingCharge(models.Model):
    """What the customer pays for having the order shipped."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="shipping_charges")
    gid = models.CharField(_("Shopify Shipping Line Id"), max_length=100)
    title = models.CharField(_("Title"), max_length=255)
    code = models.CharField(_("Code"), max_length=255, blank=True)
    source = models.CharField(_("Source"), max_length=255, blank=True)
    amount = _amount(_("Amount"))
    discount_amount = _amount(_("Discount Amount"))
    presentment_amount = _amount(_("Presentment Amount"))
    presentment_discount_amount = _amount(_("Presentment Discount Amount"))

    class Meta:
        verbose_name = _("Shipping Charge")
        verbose_name_plural = _("Shipping Charges")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.title


class OrderTaxLine(models.Model):
    """A tax the store has computed, of a line or of a shipping charge; `rate` is a fraction (0.255 is 25.5 %)."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="tax_lines")
    line = models.ForeignKey(OrderLine, models.CASCADE, null=True, related_name="tax_lines")
    shipping_charge = models.ForeignKey(
        OrderShippingCharge, models.CASCADE, null=True, related_name="tax_lines"
    )
    title = models.CharField(_("Title"), max_length=255)
    rate = models.DecimalField(_("Rate"), max_digits=12, decimal_places=8)
    amount = _amount(_("Amount"))
    presentment_amount = _amount(_("Presentment Amount"))
    channel_liable = models.BooleanField(_("Channel Liable"), default=False)

    class Meta:
        verbose_name = _("Tax Line")
        verbose_name_plural = _("Tax Lines")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.title


class OrderTransaction(models.Model):
    """A payment, authorisation or refund of an order."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="transactions")
    gid = models.CharField(_("Transaction Id"), max_length=100)
    gateway = models.CharField(_("Gateway"), max_length=100, blank=True)
    credit_card_company = models.CharField(_("Credit Card Company"), max_length=100, blank=True)
    kind = models.CharField(_("Type"), max_length=30)
    status = models.CharField(_("Status"), max_length=30)
    amount = _amount(_("Amount"))
    presentment_amount = _amount(_("Presentment Amount"))
    created_at = models.DateTimeField(_("Created At"), null=True)

    class Meta:
        verbose_name = _("Transaction")
        verbose_name_plural = _("Transactions")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.gateway}"
