"""An order as the sales document it becomes (connector reference 1.5)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from jono.erp import port
from jono.kit.errors import UserError, gettext_noop
from jono.shopify.models import (
    Order,
    OrderAddress,
    OrderLine,
    OrderSettings,
    OrderShippingCharge,
    OrderTaxLine,
    Shop,
)
from jono.sync.addresses import address_of
from jono.sync.goods import Goods
from jono.sync.models import PaymentMethodMapping, ShipmentMethodMapping

PAID = {("SALE", "SUCCESS"), ("CAPTURE", "SUCCESS"), ("AUTHORIZATION", "SUCCESS")}
PHONE_CHARACTERS = frozenset("0123456789 +()/.")


@dataclass(frozen=True)
class Rules:
    """What a shop says about its documents, read once a run."""

    shop: Shop
    shipment_methods: dict[str, ShipmentMethodMapping]
    payment_methods: dict[tuple[str, str], str]

    @classmethod
    def of(cls, shop: Shop) -> "Rules":
        """Read the rules of a shop."""
        payment_methods = PaymentMethodMapping.objects.filter(shop=shop)
        return cls(
            shop,
            {row.title: row for row in ShipmentMethodMapping.objects.filter(shop=shop)},
            {(row.gateway, row.credit_card_company): row.payment_method_code for row in payment_methods},
        )

    @property
    def orders(self) -> OrderSettings:
        return self.shop.orders_section


def draft(order: Order, buyer: port.Customer, goods: Goods, rules: Rules) -> port.SalesDocument:
    """Return the sales document of an order; raise UserError saying what keeps it from being one.

    Its amounts are in the shop's currency or the customer's (presentment), as the shop's Currency Handling says.
    """
    money = _Money(order, rules.orders)
    addresses = {
        address.kind: address_of(address, rules.shop.customers_section) for address in order.addresses.all()
    }
    lines = list(_lines(order, goods, rules, money))
    if not any(line.quantity for line in lines):
        raise UserError(gettext_noop("The order has no lines left to invoice."))
    titles = [charge.title for charge in order.shipping_charges.all()]
    method = rules.shipment_methods.get(titles[0]) if titles else None
    return port.SalesDocument(
        document_type=_document_type(order, rules.orders),
        sell_to=_party(order, buyer, addresses.get(OrderAddress.Kind.SELL_TO)),
        bill_to=_party(order, buyer, addresses.get(OrderAddress.Kind.BILL_TO)),
        ship_to=addresses.get(OrderAddress.Kind.SHIP_TO),
        no=order.shopify_order_no if rules.orders.use_shopify_order_no else "",
        lines=lines,
        prices_including_vat=order.vat_included,
        currency_code=money.currency_code,
        document_date=order.created_at.date(),
        external_document_no=order.po_number,
        payment_method_code=_payment_method_code(order, rules),
        shipment_method_code=method.shipment_method_code if method else "",
        work_description=order.work_description,
        invoice_discount_amount=_invoice_discount(order, money),
        store_total=money.of(order, "total_amount") + money.of(order, "payment_rounding_amount"),
        shopify_order_no=order.shopify_order_no,
        shopify_order_id=order.gid,
    )


class _Money:
    """Picks the amounts of the currency a document is in."""

    def __init__(self, order: Order, settings: OrderSettings) -> None:
        presentment = settings.currency_handling == OrderSettings.CurrencyHandling.PRESENTMENT
        self._prefix = "presentment_" if presentment else ""
        self.currency_code = order.presentment_currency_code if presentment else order.currency_code

    def of(self, record: Order | OrderLine | OrderShippingCharge | OrderTaxLine, amount: str) -> Decimal:
        value: Decimal = getattr(record, self._prefix + amount)
        return value


def _lines(order: Order, goods: Goods, rules: Rules, money: _Money) -> Iterable[port.SalesDocumentLine]:
    if rules.orders.shopify_order_no_on_doc_line:
        yield port.SalesDocumentLine(
            type=port.LineType.COMMENT, description=f"Shopify Order No.: {order.shopify_order_no}"
        )
    for line in order.lines.all():
        # A line whose goods were all removed in the store sells nothing any more.
        if line.quantity:
            yield _order_line(line, goods, rules, money)
    for charge in order.shipping_charges.all():
        if money.of(charge, "amount") > 0:
            yield _shipping_line(charge, rules, money)
    rounding = money.of(order, "payment_rounding_amount")
    if rounding:
        yield port.SalesDocumentLine(
            type=port.LineType.GL_ACCOUNT,
            no=_account(rules, "cash_roundings_account"),
            description="Cash rounding",
            quantity=Decimal(1),
            unit_price=rounding,
            vat_percent=Decimal(0),
            expected_vat_amount=Decimal(0),
        )


def _order_line(line: OrderLine, goods: Goods, rules: Rules, money: _Money) -> port.SalesDocumentLine:
    if line.tip:
        kind, no, variant_code = port.LineType.GL_ACCOUNT, _account(rules, "tip_account"), ""
    elif line.gift_card:
        kind, no, variant_code = port.LineType.GL_ACCOUNT, _account(rules, "sold_gift_card_account"), ""
    elif line.custom:
        kind, no, variant_code = port.LineType.GL_ACCOUNT, _account(rules, "custom_items_account"), ""
    else:
        item = goods.item_of(line)
        kind, no, variant_code = port.LineType.ITEM, item.key.item_no, item.key.variant_code
    vat_percent, vat_amount = _vat(line.tax_lines.all(), money)
    return port.SalesDocumentLine(
        type=kind,
        no=no,
        variant_code=variant_code,
        description=" ".join(part for part in (line.description, line.variant_description) if part),
        quantity=Decimal(line.quantity),
        unit_price=money.of(line, "unit_price"),
        line_discount_amount=money.of(line, "discount_amount"),
        vat_percent=vat_percent,
        expected_vat_amount=vat_amount,
        shopify_order_line_id=line.gid,
    )


def _shipping_line(charge: OrderShippingCharge, rules: Rules, money: _Money) -> port.SalesDocumentLine:
    mapping = rules.shipment_methods.get(charge.title)
    vat_percent, vat_amount = _vat(charge.tax_lines.all(), money)
    return port.SalesDocumentLine(
        type=port.LineType.GL_ACCOUNT,
        no=(mapping.shipping_charges_account if mapping else "")
        or _account(rules, "shipping_charges_account"),
        description=charge.title,
        quantity=Decimal(1),
        unit_price=money.of(charge, "amount"),
        line_discount_amount=money.of(charge, "discount_amount"),
        vat_percent=vat_percent,
        expected_vat_amount=vat_amount,
        shopify_order_line_id=charge.gid,
    )


def _vat(tax_lines: Iterable[OrderTaxLine], money: _Money) -> tuple[Decimal, Decimal]:
    """The VAT % the store charged and what it came to; both 0 where it charged none."""
    taxes = list(tax_lines)
    percent = sum((tax.rate for tax in taxes), Decimal(0)) * 100
    return percent.normalize(), sum((money.of(tax, "amount") for tax in taxes), Decimal(0))


_CAPTIONS = {field.name: str(field.verbose_name) for field in OrderSettings._meta.concrete_fields}


def _account(rules: Rules, section_field: str) -> str:
    no: str = getattr(rules.orders, section_field)
    if not no:
        raise UserError(
            gettext_noop(
                "The order needs the %(account)s, which shop %(shop)s does not name. Fill it in on its card."
            ),
            account=_CAPTIONS[section_field],
            shop=rules.shop.code,
        )
    return no


def _party(order: Order, buyer: port.Customer, address: port.Address | None) -> port.Party:
    phone_no = "".join(character for character in order.phone_no if character in PHONE_CHARACTERS)[:30]
    return port.Party(customer_no=buyer.no, address=address, phone_no=phone_no, email=order.email)


def _document_type(order: Order, settings: OrderSettings) -> port.DocumentType:
    fulfilled = order.fulfillment_status == "FULFILLED"
    as_invoice = fulfilled and settings.create_fulfilled_orders_as_invoices
    return port.DocumentType.INVOICE if as_invoice else port.DocumentType.ORDER


def _payment_method_code(order: Order, rules: Rules) -> str:
    """The one payment method the order was paid by; none when there are several."""
    paid = [payment for payment in order.transactions.all() if (payment.kind, payment.status) in PAID]
    codes = {
        rules.payment_methods.get((payment.gateway, payment.credit_card_company), "") for payment in paid
    }
    return codes.pop() if len(codes) == 1 else ""


def _invoice_discount(order: Order, money: _Money) -> Decimal:
    """What of the order's discount is on none of its lines."""
    on_lines = sum((money.of(line, "discount_amount") for line in order.lines.all()), Decimal(0))
    on_shipping = sum(
        (money.of(charge, "discount_amount") for charge in order.shipping_charges.all()), Decimal(0)
    )
    return max(Decimal(0), money.of(order, "discount_amount") - on_lines - on_shipping)
