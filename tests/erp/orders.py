"""Orders of a store, as documents asked of an ERP."""

from decimal import Decimal
from typing import Any

from jono.erp.port import (
    Address,
    DocumentType,
    ItemKey,
    LineType,
    Party,
    SalesDocument,
    SalesDocumentLine,
)
from jono.kit.money import round_amount
from jono.office.setup_company import SHIPPING_CHARGES, WEB_CUSTOMER

HOME = Address(
    name="Veera Laine",
    address="Kauppakatu 5 B 12",
    city="Tampere",
    post_code="33100",
    country_region_code="FI",
)


def item(no: str, price: str, vat: str = "25.5", quantity: str = "1", **more: Any) -> SalesDocumentLine:
    """A line of an item as the store charged it, VAT in its price."""
    return _line(LineType.ITEM, no, price, vat, quantity, **more)


def shipping(price: str, **more: Any) -> SalesDocumentLine:
    """The shipping charge."""
    return _line(LineType.GL_ACCOUNT, SHIPPING_CHARGES, price, "25.5", "1", **more)


def order(number: int = 1001, *lines: SalesDocumentLine, **more: Any) -> SalesDocument:
    """Order #1001 of the web customer: a mug, unless it has other lines; the store's total is the sum of them."""
    sold = lines or (item("MUG", "12.90"),)
    gross = sum((round_amount(line.quantity * line.unit_price, "EUR") for line in sold), Decimal(0))
    document: dict[str, Any] = {
        "document_type": DocumentType.ORDER,
        "sell_to": Party(customer_no=WEB_CUSTOMER, address=HOME, email="veera@example.fi"),
        "lines": sold,
        "prices_including_vat": True,
        "currency_code": "EUR",
        "store_total": gross - sum(line.line_discount_amount for line in sold),
        "shopify_order_no": f"#{number}",
        "shopify_order_id": f"gid://shopify/Order/{number}",
    }
    return SalesDocument(**{**document, **more})


def _line(kind: LineType, no: str, price: str, vat: str, quantity: str, **more: Any) -> SalesDocumentLine:
    key = ItemKey(*no.split("/"))
    discount = more.get("line_discount_amount", Decimal(0))
    paid = round_amount(Decimal(price) * Decimal(quantity), "EUR") - discount
    line: dict[str, Any] = {
        "type": kind,
        "no": key.item_no,
        "variant_code": key.variant_code,
        "quantity": Decimal(quantity),
        "unit_price": Decimal(price),
        "vat_percent": Decimal(vat),
        "expected_vat_amount": round_amount(paid * Decimal(vat) / (100 + Decimal(vat)), "EUR"),
    }
    return SalesDocumentLine(**{**line, **more})
