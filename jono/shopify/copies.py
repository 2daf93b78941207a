"""Writes local copies of orders as the store answered them (connector reference 1.4.3)."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from hashlib import sha256

from jono.kit.clock import now
from jono.shopify import records
from jono.shopify.models import (
    Order,
    OrderAddress,
    OrderLine,
    OrderShippingCharge,
    OrderTaxLine,
    OrderTransaction,
    Shop,
)

# What may still change on an order whose sales document exists: how it stands, not what was sold.
STATE_FIELDS = [
    "updated_at", "cancelled_at", "closed_at", "cancel_reason", "financial_status", "fulfillment_status",
    "return_status", "fully_paid", "unpaid", "edited", "tags", "imported_at", "digest",
]  # fmt: skip
_OWN_FIELDS = {"id", "shop", "gid", "processed", "error_message", "error_values"}
_COPIED_FIELDS = [field.name for field in Order._meta.concrete_fields if field.name not in _OWN_FIELDS]


def copy(shop: Shop, orders: Sequence[records.Order]) -> list[Order]:
    """Write the orders over our copies of them; of one that has its sales document, only how it stands."""
    known = {
        order.gid: order for order in Order.objects.filter(shop=shop, gid__in=[order.id for order in orders])
    }
    copies = [_header(shop, order, known.get(order.id)) for order in orders]
    new = [copy for copy in copies if copy.pk is None]
    Order.objects.bulk_create(new)
    changed = [copy for copy in copies if copy.gid in known]
    Order.objects.bulk_update([copy for copy in changed if copy.processed], STATE_FIELDS)
    open_again = [copy for copy in changed if not copy.processed]
    Order.objects.bulk_update(open_again, _COPIED_FIELDS)
    for child in (OrderAddress, OrderLine, OrderShippingCharge, OrderTaxLine, OrderTransaction):
        child._default_manager.filter(order__in=open_again).delete()
    given = {order.id: order for order in orders}
    _write_parts([(copy, given[copy.gid]) for copy in (*new, *open_again)])
    return copies


def changed(shop: Shop, orders: Iterable[records.Order]) -> list[records.Order]:
    """Return those of the orders that are not copied just as they stand, each once, as it stands last.

    Told by their content: the store's times count whole seconds, and two changes fit into one.
    """
    read = {order.id: order for order in orders}
    copied = dict(Order.objects.filter(shop=shop, gid__in=read).values_list("gid", "digest"))
    return [order for gid, order in read.items() if copied.get(gid) != digest_of(order)]


def digest_of(order: records.Order) -> str:
    """Return what tells an order's content from any other.

    When its customer's own record was changed is left out: every other order of theirs moves that.
    """
    return sha256(order.model_dump_json(exclude={"customer": {"updated_at"}}).encode()).hexdigest()


def _write_parts(pairs: Sequence[tuple[Order, records.Order]]) -> None:
    OrderAddress.objects.bulk_create(address for pair in pairs for address in _addresses(*pair))
    OrderTransaction.objects.bulk_create(paid for pair in pairs for paid in _transactions(*pair))
    lines = [(_line(copy, line), line) for copy, order in pairs for line in order.line_items.nodes]
    charges = [
        (_charge(copy, charge), charge) for copy, order in pairs for charge in order.shipping_lines.nodes
    ]
    OrderLine.objects.bulk_create(line for line, _ in lines)
    OrderShippingCharge.objects.bulk_create(charge for charge, _ in charges)
    taxes = [tax for line, given in lines for tax in _line_taxes(line, given)]
    taxes += [tax for charge, given in charges for tax in _charge_taxes(charge, given)]
    OrderTaxLine.objects.bulk_create(taxes)


def _header(shop: Shop, order: records.Order, known: Order | None) -> Order:
    copy = known or Order(shop=shop, gid=order.id)
    copy.shopify_order_no, copy.digest = order.name, digest_of(order)
    copy.created_at, copy.updated_at, copy.imported_at = order.created_at, order.updated_at, now()
    copy.cancelled_at, copy.cancel_reason = order.cancelled_at, order.cancel_reason or ""
    copy.closed_at = order.closed_at
    copy.confirmed, copy.test, copy.edited = order.confirmed, order.test, order.edited
    copy.fully_paid, copy.unpaid = order.fully_paid, order.unpaid
    copy.financial_status = order.display_financial_status or ""
    copy.fulfillment_status, copy.return_status = order.display_fulfillment_status, order.return_status
    copy.email, copy.phone_no = _email(order), _phone(order)
    copy.customer_gid = order.customer.id if order.customer else ""
    copy.channel_name = order.attribution.display_name if order.attribution else ""
    copy.app_name = order.app.name if order.app else ""
    copy.po_number, copy.work_description = order.po_number or "", order.note or ""
    copy.discount_codes, copy.tags = ", ".join(order.discount_codes), ", ".join(order.tags)
    copy.vat_included, copy.tax_exempt = order.taxes_included, order.tax_exempt
    copy.currency_code, copy.presentment_currency_code = order.currency_code, order.presentment_currency_code
    _put_amount(copy, "total_amount", order.total_price_set)
    _put_amount(copy, "subtotal_amount", order.subtotal_price_set)
    _put_amount(copy, "vat_amount", order.total_tax_set)
    _put_amount(copy, "discount_amount", order.current_total_discounts_set)
    _put_amount(copy, "shipping_charges_amount", order.total_shipping_price_set)
    _put_amount(copy, "total_tip_received", order.total_tip_received_set)
    _put_amount(copy, "payment_rounding_amount", order.total_cash_rounding_adjustment.payment_set)
    return copy


def _put_amount(
    copy: Order | OrderLine | OrderShippingCharge | OrderTaxLine | OrderTransaction,
    field: str,
    amount: records.MoneyBag | None,
) -> None:
    if amount:
        setattr(copy, field, amount.shop_money.amount)
        setattr(copy, f"presentment_{field}", amount.presentment_money.amount)


def _put_discount(copy: OrderLine | OrderShippingCharge, given: Sequence[records.DiscountAllocation]) -> None:
    parts = [allocation.allocated_amount_set for allocation in given]
    copy.discount_amount = sum((part.shop_money.amount for part in parts), Decimal(0))
    copy.presentment_discount_amount = sum((part.presentment_money.amount for part in parts), Decimal(0))


def _email(order: records.Order) -> str:
    customer = order.customer
    own = customer.default_email_address if customer else None
    return order.email or (own.email_address if own else "")


def _phone(order: records.Order) -> str:
    """The order's phone number, or the nearest thing to it."""
    customer = order.customer
    number = customer.default_phone_number if customer else None
    near = [
        order.phone,
        order.display_address and order.display_address.phone,
        number and number.phone_number,
        customer and customer.default_address and customer.default_address.phone,
        order.shipping_address and order.shipping_address.phone,
        order.billing_address and order.billing_address.phone,
    ]
    return next((phone for phone in near if phone), "")


def _addresses(copy: Order, order: records.Order) -> Iterable[OrderAddress]:
    given = {
        OrderAddress.Kind.SELL_TO: order.display_address,
        OrderAddress.Kind.SHIP_TO: order.shipping_address,
        OrderAddress.Kind.BILL_TO: order.billing_address,
    }
    for kind, address in given.items():
        if address:
            yield OrderAddress(
                order=copy,
                kind=kind,
                first_name=address.first_name or "",
                last_name=address.last_name or "",
                company=address.company or "",
                address=address.address_1 or "",
                address_2=address.address_2 or "",
                city=address.city or "",
                post_code=address.zip_ or "",
                country_region_code=address.country_code or "",
                county_code=address.province_code or "",
                county_name=address.province or "",
                phone_no=address.phone or "",
            )


def _line(copy: Order, line: records.LineItem) -> OrderLine:
    written = OrderLine(
        order=copy,
        gid=line.id,
        product_gid=line.product.id if line.product else "",
        variant_gid=line.variant.id if line.variant else "",
        sku=line.sku or "",
        description=line.title,
        variant_description=line.variant_title or "",
        tip=line.product is None and line.name == "Tip",
        gift_card=line.is_gift_card,
        taxable=line.taxable,
        quantity=line.quantity,
    )
    _put_amount(written, "unit_price", line.original_unit_price_set)
    _put_discount(written, line.discount_allocations)
    return written


def _charge(copy: Order, charge: records.ShippingLine) -> OrderShippingCharge:
    written = OrderShippingCharge(
        order=copy,
        gid=charge.id or "",
        title=charge.title,
        code=charge.code or "",
        source=charge.source or "",
    )
    _put_amount(written, "amount", charge.original_price_set)
    _put_discount(written, charge.discount_allocations)
    return written


def _line_taxes(line: OrderLine, given: records.LineItem) -> Iterable[OrderTaxLine]:
    for tax in given.tax_lines:
        yield _tax(OrderTaxLine(order_id=line.order_id, line=line), tax)


def _charge_taxes(charge: OrderShippingCharge, given: records.ShippingLine) -> Iterable[OrderTaxLine]:
    for tax in given.tax_lines:
        yield _tax(OrderTaxLine(order_id=charge.order_id, shipping_charge=charge), tax)


def _tax(written: OrderTaxLine, tax: records.TaxLine) -> OrderTaxLine:
    written.title, written.rate, written.channel_liable = (
        tax.title,
        tax.rate or Decimal(0),
        bool(tax.channel_liable),
    )
    _put_amount(written, "amount", tax.price_set)
    return written


def _transactions(copy: Order, order: records.Order) -> Iterable[OrderTransaction]:
    for payment in order.transactions:
        written = OrderTransaction(
            order=copy,
            gid=payment.id,
            gateway=payment.gateway or "",
            kind=payment.kind,
            status=payment.status,
            created_at=payment.created_at,
        )
        _put_amount(written, "amount", payment.amount_set)
        yield written
