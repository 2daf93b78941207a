"""Items and variants are found by what a store calls them."""

from decimal import Decimal

import pytest

from jono.kit.errors import UserError
from jono.office import items
from jono.office.assortment import NewItem, create_items
from jono.office.models import Company, Item
from jono.office.setup_company import create_company
from tests import cast


def names(found: dict[str, items.Sold]) -> dict[str, str]:
    """What was found, as people would say it."""
    return {
        asked: f"{sold.item.no}/{sold.variant.code}" if sold.variant else sold.item.no
        for asked, sold in found.items()
    }


def test_a_key_finds_the_item_or_the_variant_under_what_was_asked(nordic: Company) -> None:
    found = items.by_key(nordic, [("mug", ""), ("COFFEE", "beans"), ("COFFEE", "TEA"), ("MUG", "BEANS")])
    assert set(found) == {("mug", ""), ("COFFEE", "beans")}
    assert found["mug", ""].variant is None
    assert str(found["COFFEE", "beans"].variant) == "BEANS"


def test_a_variant_code_finds_its_item(nordic: Company) -> None:
    assert names(items.by_variant_code(nordic, ["ground", "NONE"])) == {"ground": "COFFEE/GROUND"}


def test_a_bar_code_finds_the_reference_before_the_gtin(nordic: Company) -> None:
    Item.objects.filter(no="BOOK").update(gtin=cast.MUG_BARCODE)
    Item.objects.filter(no="COFFEE").update(gtin="6410000000033")
    asked = [cast.MUG_BARCODE, cast.BEANS_BARCODE, "6410000000033", "0", ""]
    assert names(items.by_barcode(nordic, asked)) == {
        cast.MUG_BARCODE: "MUG",
        cast.BEANS_BARCODE: "COFFEE/BEANS",
        "6410000000033": "COFFEE",
    }


def test_an_item_of_another_company_is_not_found(nordic: Company) -> None:
    other = create_company("BALTIC", "Baltic Goods")
    assert not items.by_key(other, [("MUG", "")])
    assert not items.by_variant_code(other, ["BEANS"])
    assert not items.by_barcode(other, [cast.MUG_BARCODE])


def test_a_catalogue_adds_only_what_is_new(nordic: Company) -> None:
    lamp = NewItem(no="lamp", description="Lamp", unit_price=Decimal(49), vat_prod_posting_group="VAT25.5")
    mug = NewItem(no="MUG", description="Cup", unit_price=Decimal(1), vat_prod_posting_group="VAT10")
    assert [item.no for item in create_items(nordic, [lamp, mug, lamp])] == ["LAMP"]
    assert Item.objects.get(no="MUG").description == "Mug"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"vat_prod_posting_group": "VAT99"}, "VAT product posting group VAT99"),
        ({"unit_of_measure": "BARREL"}, "unit of measure BARREL"),
        ({"no": "A" * 21}, "21 characters, 20 fit"),
        ({"unit_price": Decimal("1E+20")}, "not a quantity or amount"),
    ],
)
def test_a_catalogue_with_a_mistake_adds_nothing(
    nordic: Company, change: dict[str, str | Decimal], reason: str
) -> None:
    lamp = {
        "no": "LAMP",
        "description": "Lamp",
        "unit_price": Decimal(49),
        "vat_prod_posting_group": "VAT25.5",
    }
    wrong = {**lamp, "no": "LAMP2", **change}
    with pytest.raises(UserError, match=reason):
        create_items(nordic, [NewItem(**lamp), NewItem(**wrong)])  # type: ignore[arg-type]
    assert not Item.objects.filter(no__startswith="LAMP").exists()
