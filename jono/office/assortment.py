"""New items, many at once: a catalogue becomes what the company sells."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from jono.office.fitting import check_size, check_that_it_fits
from jono.office.models import (
    Company,
    Item,
    ItemReference,
    ItemVariant,
    UnitOfMeasure,
    VATProductPostingGroup,
    code_of,
)
from jono.office.naming import by_code, the_one


@dataclass(frozen=True, kw_only=True)
class NewVariant:
    """A variant to be made of a new item."""

    code: str
    description: str = ""
    barcode: str = ""


@dataclass(frozen=True, kw_only=True)
class NewItem:
    """An item to be made; `unit_price` is in local currency and has VAT in it."""

    no: str
    description: str
    unit_price: Decimal
    vat_prod_posting_group: str
    unit_of_measure: str = "PCS"
    barcode: str = ""
    variants: Sequence[NewVariant] = ()


@transaction.atomic
def create_items(company: Company, wanted: Sequence[NewItem]) -> list[Item]:
    """Create those items whose numbers the company does not have yet, and return them.

    All or none: UserError when one names a unit or VAT group that is not there, or does not fit. A bar code that
    stands for something else already keeps standing for that.
    """
    there = by_code(company, Item, [item.no for item in wanted])
    units = by_code(company, UnitOfMeasure, {item.unit_of_measure for item in wanted})
    groups = by_code(company, VATProductPostingGroup, {item.vat_prod_posting_group for item in wanted})
    made: list[tuple[NewItem, Item]] = []
    for item in {code_of(item.no): item for item in wanted if code_of(item.no) not in there}.values():
        check_size(item.unit_price)
        record = Item(
            company=company,
            no=item.no,
            description=item.description,
            base_unit_of_measure=the_one(units, UnitOfMeasure, item.unit_of_measure),
            vat_prod_posting_group=the_one(groups, VATProductPostingGroup, item.vat_prod_posting_group),
            unit_price=item.unit_price,
            price_includes_vat=True,
        )
        check_that_it_fits(record)
        made.append((item, record))
    records = Item.objects.bulk_create(record for _, record in made)
    _create_variants(company, made)
    return records


def _create_variants(company: Company, made: Sequence[tuple[NewItem, Item]]) -> None:
    variants = [
        (ItemVariant(item=record, code=variant.code, description=variant.description), variant.barcode)
        for item, record in made
        for variant in item.variants
    ]
    references = [*_references(company, made), *_variant_references(company, variants)]
    for row in (*(variant for variant, _ in variants), *references):
        check_that_it_fits(row)
    ItemVariant.objects.bulk_create(variant for variant, _ in variants)
    ItemReference.objects.bulk_create(references, ignore_conflicts=True)


def _references(company: Company, made: Sequence[tuple[NewItem, Item]]) -> Iterator[ItemReference]:
    for item, record in made:
        if item.barcode:
            yield ItemReference(company=company, item=record, reference_no=item.barcode)


def _variant_references(
    company: Company, variants: Sequence[tuple[ItemVariant, str]]
) -> Iterator[ItemReference]:
    for variant, barcode in variants:
        if barcode:
            yield ItemReference(company=company, item=variant.item, variant=variant, reference_no=barcode)
