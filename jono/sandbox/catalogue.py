"""Reads a catalogue in Shopify's product-CSV format, as shops really export and mend it, and says what it left out.

One row is a product with its first variant; the rows below it with the same handle are its further variants, or
pictures only. Format: https://help.shopify.com/en/manual/products/import-export/using-csv
"""

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from io import StringIO

OPTIONS = 3
_NEEDED = {"Handle", "Title", "Variant Price"}
_STATUSES = {"active": "ACTIVE", "draft": "DRAFT", "archived": "ARCHIVED", "unlisted": "UNLISTED"}

Row = Mapping[str, str]


@dataclass(frozen=True)
class Variant:
    """A variant as the file tells it; amounts are in the shop's currency, the weight in grams."""

    options: tuple[str, ...]
    price: Decimal
    compare_at_price: Decimal | None = None
    cost: Decimal | None = None
    sku: str | None = None
    barcode: str | None = None
    grams: Decimal = Decimal(0)
    quantity: int = 0
    tracked: bool = False
    oversold: bool = False
    taxable: bool = True
    requires_shipping: bool = True


@dataclass
class Product:
    """A product as the file tells it, with its variants in their order."""

    handle: str
    title: str
    description_html: str = ""
    vendor: str = ""
    product_type: str = ""
    tags: tuple[str, ...] = ()
    status: str = "ACTIVE"
    gift_card: bool = False
    option_names: tuple[str, ...] = ()
    variants: list[Variant] = field(default_factory=list)


@dataclass(frozen=True)
class Skipped:
    """A row that was left out: its line in the file, its handle, and why."""

    line: int
    handle: str
    reason: str


@dataclass(frozen=True)
class Catalogue:
    """What a file holds: the products, and the rows that are none."""

    products: tuple[Product, ...]
    skipped: tuple[Skipped, ...]

    def reasons(self) -> Counter[str]:
        """Count the rows that were left out by their reason."""
        return Counter(each.reason for each in self.skipped)


class _SkippedError(Exception):
    """A row is left out; its text says why."""


def read_catalogue(content: bytes) -> Catalogue:
    """Return the catalogue in the bytes of a CSV file, in UTF-8 or in the Windows Latin of older spreadsheets.

    Raises ValueError when it is no product CSV at all.
    """
    reader = csv.DictReader(StringIO(_decoded(content), newline=""))
    missing = _NEEDED - {name.strip() for name in reader.fieldnames or () if name}
    if missing:
        raise ValueError(f"This is no product CSV of Shopify: it has no column {', '.join(sorted(missing))}.")
    products: dict[str, Product] = {}
    skipped = []
    for row in reader:
        line = reader.line_num
        cells = {name.strip(): (value or "").strip() for name, value in row.items() if isinstance(name, str)}
        try:
            _read_row(cells, products)
        except _SkippedError as error:
            skipped.append(Skipped(line, cells.get("Handle", ""), str(error)))
    whole = tuple(each for each in products.values() if each.variants)
    return Catalogue(whole, tuple(skipped))


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _read_row(row: Row, products: dict[str, Product]) -> None:
    handle = row["Handle"].lower()
    if not handle:
        raise _SkippedError("no handle")
    product = products.get(handle)
    if row["Title"] and product:
        raise _SkippedError("another product has this handle already")
    if not row["Title"] and not product:
        raise _SkippedError("no title, and no product of this handle above")
    if product is None:
        product = products[handle] = _product(handle, row)
    variant = _variant(row, len(product.option_names))
    if any(each.options == variant.options for each in product.variants):
        raise _SkippedError("another variant of the product has these options already")
    product.variants.append(variant)


def _product(handle: str, row: Row) -> Product:
    names = [row.get(f"Option{index} Name", "") for index in range(1, OPTIONS + 1)]
    published = row.get("Published", "").lower() != "false"
    return Product(
        handle=handle,
        title=row["Title"],
        description_html=row.get("Body (HTML)", ""),
        vendor=row.get("Vendor", ""),
        product_type=row.get("Type", ""),
        tags=tuple(tag.strip() for tag in row.get("Tags", "").split(",") if tag.strip()),
        status=_STATUSES.get(row.get("Status", "").lower(), "ACTIVE" if published else "DRAFT"),
        gift_card=row.get("Gift Card", "").lower() == "true",
        option_names=tuple(name for name in names if name) or ("Title",),
    )


def _variant(row: Row, options: int) -> Variant:
    values = tuple(row.get(f"Option{index} Value", "") for index in range(1, options + 1))
    if not row["Variant Price"]:
        alone = not any(values) and not row.get("Variant SKU")
        raise _SkippedError("a picture only" if alone and row.get("Image Src") else "no price")
    return Variant(
        options=tuple(value or "Default Title" for value in values),
        price=_required_amount(row, "Variant Price"),
        compare_at_price=_amount(row, "Variant Compare At Price"),
        cost=_amount(row, "Cost per item"),
        sku=_code(row.get("Variant SKU", "")),
        barcode=_code(row.get("Variant Barcode", "")),
        grams=_amount(row, "Variant Grams") or Decimal(0),
        quantity=_whole(row, "Variant Inventory Qty"),
        tracked=row.get("Variant Inventory Tracker", "") == "shopify",
        oversold=row.get("Variant Inventory Policy", "").lower() == "continue",
        taxable=row.get("Variant Taxable", "").lower() != "false",
        requires_shipping=row.get("Variant Requires Shipping", "").lower() != "false",
    )


def _code(text: str) -> str | None:
    """A code without the apostrophe by which spreadsheets keep its leading zeros."""
    return text.removeprefix("'").strip() or None


def _required_amount(row: Row, name: str) -> Decimal:
    amount = _amount(row, name)
    if amount is None:
        raise _SkippedError(f"no {name}")
    return amount


def _amount(row: Row, name: str) -> Decimal | None:
    text = row.get(name, "")
    if not text:
        return None
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise _SkippedError(f"{name} is no amount") from None
    if not amount.is_finite() or amount < 0:
        raise _SkippedError(f"{name} is no amount")
    return amount


def _whole(row: Row, name: str) -> int:
    text = row.get(name, "")
    try:
        return int(text or 0)
    except ValueError:
        raise _SkippedError(f"{name} is no whole number") from None


def problems(catalogue: Catalogue) -> Iterator[str]:
    """Say of every row that was left out, where it stands and why."""
    for each in catalogue.skipped:
        yield f"line {each.line}: {each.handle or '-'}: {each.reason}"
