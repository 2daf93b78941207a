"""The pages of the store's side: shops, orders, and the mappings between the two sides' words."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from jono.jobs.models import Run
from jono.shopify.models import Order, Shop
from jono.shopify.schema import API_VERSION, accessible_until
from jono.shopify.webhooks import last_received_at
from jono.sync.models import PaymentMethodMapping, ShipmentMethodMapping, VariantLink
from jono.web import connection_actions, syncs
from jono.web import shops as shop_form
from jono.web.pages import Action, CardPage, Column, Cue, Field, Group, ListPage, Room
from jono.web.rooms.orders import orders
from jono.web.rooms.runs import runs
from jono.web.rooms.store_log import calls, privacy_requests, webhooks


def section(caption: Any, record: str, *fields: str | Field, open: bool = False) -> Group:
    """A group with the editable fields of one of a shop's sections."""
    made = [field if isinstance(field, Field) else Field(field, editable=True) for field in fields]
    return Group(caption, made, record=record, open=open)


def account(name: str) -> Field:
    """A field for an account that sales may be written on."""
    return Field(name, editable=True, suggest=shop_form.accounts)


shops = ListPage(
    name="shopify-shops",
    model=Shop,
    caption=_("Shopify Shops"),
    keywords=_("store connection token settings setup"),
    icon="shop",
    columns=[
        Column("code"),
        Column("shopify_url"),
        Column("company_code"),
        Column("enabled", filter=True),
        Column("allow_background_syncs", wide=True),
    ],
    search=["code", "shopify_url", "company_code"],
    order=["code"],
    empty=_("No shop yet. Press New (Alt+N) and enter your store's address and access token."),
    card=CardPage(
        _("Shopify Shop"),
        [
            Group(
                _("General"),
                [
                    Field("code", editable=True, once=True),
                    Field("company_code", editable=True, suggest=shop_form.companies),
                    Field("shopify_url", editable=True),
                    Field("currency_code", editable=True),
                    Field("enabled", editable=True, switch=True, turned=connection_actions.check_if_enabled),
                    Field("allow_background_syncs", editable=True, switch=True),
                    Field("allow_outgoing_requests", editable=True, switch=True),
                    Field("logging_mode", editable=True),
                    Field("log_personal_data", editable=True),
                ],
            ),
            Group(
                _("Connection"),
                [
                    Field("sign_in_method", editable=True),
                    Field("sealed_token", _("Has Access Token"), value=lambda one: bool(one.sealed_token)),
                    Field("access_token", secret=True),
                    Field("client_id", editable=True),
                    Field("client_secret", secret=True),
                    Field("token_expires_at"),
                    Field("store_domain"),
                    Field("tested_at"),
                    Field("api_version", _("Shopify Admin API Version"), value=lambda _one: API_VERSION),
                    Field(
                        "update_before",
                        _("Update API Version Before"),
                        value=lambda _one: accessible_until(API_VERSION).date(),
                    ),
                    Field("served_version"),
                    Field("webhooks_checked_at"),
                    Field(
                        "webhook_received_at", _("Last Webhook"), value=lambda one: last_received_at(one.shop)
                    ),
                    Field(
                        "webhooks_missed", help=_("Orders that polling found changed and no webhook told of.")
                    ),
                ],
                record="connection",
            ),
            section(
                _("Order Synchronization and Processing"),
                "orders_section",
                "order_created_webhooks",
                "auto_create_sales_documents",
                "create_fulfilled_orders_as_invoices",
                "auto_release_sales_documents",
                "use_shopify_order_no",
                "shopify_order_no_on_doc_line",
                "currency_handling",
                account("shipping_charges_account"),
                account("sold_gift_card_account"),
                account("tip_account"),
                account("cash_roundings_account"),
                account("custom_items_account"),
                open=True,
            ),
            section(
                _("Customer Synchronization"),
                "customers_section",
                "customer_mapping_type",
                "auto_create_unknown_customers",
                Field("customer_template_code", editable=True, suggest=shop_form.templates),
                Field("default_customer_no", editable=True, suggest=shop_form.customers),
                "name_source",
                "name_2_source",
                "contact_source",
                "county_source",
            ),
            section(
                _("Item/Product Synchronization"), "products_section", "sku_mapping", "sku_field_separator"
            ),
        ],
        fill_in=shop_form.ShopForm,
        new=True,
        actions=[
            Action(
                "test-connection",
                _("Test Connection"),
                connection_actions.test_connection,
                icon="success",
                permission="shopify.change_shop",
                keywords=_("scopes token sign in access"),
            ),
            Action(
                "sync-orders",
                _("Sync Orders"),
                syncs.sync_orders,
                icon="sync",
                primary=True,
                permission="jobs.add_jobqueueentry",
                keywords=_("import fetch orders from store now"),
                in_place=True,
            ),
            Action(
                "create-documents",
                _("Create Sales Documents"),
                syncs.create_documents,
                icon="document",
                permission="jobs.add_jobqueueentry",
                keywords=_("process orders sales orders invoices"),
                in_place=True,
            ),
        ],
    ),
)

variants = ListPage(
    name="variant-links",
    model=VariantLink,
    caption=_("Linked Variants"),
    keywords=_("products items sku mapping"),
    icon="mapping",
    columns=[Column("variant_gid"), Column("item_no"), Column("variant_code"), Column("shop", filter=True)],
    search=["variant_gid", "item_no", "variant_code"],
    related=["shop"],
    empty=_(
        "A variant of the store is linked with its item when it is first sold; here you can also link it yourself."
    ),
    card=CardPage(
        _("Linked Variant"),
        [
            Group(
                _("General"),
                [
                    Field("shop", editable=True, once=True),
                    Field("variant_gid", editable=True, once=True),
                    Field("item_no", editable=True),
                    Field("variant_code", editable=True),
                ],
            )
        ],
        new=True,
    ),
)

shipment_methods = ListPage(
    name="shipment-method-mapping",
    model=ShipmentMethodMapping,
    caption=_("Shipment Method Mapping"),
    keywords=_("shipping delivery freight"),
    icon="mapping",
    columns=[
        Column("title"),
        Column("shipment_method_code"),
        Column("shipping_charges_account"),
        Column("shop", filter=True),
    ],
    search=["title", "shipment_method_code"],
    related=["shop"],
    order=["shop", "title"],
    empty=_("Press New (Alt+N) to say which shipment method a shipping charge of the store is."),
    card=CardPage(
        _("Shipment Method Mapping"),
        [
            Group(
                _("General"),
                [
                    Field("shop", editable=True, once=True),
                    Field("title", editable=True, once=True),
                    Field("shipment_method_code", editable=True),
                    Field("shipping_charges_account", editable=True),
                ],
            )
        ],
        new=True,
    ),
)

payment_methods = ListPage(
    name="payment-method-mapping",
    model=PaymentMethodMapping,
    caption=_("Payment Method Mapping"),
    keywords=_("gateway card pay"),
    icon="mapping",
    columns=[
        Column("gateway"),
        Column("credit_card_company"),
        Column("payment_method_code"),
        Column("shop", filter=True),
    ],
    search=["gateway", "credit_card_company", "payment_method_code"],
    related=["shop"],
    order=["shop", "gateway"],
    empty=_(
        "A line appears with the first order that was paid in a new way; then say which payment method that is."
    ),
    card=CardPage(
        _("Payment Method Mapping"),
        [
            Group(
                _("General"),
                [
                    Field("shop", editable=True, once=True),
                    Field("gateway", editable=True, once=True),
                    Field("credit_card_company", editable=True, once=True),
                    Field("payment_method_code", editable=True),
                ],
            )
        ],
        new=True,
    ),
)

ROOM = Room(
    caption=_("Shopify"),
    pages=[shops, orders, variants, shipment_methods, payment_methods, calls, webhooks, privacy_requests],
    cues=[
        Cue(
            caption=_("Unprocessed Orders"),
            page=orders.name,
            query="?processed=False",
            count=Order.objects.filter(processed=False).count,
            tone="warn",
        ),
        Cue(
            caption=_("Synchronization Errors"),
            page=runs.name,
            query="?status=error",
            count=Run.objects.filter(status=Run.Status.ERROR).count,
            tone="bad",
        ),
    ],
)
