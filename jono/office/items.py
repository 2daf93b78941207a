"""Items and their variants: found by number, code or bar code."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import QuerySet

from jono.office.models import Company, Item, ItemReference, ItemVariant, code_of

Key = tuple[str, str]
_RELATED = ("base_unit_of_measure", "sales_unit_of_measure", "vat_prod_posting_group")


@dataclass(frozen=True)
class Sold:
    """What a line sells: an item, or one variant of it."""

    item: Item
    variant: ItemVariant | None = None


def by_key(company: Company, keys: Collection[Key]) -> dict[Key, Sold]:
    """Return items and variants under the (item number, variant code) pairs asked for; no code: the item itself."""
    wanted = {key: (code_of(key[0]), code_of(key[1])) for key in keys}
    items = {item.no: item for item in _items(company).filter(no__in={no for no, _code in wanted.values()})}
    codes = {code for _no, code in wanted.values() if code}
    variants = ItemVariant.objects.filter(item__in=list(items.values()), code__in=codes) if codes else []
    by_id = {item.pk: item for item in items.values()}
    found = {(no, ""): Sold(item) for no, item in items.items()}
    found |= {(by_id[v.item_id].no, v.code): Sold(by_id[v.item_id], v) for v in variants}
    return {key: found[code] for key, code in wanted.items() if code in found}


def by_variant_code(company: Company, codes: Collection[str]) -> dict[str, Sold]:
    """Return variants under the codes asked for; several items have it: that of the lowest number."""
    variants = ItemVariant.objects.filter(item__company=company, code__in=set(codes))
    rows = variants.select_related(*(f"item__{name}" for name in _RELATED)).order_by("-item__no")
    found = {variant.code: Sold(variant.item, variant) for variant in rows}
    return {code: found[code_of(code)] for code in codes if code_of(code) in found}


def by_barcode(company: Company, barcodes: Collection[str]) -> dict[str, Sold]:
    """Return items and variants under their bar codes: an item reference first, else the item's GTIN."""
    wanted = {code_of(barcode) for barcode in barcodes} - {""}
    found = {item.gtin: Sold(item) for item in _items(company).filter(gtin__in=wanted).order_by("-no")}
    references = ItemReference.objects.filter(
        company=company, reference_type=ItemReference.ReferenceType.BAR_CODE, reference_no__in=wanted
    ).select_related("variant", *(f"item__{name}" for name in _RELATED))
    found |= {row.reference_no: Sold(row.item, row.variant) for row in references}
    return {barcode: found[code_of(barcode)] for barcode in barcodes if code_of(barcode) in found}


def _items(company: Company) -> QuerySet[Item]:
    return Item.objects.filter(company=company).select_related(*_RELATED)
