"""The pages of the back office that people open daily: sales documents, customers, items."""

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from jono.office.models import Customer, Item, SalesHeader
from jono.sync.models import SalesDocumentLink
from jono.web.office_forms import OfficeForm
from jono.web.pages import CardPage, Column, Field, Group, ListPage, Part, Record, Room
from jono.web.rooms import office_setup
from jono.web.shown import Link, address_of

STATUS = {"Open": "warn", "Released": "good"}
CURRENCY = "currency_iso_code"
LINE_CURRENCY = "document.currency_iso_code"


def edited(*names: str) -> list[Field]:
    """Fields that can be changed on the card."""
    return [Field(name, editable=True) for name in names]


def order_of(document: SalesHeader) -> Any:
    """The store's order that a document was made from."""
    link = SalesDocumentLink.objects.select_related("order").filter(document_id=str(document.pk)).first()
    if link is None:
        return document.shopify_order_no
    return Link(document.shopify_order_no, address_of(link.order))


def sold(line: Record) -> Any:
    """What a line sells."""
    return line.item or line.no


document_lines = Part(
    name="lines",
    caption=_("Lines"),
    rows=lambda document: document.lines.select_related(
        "document__currency",
        "document__company",
        "item",
        "variant",
        "gl_account",
        "location",
        "unit_of_measure",
    ),
    columns=[
        Column("type", wide=True),
        Column("no", _("No."), value=sold),
        Column("variant", wide=True),
        Column("description"),
        Column("location", wide=True),
        Column("quantity"),
        Column("unit_of_measure", wide=True),
        Column("unit_price", currency=LINE_CURRENCY),
        Column("line_discount_amount", currency=LINE_CURRENCY, wide=True),
        Column("line_amount", currency=LINE_CURRENCY),
        Column("vat_percent", wide=True),
        Column("amount_including_vat", currency=LINE_CURRENCY),
    ],
    order=["line_no"],
    empty=_("The document has no lines."),
)


def address_group(caption: Any, side: str, *more: str) -> Group:
    """The fields of one of a document's addresses."""
    names = ("address", "address_2", "post_code", "city", "county", "country_region_code", *more)
    return Group(caption, [Field(f"{side}_{name}") for name in names], open=False)


document_card = CardPage(
    _("Sales Document"),
    [
        Group(
            _("General"),
            [
                Field("no"),
                Field("shopify_order_no", value=order_of, caption=_("Shopify Order No.")),
                Field("sell_to_customer"),
                Field("sell_to_customer_name"),
                Field("document_date"),
                Field("posting_date"),
                Field("order_date"),
                Field("due_date"),
                Field("external_document_no"),
                Field("company"),
                Field("work_description"),
            ],
        ),
        Group(
            _("Amounts"),
            [
                Field("amount", currency=CURRENCY),
                Field("invoice_discount_amount", currency=CURRENCY),
                Field("amount_including_vat", currency=CURRENCY),
                Field("prices_including_vat"),
                Field("vat_bus_posting_group"),
                Field("payment_terms"),
                Field("payment_method"),
                Field("shipment_method"),
                Field("location"),
            ],
        ),
        address_group(_("Sell-to Address"), "sell_to", "contact", "phone_no", "email"),
        address_group(_("Ship-to Address"), "ship_to", "name", "contact"),
        address_group(_("Bill-to Address"), "bill_to", "name", "contact"),
    ],
    title=lambda document: f"{document.no} · {document.sell_to_customer_name}",
    status=Field("status", tones=STATUS),
    parts=[document_lines],
)


def documents(kind: str, name: str, caption: Any, singular: Any, keywords: Any, empty: Any) -> ListPage:
    """The page of the sales documents of one kind."""
    return ListPage(
        name=name,
        model=SalesHeader,
        records=lambda: SalesHeader.objects.filter(document_type=kind),
        holds=lambda document: document.document_type == kind,
        caption=caption,
        keywords=keywords,
        icon="document",
        columns=[
            Column("no"),
            Column("status", tones=STATUS, filter=True),
            Column("sell_to_customer_name"),
            Column("shopify_order_no"),
            Column("posting_date"),
            Column("due_date", wide=True),
            Column("amount", currency=CURRENCY, wide=True),
            Column("amount_including_vat", currency=CURRENCY),
            Column("company", filter=True, wide=True),
        ],
        search=["no", "sell_to_customer_name", "shopify_order_no", "external_document_no"],
        order=["-posting_date", "-no"],
        related=["company", "currency"],
        empty=empty,
        card=replace(document_card, caption=singular),
    )


sales_orders = documents(
    SalesHeader.DocumentType.ORDER,
    "sales-orders",
    _("Sales Orders"),
    _("Sales Order"),
    _("documents sell customers"),
    _(
        "No sales orders. They are made from Shopify orders: open the shop's card and press Create Sales Documents."
    ),
)

sales_invoices = documents(
    SalesHeader.DocumentType.INVOICE,
    "sales-invoices",
    _("Sales Invoices"),
    _("Sales Invoice"),
    _("documents bill customers"),
    _(
        "No sales invoices. Shopify orders that are fulfilled already become invoices, where the shop says so."
    ),
)

TERMS = edited(
    "vat_bus_posting_group",
    "payment_terms",
    "payment_method",
    "shipment_method",
    "location",
    "currency",
    "prices_including_vat",
)

customers = ListPage(
    name="customers",
    model=Customer,
    caption=_("Customers"),
    keywords=_("buyers people companies"),
    icon="customer",
    columns=[
        Column("no"),
        Column("name"),
        Column("email"),
        Column("phone_no", wide=True),
        Column("post_code", wide=True),
        Column("city"),
        Column("blocked", filter=True, wide=True),
        Column("company", filter=True, wide=True),
    ],
    search=["no", "name", "email", "phone_no", "city"],
    order=["no"],
    related=["company"],
    empty=_("No customers yet. Press New (Alt+N), or let the shop create them with its orders."),
    card=CardPage(
        _("Customer"),
        [
            Group(
                _("General"),
                [
                    Field("company", editable=True, once=True),
                    Field("no", editable=True, once=True),
                    *edited(
                        "name", "name_2", "contact", "email", "phone_no", "vat_registration_no", "blocked"
                    ),
                ],
            ),
            Group(
                _("Address"),
                edited("address", "address_2", "post_code", "city", "county", "country_region_code"),
            ),
            Group(_("Invoicing"), [*TERMS, Field("bill_to_customer", editable=True)]),
        ],
        title=lambda customer: f"{customer.no} · {customer.name}",
        fill_in=OfficeForm,
        new=True,
    ),
)

item_variants = Part(
    name="variants",
    caption=_("Item Variants"),
    rows=lambda item: item.variants.all(),
    columns=[Column("code"), Column("description"), Column("blocked"), Column("sales_blocked")],
    order=["code"],
    shown=lambda item: item.variants.exists(),
)

items = ListPage(
    name="items",
    model=Item,
    caption=_("Items"),
    keywords=_("products goods stock sku"),
    icon="item",
    columns=[
        Column("no"),
        Column("description"),
        Column("type", filter=True, wide=True),
        Column("base_unit_of_measure", wide=True),
        Column("unit_price"),
        Column("vat_prod_posting_group"),
        Column("gtin", wide=True),
        Column("blocked", filter=True, wide=True),
        Column("company", filter=True, wide=True),
    ],
    search=["no", "description", "gtin", "variants__code", "references__reference_no"],
    order=["no"],
    related=["company", "base_unit_of_measure", "vat_prod_posting_group"],
    empty=_("No items yet. Press New (Alt+N) to add what you sell; its No. is the SKU in the store."),
    card=CardPage(
        _("Item"),
        [
            Group(
                _("General"),
                [
                    Field("company", editable=True, once=True),
                    Field("no", editable=True, once=True),
                    *edited(
                        "description",
                        "description_2",
                        "type",
                        "base_unit_of_measure",
                        "sales_unit_of_measure",
                    ),
                    *edited("gtin", "blocked", "sales_blocked"),
                ],
            ),
            Group(
                _("Prices & Sales"),
                edited(
                    "unit_price",
                    "price_includes_vat",
                    "unit_cost",
                    "vat_prod_posting_group",
                    "allow_invoice_disc",
                ),
            ),
        ],
        title=lambda item: f"{item.no} · {item.description}",
        parts=[item_variants],
        fill_in=OfficeForm,
        new=True,
    ),
)

ROOM = Room(
    caption=_("Back Office"),
    pages=[sales_orders, sales_invoices, customers, items, *office_setup.PAGES],
)
