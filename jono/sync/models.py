"""What ties the two sides together: links between their records, mappings between their words, cursors."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from jono.shopify.models import Order, Shop


class Cursor(models.Model):
    """How far a flow has read in a store: up to records changed at `updated_at`."""

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="cursors")
    flow = models.CharField(_("Synchronization Type"), max_length=30)
    updated_at = models.DateTimeField(_("Last Sync Time"))
    caught_up = models.BooleanField(
        _("Caught Up"),
        default=False,
        help_text=_("The first import, which leaves out archived records, has ended."),
    )

    class Meta:
        verbose_name = _("Synchronization Cursor")
        verbose_name_plural = _("Synchronization Cursors")
        constraints = [models.UniqueConstraint("shop", "flow", name="one_cursor_of_a_flow")]

    def __str__(self) -> str:
        return f"{self.shop_id} {self.flow}"


class SalesDocumentLink(models.Model):
    """The sales document that was made from an order. One an order, ever."""

    order = models.OneToOneField(Order, models.CASCADE, primary_key=True, related_name="sales_document")
    company_code = models.CharField(_("Company"), max_length=20)
    document_type = models.CharField(_("Document Type"), max_length=10)
    document_no = models.CharField(_("Document No."), max_length=20)
    document_id = models.CharField(max_length=50)

    class Meta:
        verbose_name = _("Sales Document of an Order")
        verbose_name_plural = _("Sales Documents of Orders")

    def __str__(self) -> str:
        return self.document_no


class CustomerLink(models.Model):
    """Which customer of the company a customer of the store is."""

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="customer_links")
    customer_gid = models.CharField(_("Shopify Customer Id"), max_length=100)
    customer_no = models.CharField(_("Customer No."), max_length=20)

    class Meta:
        verbose_name = _("Customer Link")
        verbose_name_plural = _("Customer Links")
        constraints = [
            models.UniqueConstraint("shop", "customer_gid", name="one_customer_of_a_store_customer")
        ]

    def __str__(self) -> str:
        return self.customer_no


class VariantLink(models.Model):
    """Which item, and variant of it, a variant of the store is."""

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="variant_links", verbose_name=_("Shop"))
    variant_gid = models.CharField(_("Shopify Variant Id"), max_length=100)
    item_no = models.CharField(_("Item No."), max_length=20)
    variant_code = models.CharField(_("Variant Code"), max_length=10, blank=True)

    class Meta:
        verbose_name = _("Variant Link")
        verbose_name_plural = _("Variant Links")
        constraints = [models.UniqueConstraint("shop", "variant_gid", name="one_item_of_a_variant")]

    def __str__(self) -> str:
        return f"{self.item_no} {self.variant_code}".strip()


class ShipmentMethodMapping(models.Model):
    """What a shipping charge of the store is in the company's words."""

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="shipment_methods", verbose_name=_("Shop"))
    title = models.CharField(_("Title"), max_length=255)
    shipment_method_code = models.CharField(_("Shipment Method Code"), max_length=10, blank=True)
    shipping_charges_account = models.CharField(
        _("Shipping Charges Account"),
        max_length=20,
        blank=True,
        help_text=_("Blank: the shop's shipping charges account."),
    )

    class Meta:
        verbose_name = _("Shipment Method Mapping")
        verbose_name_plural = _("Shipment Method Mapping")
        constraints = [models.UniqueConstraint("shop", "title", name="one_mapping_of_a_shipping_title")]

    def __str__(self) -> str:
        return self.title


class PaymentMethodMapping(models.Model):
    """What a way to pay is in the company's words. Rows appear with the first order that was paid so."""

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="payment_methods", verbose_name=_("Shop"))
    gateway = models.CharField(_("Gateway"), max_length=100)
    credit_card_company = models.CharField(_("Credit Card Company"), max_length=100, blank=True)
    payment_method_code = models.CharField(_("Payment Method Code"), max_length=10, blank=True)

    class Meta:
        verbose_name = _("Payment Method Mapping")
        verbose_name_plural = _("Payment Method Mapping")
        constraints = [
            models.UniqueConstraint("shop", "gateway", "credit_card_company", name="one_mapping_of_a_gateway")
        ]

    def __str__(self) -> str:
        return f"{self.gateway} {self.credit_card_company}".strip()
