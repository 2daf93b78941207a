"""A catalogue kept in the sandbox store."""

from decimal import Decimal

from jono.sandbox.catalogue import Product, Variant
from jono.sandbox.products import put_products
from jono.sandbox.state import State
from tests.stores import empty_store


def socks(*sizes: str, price: str = "9.90") -> Product:
    variants = [
        Variant((size,), Decimal(price), sku=f"SOCK-{size}", quantity=3, tracked=True) for size in sizes
    ]
    return Product("socks", "Socks", option_names=("Size",), variants=variants)


def ids(state: State) -> dict[str, str]:
    return {each["title"]: each["id"] for each in state.all("ProductVariant")}


def test_a_product_is_kept_with_its_variants_and_their_stock() -> None:
    state = empty_store()
    [product] = put_products(state, [socks("S", "M")], "EUR")
    assert (product["totalInventory"], product["variantsCount"]["count"]) == (6, 2)
    variant = state.find(product["variants"][0])
    assert variant and variant["displayName"] == "Socks - S" and variant["price"] == "9.90"
    item = state.find(variant["inventoryItem"])
    assert item
    assert [level["quantities"][0]["quantity"] for level in item["inventoryLevels"]] == [3, 0]


def test_a_known_handle_is_replaced_and_keeps_its_ids() -> None:
    state = empty_store()
    [first] = put_products(state, [socks("S", "M")], "EUR")
    before = ids(state)
    [second] = put_products(state, [socks("M", "L", price="11.90")], "EUR")
    assert second["id"] == first["id"] and second["createdAt"] == first["createdAt"]
    after = ids(state)
    assert after["M"] == before["M"]
    assert after["L"] not in before.values()
    assert [state.find(each)["price"] for each in second["variants"]] == ["11.90", "11.90"]  # type: ignore[index]


def test_a_variant_that_a_catalogue_no_longer_has_is_gone() -> None:
    state = empty_store()
    put_products(state, [socks("S", "M")], "EUR")
    put_products(state, [socks("M")], "EUR")
    assert set(ids(state)) == {"M"}
