"""The pages of the store's orders: the list, and a card with all that the store told."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jono.office.models import SalesHeader
from jono.shopify.models import Order, OrderAddress
from jono.web import store_words, syncs
from jono.web.pages import Action, CardForm, CardPage, Column, Field, Group, ListPage, Part, Record
from jono.web.shown import Amount, Badge, percent

MONEYS = (
    ("total_amount", _("Total Amount")),
    ("subtotal_amount", _("Subtotal Amount")),
    ("shipping_charges_amount", _("Shipping Charges Amount")),
    ("vat_amount", _("VAT Amount")),
    ("discount_amount", _("Discount Amount")),
    ("total_tip_received", _("Total Tip Received")),
    ("payment_rounding_amount", _("Payment Rounding Amount")),
)


def with_links() -> QuerySet[Order]:
    """The orders with what their list and card show of other tables."""
    return Order.objects.select_related("shop", "sales_document").prefetch_related("addresses")


def state_of(order: Order) -> Badge:
    """How far an order has come on its way to a sales document."""
    if order.processed:
        return Badge(gettext("Processed"), "good")
    return Badge(gettext("Error"), "bad") if order.error_message else Badge(gettext("Unprocessed"), "warn")


def address_of_kind(order: Order, kind: str) -> OrderAddress | None:
    """The order's sell-to, ship-to or bill-to address."""
    return next((address for address in order.addresses.all() if address.kind == kind), None)


def buyer_of(order: Order) -> str:
    """Who ordered, in a few words."""
    address = address_of_kind(order, OrderAddress.Kind.SELL_TO)
    name = " ".join(filter(None, (address.first_name, address.last_name))) if address else ""
    return name or (address.company if address else "") or order.email


def document_no(order: Record) -> str:
    """The number of the sales document made from the order."""
    link = getattr(order, "sales_document", None)
    return link.document_no if link else ""


def document_of(order: Record) -> SalesHeader | str | None:
    """The sales document made from the order; its number alone when it is in another ERP."""
    link = getattr(order, "sales_document", None)
    if link is None:
        return None
    try:
        key = UUID(link.document_id)
    except ValueError:
        return str(link.document_no)
    return SalesHeader.objects.filter(pk=key).first() or str(link.document_no)


def amounts_of(order: Order, _form: CardForm | None) -> Mapping[str, Any]:
    """The order's amounts in the shop's currency and, where it is another, in the customer's."""
    two = order.currency_code != order.presentment_currency_code
    rows = [
        (
            caption,
            Amount(getattr(order, name), order.currency_code),
            Amount(getattr(order, f"presentment_{name}"), order.presentment_currency_code),
        )
        for name, caption in MONEYS
    ]
    return {"rows": rows, "two": two}


def address_group(caption: Any, kind: str) -> Group:
    """A group with one of the order's addresses."""
    names = (
        "first_name", "last_name", "company", "address", "address_2", "post_code", "city", "county_name",
        "country_region_code", "phone_no",
    )  # fmt: skip

    def part(name: str) -> Field:
        stored = OrderAddress._meta.get_field(name)
        return Field(
            f"{kind}-{name}",
            getattr(stored, "verbose_name", name),
            value=lambda order: getattr(address_of_kind(order, kind), name, None),
        )

    fields = [part(name) for name in names]
    return Group(caption, fields, shown=lambda order: address_of_kind(order, kind) is not None, open=False)


lines = Part(
    name="lines",
    caption=_("Lines"),
    rows=lambda order: order.lines.select_related("order"),
    columns=[
        Column("description"),
        Column("variant_description", wide=True),
        Column("sku"),
        Column("quantity"),
        Column("unit_price", currency="order.currency_code"),
        Column("discount_amount", currency="order.currency_code"),
        Column("presentment_unit_price", currency="order.presentment_currency_code", wide=True),
        Column("gift_card", wide=True),
        Column("tip", wide=True),
    ],
    order=["id"],
    empty=_("The order has no lines."),
)

shipping = Part(
    name="shipping",
    caption=_("Shipping Charges"),
    rows=lambda order: order.shipping_charges.select_related("order"),
    columns=[
        Column("title"),
        Column("code"),
        Column("amount", currency="order.currency_code"),
        Column("discount_amount", currency="order.currency_code"),
        Column("presentment_amount", currency="order.presentment_currency_code", wide=True),
    ],
    order=["id"],
    shown=lambda order: order.shipping_charges.exists(),
)

taxes = Part(
    name="taxes",
    caption=_("Tax Lines"),
    rows=lambda order: order.tax_lines.select_related("order", "line", "shipping_charge"),
    columns=[
        Column("title"),
        Column("of", _("Of"), value=lambda tax: tax.line or tax.shipping_charge),
        Column("rate", value=lambda tax: percent(tax.rate), caption=_("Rate")),
        Column("amount", currency="order.currency_code"),
        Column("presentment_amount", currency="order.presentment_currency_code", wide=True),
        Column("channel_liable", wide=True),
    ],
    order=["id"],
    shown=lambda order: order.tax_lines.exists(),
)

payments = Part(
    name="payments",
    caption=_("Transactions"),
    rows=lambda order: order.transactions.select_related("order"),
    columns=[
        Column("created_at"),
        Column("kind", words=store_words.TRANSACTION_KIND),
        Column("status", words=store_words.TRANSACTION_STATUS),
        Column("gateway"),
        Column("credit_card_company", wide=True),
        Column("amount", currency="order.currency_code"),
    ],
    order=["id"],
    shown=lambda order: order.transactions.exists(),
)

ACTIONS = [
    Action(
        "create-document",
        _("Create Sales Document"),
        syncs.create_documents_of,
        icon="document",
        primary=True,
        permission="jobs.add_jobqueueentry",
        keywords=_("sales order invoice process"),
        in_place=True,
        shown=lambda order: not order.processed,
    ),
    Action(
        "sync-order",
        _("Sync Order from Shopify"),
        syncs.sync_these_orders,
        icon="sync",
        permission="jobs.add_jobqueueentry",
        in_place=True,
    ),
]

orders = ListPage(
    name="shopify-orders",
    model=Order,
    records=with_links,
    caption=_("Shopify Orders"),
    keywords=_("store sales imported unprocessed"),
    icon="order",
    columns=[
        Column("shopify_order_no"),
        Column("state", _("State"), value=state_of),
        Column("created_at"),
        Column("buyer", _("Sell-to"), value=buyer_of),
        Column("total_amount", currency="currency_code"),
        Column("financial_status", words=store_words.FINANCIAL, filter=True, wide=True),
        Column("fulfillment_status", words=store_words.FULFILLMENT, filter=True, wide=True),
        Column("document", _("Sales Document"), value=document_no),
        Column("processed", filter=True, filter_only=True),
        Column("shop", filter=True, filter_only=True),
    ],
    search=[
        "shopify_order_no",
        "email",
        "addresses__last_name",
        "addresses__company",
        "sales_document__document_no",
    ],
    order=["-created_at", "-id"],
    actions=ACTIONS,
    empty=_("No orders yet. Open the shop's card and press Sync Orders."),
    card=CardPage(
        _("Shopify Order"),
        [
            Group(
                _("Error"),
                template="web/jobs/error.html",
                context=lambda order, _form: {"message": order.error},
                shown=lambda order: bool(order.error_message),
            ),
            Group(
                _("General"),
                [
                    Field("document", _("Sales Document"), value=document_of),
                    Field("buyer", _("Sell-to"), value=buyer_of),
                    Field("email"),
                    Field("phone_no"),
                    Field("shop"),
                    Field("created_at"),
                    Field("financial_status", words=store_words.FINANCIAL),
                    Field("fulfillment_status", words=store_words.FULFILLMENT),
                    Field("return_status", words=store_words.RETURN),
                    Field("cancelled_at", shown=lambda order: order.cancelled_at is not None),
                    Field(
                        "cancel_reason",
                        words=store_words.CANCEL_REASON,
                        shown=lambda order: bool(order.cancel_reason),
                    ),
                    Field("closed_at", shown=lambda order: order.closed_at is not None),
                    Field("po_number"),
                    Field("discount_codes"),
                    Field("channel_name"),
                    Field("app_name"),
                    Field("test"),
                    Field("tags"),
                    Field("work_description"),
                    Field("imported_at"),
                ],
            ),
            Group(
                _("Amounts"),
                [Field("vat_included"), Field("tax_exempt")],
                template="web/amounts.html",
                context=amounts_of,
            ),
            address_group(_("Sell-to Address"), OrderAddress.Kind.SELL_TO),
            address_group(_("Ship-to Address"), OrderAddress.Kind.SHIP_TO),
            address_group(_("Bill-to Address"), OrderAddress.Kind.BILL_TO),
        ],
        status=Field("state", value=state_of),
        parts=[lines, shipping, taxes, payments],
        actions=ACTIONS,
    ),
)
