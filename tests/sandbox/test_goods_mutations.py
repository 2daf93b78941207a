"""Products, variants, pictures, customers and metafields as an app makes and changes them."""

from collections.abc import Iterator
from typing import Any

import pytest

from jono.sandbox.server import open_store
from jono.sandbox.shop import WAREHOUSE
from jono.sandbox.state import State
from tests.sandbox.callers import Asker

CREATE = """mutation C($product: ProductCreateInput!, $media: [CreateMediaInput!]) {
  productCreate(product: $product, media: $media) { product {
    id handle title status tags hasOnlyDefaultVariant options { name values }
    media(first: 5) { nodes { alt status preview { image { url } } } }
    variants(first: 5) { nodes { id title } } } userErrors { field message } } }"""
SET = """mutation S($input: ProductSetInput!, $identifier: ProductSetIdentifiers) {
  productSet(input: $input, identifier: $identifier, synchronous: true) { product {
    id handle totalInventory variants(first: 9) { nodes { id title sku price inventoryQuantity } } }
  userErrors { code field message } } }"""
MORE = """mutation M($id: ID!, $variants: [ProductVariantsBulkInput!]!) {
  productVariantsBulkCreate(productId: $id, variants: $variants) {
    product { options { name values } variants(first: 9) { nodes { title position } } }
    productVariants { id sku inventoryQuantity } userErrors { code field message } } }"""
CHANGE = """mutation U($id: ID!, $variants: [ProductVariantsBulkInput!]!) {
  productVariantsBulkUpdate(productId: $id, variants: $variants) {
    productVariants { price compareAtPrice sku barcode inventoryItem { unitCost { amount } tracked } }
    userErrors { code field message } } }"""
CUSTOMER = """mutation C($input: CustomerInput!) { customerCreate(input: $input) {
  customer { id displayName tags defaultEmailAddress { emailAddress } defaultAddress { city countryCodeV2 } }
  userErrors { field message } } }"""
METAFIELDS = """mutation M($metafields: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $metafields) {
  metafields { id namespace key value type } userErrors { code message } } }"""


@pytest.fixture
def state() -> Iterator[State]:
    state = open_store(orders=0)
    yield state
    state.close()


@pytest.fixture
def ask(state: State) -> Asker:
    return Asker(state)


def make(ask: Asker, **wanted: Any) -> Any:
    payload = ask.data(CREATE, product={"title": "Kuksa"} | wanted)
    assert payload["userErrors"] == []
    return payload["product"]


def sized(*sizes: str, **own: Any) -> list[dict[str, Any]]:
    return [{"optionValues": [{"optionName": "Size", "name": each}], **own} for each in sizes]


def test_a_product_is_made_with_one_variant_and_its_pictures(ask: Asker) -> None:
    media = [{"originalSource": "https://cdn.example/kuksa.png", "mediaContentType": "IMAGE", "alt": "A cup"}]
    made = ask.data(CREATE, product={"title": "Kuksä", "tags": ["wood"]}, media=media)["product"]
    assert (made["handle"], made["status"], made["hasOnlyDefaultVariant"]) == ("kuksa", "ACTIVE", True)
    assert made["options"] == [{"name": "Title", "values": ["Default Title"]}]
    assert [each["title"] for each in made["variants"]["nodes"]] == ["Default Title"]
    [picture] = made["media"]["nodes"]
    assert picture == {
        "alt": "A cup", "status": "READY", "preview": {"image": {"url": "https://cdn.example/kuksa.png"}},
    }  # fmt: skip
    assert make(ask)["handle"] == "kuksa-1"


def test_a_product_needs_a_title_and_a_handle_of_its_own(ask: Asker) -> None:
    assert ask.refused(CREATE, product={"title": " "}) == ["Title can't be blank"]
    make(ask)
    [message] = ask.refused(CREATE, product={"title": "Other", "handle": "kuksa"})
    assert "already in use" in message
    [message] = ask.refused(
        CREATE, product={"title": "X"}, media=[{"originalSource": "here", "mediaContentType": "IMAGE"}]
    )
    assert message == "Image URL is invalid"


def test_a_product_is_changed_in_what_is_told_alone(ask: Asker) -> None:
    made = make(ask, vendor="Lappi")
    update = """mutation U($product: ProductUpdateInput!) { productUpdate(product: $product) {
      product { title vendor seo { title } variants(first: 1) { nodes { displayName } } } userErrors { message } } }"""
    changed = ask.data(update, product={"id": made["id"], "title": "Guksi", "seo": {"title": "Cup"}})[
        "product"
    ]
    assert (changed["title"], changed["vendor"], changed["seo"]) == ("Guksi", "Lappi", {"title": "Cup"})
    assert changed["variants"]["nodes"][0]["displayName"] == "Guksi - Default Title"
    assert ask.refused(update, product={"id": "gid://shopify/Product/1"}) == ["Product does not exist"]


def test_variants_take_the_place_of_the_standalone_one(ask: Asker, state: State) -> None:
    id = make(ask)["id"]
    stocked = [{"locationId": WAREHOUSE, "availableQuantity": 4}]
    item = {"sku": "KUK-S", "tracked": True, "cost": "3.50"}
    made = ask.data(MORE, id=id, variants=sized("S", "L", inventoryItem=item, inventoryQuantities=stocked))
    assert made["userErrors"] == []
    assert made["product"]["options"] == [{"name": "Size", "values": ["S", "L"]}]
    assert [(each["title"], each["position"]) for each in made["product"]["variants"]["nodes"]] == [
        ("S", 1),
        ("L", 2),
    ]
    assert [(each["sku"], each["inventoryQuantity"]) for each in made["productVariants"]] == [
        ("KUK-S", 4)
    ] * 2
    assert (state.find(id) or {})["totalInventory"] == 8
    assert ask.refused(MORE, id=id, variants=sized("S"))[0][0] == "VARIANT_ALREADY_EXISTS"
    assert ask.refused(MORE, id="gid://shopify/Product/1", variants=[])[0][0] == "PRODUCT_DOES_NOT_EXIST"


def test_prices_and_costs_are_changed_all_or_none(ask: Asker) -> None:
    made = make(ask)
    own = made["variants"]["nodes"][0]["id"]
    wanted = {
        "id": own,
        "price": "12.5",
        "compareAtPrice": "15.00",
        "barcode": "64",
        "inventoryItem": {"cost": "5.10"},
    }
    [changed] = ask.data(CHANGE, id=made["id"], variants=[wanted])["productVariants"]
    assert (changed["price"], changed["compareAtPrice"], changed["barcode"]) == ("12.50", "15.00", "64")
    assert changed["inventoryItem"]["unitCost"] == {"amount": "5.1"}
    [changed] = ask.data(CHANGE, id=made["id"], variants=[{"id": own, "compareAtPrice": None}])[
        "productVariants"
    ]
    assert changed["compareAtPrice"] is None
    bad = [{"id": own, "price": "1.00"}, {"id": own, "price": "-1"}]
    assert ask.refused(CHANGE, id=made["id"], variants=bad)[0][0] == "NEGATIVE_PRICE_VALUE"
    [changed] = ask.data(CHANGE, id=made["id"], variants=[{"id": own}])["productVariants"]
    assert changed["price"] == "12.50"
    other = [{"id": "gid://shopify/ProductVariant/1", "price": "1"}]
    assert ask.refused(CHANGE, id=made["id"], variants=other)[0][0] == "PRODUCT_VARIANT_DOES_NOT_EXIST"


def test_a_product_is_set_to_what_the_input_says(ask: Asker, state: State) -> None:
    options = [{"name": "Size", "values": [{"name": "S"}, {"name": "L"}]}]
    quantities = [{"locationId": WAREHOUSE, "name": "available", "quantity": 3}]
    wanted = {
        "title": "Kuksa", "productOptions": options,
        "variants": sized(
            "S", "L", sku="K", price="9", inventoryItem={"tracked": True}, inventoryQuantities=quantities
        ),
    }  # fmt: skip
    made = ask.data(SET, input=wanted, identifier={"handle": "kuksa-1"})["product"]
    assert (made["handle"], made["totalInventory"]) == ("kuksa-1", 6)
    small, large = made["variants"]["nodes"]
    assert (small["sku"], small["price"], small["inventoryQuantity"]) == ("K", "9.00", 3)
    wanted["variants"] = sized("L", "XL", price="10")
    again = ask.data(SET, input=wanted, identifier={"handle": "kuksa-1"})["product"]
    assert again["id"] == made["id"]
    assert [each["title"] for each in again["variants"]["nodes"]] == ["L", "XL"]
    assert again["variants"]["nodes"][0]["id"] == large["id"]
    assert state.find(small["id"]) is None


def test_a_product_and_its_variants_are_deleted(ask: Asker, state: State) -> None:
    made = make(ask)
    ask.data(MORE, id=made["id"], variants=sized("S", "L"))
    ids = (state.find(made["id"]) or {})["variants"]
    drop = """mutation D($id: ID!, $ids: [ID!]!) { productVariantsBulkDelete(productId: $id, variantsIds: $ids) {
      product { variantsCount { count } } userErrors { code } } }"""
    assert ask.data(drop, id=made["id"], ids=ids[:1])["product"] == {"variantsCount": {"count": 1}}
    delete = (
        "mutation D($id: ID!) { productDelete(input: {id: $id}) { deletedProductId userErrors { message } } }"
    )
    assert ask.data(delete, id=made["id"])["deletedProductId"] == made["id"]
    assert [state.find(each) for each in (made["id"], *ids)] == [None] * 3


def test_pictures_are_files_that_products_show(ask: Asker, state: State) -> None:
    made = make(ask)
    create = """mutation F($files: [FileCreateInput!]!) { fileCreate(files: $files) {
      files { id fileStatus ... on MediaImage { image { url } } } userErrors { code message } } }"""
    [file] = ask.data(create, files=[{"originalSource": "https://cdn.example/a.png"}])["files"]
    assert (file["fileStatus"], file["image"]["url"]) == ("READY", "https://cdn.example/a.png")
    change = """mutation F($files: [FileUpdateInput!]!) { fileUpdate(files: $files) {
      files { id alt } userErrors { code message } } }"""
    wanted = {"id": file["id"], "alt": "A", "referencesToAdd": [made["id"]]}
    assert ask.data(change, files=[wanted])["files"] == [{"id": file["id"], "alt": "A"}]
    query = (
        "query P($id: ID!) { product(id: $id) { featuredMedia { id alt } media(first: 2) { nodes { id } } } }"
    )
    assert ask.data(query, id=made["id"])["featuredMedia"] == {"id": file["id"], "alt": "A"}
    add = """mutation A($id: ID!, $media: [CreateMediaInput!]!) { productCreateMedia(productId: $id, media: $media) {
      media { id } mediaUserErrors { code } } }"""
    ask.data(
        add,
        id=made["id"],
        media=[{"originalSource": "https://cdn.example/c.png", "mediaContentType": "IMAGE"}],
    )
    assert len(ask.data(query, id=made["id"])["media"]["nodes"]) == 2
    edit = """mutation E($id: ID!, $media: [UpdateMediaInput!]!) { productUpdateMedia(productId: $id, media: $media) {
      media { alt } mediaUserErrors { code } } }"""
    assert ask.data(edit, id=made["id"], media=[{"id": file["id"], "alt": "B"}])["media"] == [{"alt": "B"}]
    wrong = ask.data(edit, id=made["id"], media=[{"id": "gid://shopify/MediaImage/1", "alt": "B"}])
    assert wrong["mediaUserErrors"] == [{"code": "MEDIA_DOES_NOT_EXIST_ON_PRODUCT"}]


def test_a_customer_is_made_once_and_changed(ask: Asker) -> None:
    wanted = {
        "firstName": "Aino", "lastName": "Virtanen", "email": "aino@fi.example", "tags": ["b2c"],
        "addresses": [{"city": "Turku", "countryCode": "FI"}],
    }  # fmt: skip
    made = ask.data(CUSTOMER, input=wanted)["customer"]
    assert made["displayName"] == "Aino Virtanen"
    assert made["defaultAddress"] == {"city": "Turku", "countryCodeV2": "FI"}
    assert ask.refused(CUSTOMER, input={"email": "AINO@fi.example"}) == ["Email has already been taken"]
    assert ask.refused(CUSTOMER, input={"email": "aino"}) == ["Email is invalid"]
    assert ask.refused(CUSTOMER, input={"note": "x"}) == [
        "A name, phone number, or email address must be present"
    ]
    update = CUSTOMER.replace("customerCreate", "customerUpdate")
    changed = ask.data(update, input={"id": made["id"], "lastName": "Koski"})["customer"]
    assert (changed["displayName"], changed["tags"]) == ("Aino Koski", ["b2c"])
    assert ask.data('{ customers(first: 5, query: "email:aino@fi.example") { nodes { id } } }')["nodes"] == [
        {"id": made["id"]}
    ]


def test_metafields_are_set_and_read(ask: Asker) -> None:
    product = make(ask)["id"]
    wanted = {
        "ownerId": product,
        "namespace": "erp",
        "key": "no",
        "type": "single_line_text_field",
        "value": "1000",
    }
    [first] = ask.data(METAFIELDS, metafields=[wanted])["metafields"]
    [again] = ask.data(METAFIELDS, metafields=[wanted | {"value": "1001"}])["metafields"]
    assert first["id"] == again["id"]
    query = """query P($id: ID!) { product(id: $id) { metafield(namespace: "erp", key: "no") { value }
      metafields(first: 5, namespace: "erp") { nodes { key value } } } }"""
    told = ask.data(query, id=product)
    assert told == {"metafield": {"value": "1001"}, "metafields": {"nodes": [{"key": "no", "value": "1001"}]}}
    stale = wanted | {"compareDigest": "older"}
    assert ask.refused(METAFIELDS, metafields=[stale])[0][0] == "STALE_OBJECT"
    assert (
        ask.refused(METAFIELDS, metafields=[wanted | {"ownerId": "gid://shopify/Product/1"}])[0][0]
        == "INVALID"
    )
    assert ask.refused(METAFIELDS, metafields=[wanted] * 26)[0][0] == "LESS_THAN_OR_EQUAL_TO"
