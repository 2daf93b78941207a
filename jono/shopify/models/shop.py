"""A shop: one connection to a store and the rules that go with it, a section a table."""

from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from jono.kit.clock import now
from jono.kit.secrets import decrypt, encrypt

FORMER_SECRET_LASTS = timedelta(hours=1)


class Shop(models.Model):
    """A store that is kept in step with a company (the connector's table 30102, "Shopify Shop")."""

    class LoggingMode(models.TextChoices):
        ERROR_ONLY = "error only", _("Error Only")
        ALL = "all", _("All")
        DISABLED = "disabled", _("Disabled")

    code = models.CharField(_("Code"), max_length=20, primary_key=True)
    company_code = models.CharField(_("Company"), max_length=20)
    shopify_url = models.CharField(_("Shopify Admin URL"), max_length=250)
    enabled = models.BooleanField(_("Enabled"), default=False)
    allow_background_syncs = models.BooleanField(
        _("Allow Background Syncs"),
        default=True,
        help_text=_("On: a sync started by hand becomes a job queue entry. Off: it runs while you wait."),
    )
    allow_outgoing_requests = models.BooleanField(
        _("Allow Data Sync to Shopify"),
        default=True,
        help_text=_("Off: nothing is changed in the store, whatever job wants to."),
    )
    logging_mode = models.CharField(
        _("Logging Mode"), max_length=10, choices=LoggingMode, default=LoggingMode.ERROR_ONLY
    )
    log_personal_data = models.BooleanField(
        _("Log Personal Data"),
        default=False,
        help_text=_("On: names, addresses, e-mails and phone numbers stay readable in logged calls."),
    )
    currency_code = models.CharField(
        _("Currency Code"), max_length=10, blank=True, help_text=_("Blank: the company's local currency.")
    )

    class Meta:
        verbose_name = _("Shopify Shop")
        verbose_name_plural = _("Shopify Shops")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class ShopConnection(models.Model):
    """How the shop signs in to its store, and what is known of the store's side of it."""

    class SignInMethod(models.TextChoices):
        TOKEN = "token", _("Access Token")
        CLIENT_CREDENTIALS = "client credentials", _("Client ID and Secret")

    shop = models.OneToOneField(Shop, models.CASCADE, primary_key=True, related_name="connection")
    sign_in_method = models.CharField(
        _("Sign-in Method"), max_length=20, choices=SignInMethod, default=SignInMethod.TOKEN
    )
    client_id = models.CharField(
        _("Client ID"), max_length=100, blank=True, help_text=_("Of the store's app in the Dev Dashboard.")
    )
    sealed_client_secret = models.TextField(blank=True, default="", editable=False)
    sealed_former_secret = models.TextField(blank=True, default="", editable=False)
    secret_changed_at = models.DateTimeField(null=True, editable=False)
    sealed_token = models.TextField(blank=True, default="", editable=False)
    token_expires_at = models.DateTimeField(_("Access Token Valid Until"), null=True, editable=False)
    token_renewed_at = models.DateTimeField(null=True, editable=False)
    renewing_until = models.DateTimeField(null=True, editable=False)
    store_domain = models.CharField(_("Store Domain"), max_length=250, blank=True, editable=False)
    tested_at = models.DateTimeField(_("Last Tested"), null=True, editable=False)
    served_version = models.CharField(_("Answering API Version"), max_length=10, blank=True, editable=False)
    webhooks_missed = models.PositiveIntegerField(_("Missed by Webhooks"), default=0, editable=False)
    webhooks_checked_at = models.DateTimeField(_("Webhooks Last Checked"), null=True, editable=False)
    webhook_entry_no = models.BigIntegerField(null=True, editable=False)
    check_entry_no = models.BigIntegerField(null=True, editable=False)

    class Meta:
        verbose_name = _("Connection")

    def __str__(self) -> str:
        return self.shop_id

    @property
    def access_token(self) -> str:
        """The Admin API access token in the clear; empty when there is none."""
        return decrypt(self.sealed_token) if self.sealed_token else ""

    @access_token.setter
    def access_token(self, token: str) -> None:
        self.sealed_token = encrypt(token) if token else ""

    @property
    def client_secret(self) -> str:
        """The app's client secret in the clear, which webhooks are signed with, too; empty when none was given."""
        return decrypt(self.sealed_client_secret) if self.sealed_client_secret else ""

    @client_secret.setter
    def client_secret(self, secret: str) -> None:
        """Take a new secret; the store goes on signing with the one before for up to an hour."""
        if secret != self.client_secret:
            self.sealed_former_secret, self.secret_changed_at = self.sealed_client_secret, now()
            self.sealed_client_secret = encrypt(secret) if secret else ""

    def signing_secrets(self, at: datetime) -> list[str]:
        """Return the secrets that webhooks may be signed with at that time."""
        former = self.sealed_former_secret
        lately = self.secret_changed_at and at < self.secret_changed_at + FORMER_SECRET_LASTS
        return [decrypt(sealed) for sealed in (self.sealed_client_secret, former if lately else "") if sealed]


class OrderSettings(models.Model):
    """What becomes of the shop's orders (connector reference 2.6)."""

    class CurrencyHandling(models.TextChoices):
        SHOP = "shop", _("Shop Currency")
        PRESENTMENT = "presentment", _("Presentment Currency")

    shop = models.OneToOneField(Shop, models.CASCADE, primary_key=True, related_name="orders_section")
    order_created_webhooks = models.BooleanField(
        _("Order Created Webhooks"),
        default=False,
        help_text=_(
            "The store says at once when an order is new or has changed. Sync Orders stays the safety net."
        ),
    )
    auto_create_sales_documents = models.BooleanField(_("Auto Create Sales Documents"), default=False)
    create_fulfilled_orders_as_invoices = models.BooleanField(
        _("Create Fulfilled Orders as Invoices"), default=True
    )
    auto_release_sales_documents = models.BooleanField(_("Auto Release Sales Documents"), default=True)
    use_shopify_order_no = models.BooleanField(_("Use Shopify Order No."), default=False)
    shopify_order_no_on_doc_line = models.BooleanField(_("Shopify Order No. on Doc. Line"), default=False)
    currency_handling = models.CharField(
        _("Currency Handling"), max_length=12, choices=CurrencyHandling, default=CurrencyHandling.SHOP
    )
    shipping_charges_account = models.CharField(_("Shipping Charges Account"), max_length=20, blank=True)
    sold_gift_card_account = models.CharField(_("Sold Gift Card Account"), max_length=20, blank=True)
    tip_account = models.CharField(_("Tip Account"), max_length=20, blank=True)
    custom_items_account = models.CharField(
        _("Custom Items Account"),
        max_length=20,
        blank=True,
        help_text=_("For what is sold without being a product of the store."),
    )
    cash_roundings_account = models.CharField(_("Cash Roundings Account"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("Order Synchronization and Processing")

    def __str__(self) -> str:
        return self.shop_id


class CustomerSettings(models.Model):
    """Which customer an order is for (connector reference 2.4)."""

    class MappingType(models.TextChoices):
        EMAIL_OR_PHONE = "email or phone", _("By EMail/Phone")
        DEFAULT = "default", _("Always take the default customer")

    class NameSource(models.TextChoices):
        COMPANY = "company", _("Company Name")
        FIRST_LAST = "first last", _("First Name and Last Name")
        LAST_FIRST = "last first", _("Last Name and First Name")
        NONE = "none", _("None")

    class CountySource(models.TextChoices):
        CODE = "code", _("Code")
        NAME = "name", _("Name")

    shop = models.OneToOneField(Shop, models.CASCADE, primary_key=True, related_name="customers_section")
    customer_mapping_type = models.CharField(
        _("Customer Mapping Type"), max_length=20, choices=MappingType, default=MappingType.EMAIL_OR_PHONE
    )
    auto_create_unknown_customers = models.BooleanField(_("Auto Create Unknown Customers"), default=False)
    customer_template_code = models.CharField(_("Customer Template Code"), max_length=20, blank=True)
    default_customer_no = models.CharField(_("Default Customer No."), max_length=20, blank=True)
    name_source = models.CharField(
        _("Name Source"), max_length=12, choices=NameSource, default=NameSource.COMPANY
    )
    name_2_source = models.CharField(
        _("Name 2 Source"), max_length=12, choices=NameSource, default=NameSource.FIRST_LAST
    )
    contact_source = models.CharField(
        _("Contact Source"), max_length=12, choices=NameSource, default=NameSource.FIRST_LAST
    )
    county_source = models.CharField(
        _("County Source"), max_length=12, choices=CountySource, default=CountySource.CODE
    )

    class Meta:
        verbose_name = _("Customer Synchronization")

    def __str__(self) -> str:
        return self.shop_id


class ProductSettings(models.Model):
    """How the store's variants find their items (connector reference 2.2)."""

    class SkuMapping(models.TextChoices):
        NONE = "none", _("None")
        ITEM_NO = "item no", _("Item No.")
        VARIANT_CODE = "variant code", _("Variant Code")
        ITEM_NO_AND_VARIANT_CODE = "item no and variant code", _("Item No. + Variant Code")
        BAR_CODE = "bar code", _("Bar Code")

    shop = models.OneToOneField(Shop, models.CASCADE, primary_key=True, related_name="products_section")
    sku_mapping = models.CharField(
        _("SKU Mapping"), max_length=30, choices=SkuMapping, default=SkuMapping.ITEM_NO
    )
    sku_field_separator = models.CharField(_("SKU Field Separator"), max_length=10, default="|")

    class Meta:
        verbose_name = _("Item/Product Synchronization")

    def __str__(self) -> str:
        return self.shop_id
