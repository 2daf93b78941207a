"""Product CSVs as shops really have them."""

from decimal import Decimal
from importlib.resources import files

import pytest

from jono.sandbox.catalogue import Catalogue, problems, read_catalogue

HEADER = (
    "Handle,Title,Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value,"
    "Variant SKU,Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Price,Variant Barcode,"
    "Image Src\n"
)


def read(*rows: str, encoding: str = "utf-8") -> Catalogue:
    return read_catalogue((HEADER + "".join(f"{row}\n" for row in rows)).encode(encoding))


MUG = 'mug,Mug,Savi,Cups,"gift, blue",true,Title,Default Title,,,MUG,320,shopify,7,12.90,\'0641001,https://x/1.jpg'


def test_a_row_is_a_product_with_its_variant() -> None:
    [product] = read(MUG).products
    [variant] = product.variants
    assert (product.handle, product.title, product.tags) == ("mug", "Mug", ("gift", "blue"))
    assert (variant.sku, variant.price, variant.quantity, variant.tracked) == (
        "MUG",
        Decimal("12.90"),
        7,
        True,
    )
    assert variant.barcode == "0641001"  # without the spreadsheet's apostrophe


def test_rows_below_are_further_variants_wherever_they_stand() -> None:
    socks = "socks,Socks,,,,true,Size,S,Colour,Red,S-R,,,,5.00,,"
    catalogue = read(socks, "socks,,,,,,,M,,Red,M-R,,,,6.00,,", MUG, "socks,,,,,,,M,,Blue,M-B,,,,6.00,,")
    assert [each.options for each in catalogue.products[0].variants] == [
        ("S", "Red"),
        ("M", "Red"),
        ("M", "Blue"),
    ]
    assert catalogue.products[0].option_names == ("Size", "Colour")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("mug,,,,,,,,,,,,,,,,https://x/2.jpg", "a picture only"),
        ("mug,Another mug,,,,,Title,Large,,,,,,,9.00,,", "another product has this handle already"),
        ("mug,,,,,,,Default Title,,,,,,,9.00,,", "another variant of the product has these options already"),
        ("mug,,,,,,,Large,,,MUG-L,,,,,,", "no price"),
        ("mug,,,,,,,Large,,,MUG-L,,,,on request,,", "Variant Price is no amount"),
        ("mug,,,,,,,Large,,,MUG-L,,,,-1,,", "Variant Price is no amount"),
        ("mug,,,,,,,Large,,,MUG-L,,,,NaN,,", "Variant Price is no amount"),
        ("mug,,,,,,,Large,,,MUG-L,,,many,9.00,,", "Variant Inventory Qty is no whole number"),
        ("plate,,,,,,,Large,,,,,,,9.00,,", "no title, and no product of this handle above"),
        (",,,,,,,,,,,,,,,,https://x/banner.jpg", "no handle"),
    ],
)
def test_a_row_that_is_left_out_says_why_and_the_rest_is_read(row: str, reason: str) -> None:
    catalogue = read(MUG, row, "cup,Cup,,,,,Title,Default Title,,,,,,,4.00,,")
    assert [each.handle for each in catalogue.products] == ["mug", "cup"]
    assert [(each.line, each.reason) for each in catalogue.skipped] == [(3, reason)]
    assert list(problems(catalogue)) == [f"line 3: {row.split(',')[0] or '-'}: {reason}"]


def test_a_product_without_a_readable_variant_is_none() -> None:
    catalogue = read("ice,Ice,,,,,Title,Default Title,,,,,,,cold,,")
    assert catalogue.products == ()
    assert catalogue.reasons() == {"Variant Price is no amount": 1}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_letters_survive_whatever_program_wrote_them(encoding: str) -> None:
    [product] = read(
        "kahvi,Kahvipöydän äärellä,,,,,Title,Default Title,,,,,,,4.00,,", encoding=encoding
    ).products
    assert product.title == "Kahvipöydän äärellä"


def test_what_is_no_product_csv_is_told() -> None:
    with pytest.raises(ValueError, match="no column Handle, Title, Variant Price"):
        read_catalogue(b"No.,Name\n1,Mug\n")
    with pytest.raises(ValueError, match="no product CSV"):
        read_catalogue(b"")


def test_published_and_status_decide_what_is_sold() -> None:
    drafted = "mug,Mug,,,,false,Title,Default Title,,,,,,,1.00,,"
    assert read(drafted).products[0].status == "DRAFT"
    assert read(MUG).products[0].status == "ACTIVE"


def test_our_own_goods_are_of_every_kind() -> None:
    catalogue = read_catalogue(files("jono.sandbox").joinpath("goods.csv").read_bytes())
    variants = [variant for product in catalogue.products for variant in product.variants]
    skus = [variant.sku for variant in variants if variant.sku]
    assert len(catalogue.products) >= 60 and len(variants) >= 140
    assert len(skus) == len(set(skus))
    assert {"a picture only", "no price", "no handle"} <= catalogue.reasons().keys()
    assert all(_is_ean13(variant.barcode) for variant in variants if variant.barcode)


def _is_ean13(code: str) -> bool:
    digits = [int(digit) for digit in code]
    return len(digits) == 13 and (sum(digits[::2]) + 3 * sum(digits[1::2])) % 10 == 0
