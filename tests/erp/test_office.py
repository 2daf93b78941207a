"""The office answers what the flows ask: whom it knows, what it sells, on which accounts."""

from decimal import Decimal

import pytest

from jono.erp.connect import erp_of
from jono.erp.port import Address, Erp, ItemKey, NewCustomer, SkuMapping
from jono.kit.errors import UserError
from jono.office.models import Company, Customer, GLAccount, Item, ItemVariant
from jono.office.setup_company import TIPS, WEB_TEMPLATE
from tests import cast


def test_a_company_is_known_by_its_code(nordic: Company) -> None:
    assert erp_of("nordic").customers(["WEB"])["WEB"].vat_bus_posting_group == "DOMESTIC"
    with pytest.raises(UserError, match="no company MOON"):
        erp_of("MOON")


def test_a_customer_is_told_with_what_flows_need(nordic: Company, erp: Erp) -> None:
    aino = cast.aino(nordic)
    (by_no,) = erp.customers(["AINO"]).values()
    assert erp.customers_by_email(["aino.virtanen@example.fi"]) == {"aino.virtanen@example.fi": by_no}
    assert erp.customers_by_phone(["+358401234567"]) == {"+358401234567": by_no}
    assert (by_no.no, by_no.name, by_no.email) == ("AINO", "Aino Virtanen", aino.email)
    assert not by_no.blocked
    Customer.objects.filter(pk=aino.pk).update(blocked=Customer.Blocked.SHIP)
    assert erp.customers(["AINO"])["AINO"].blocked


def test_a_customer_is_created_whole(erp: Erp) -> None:
    made = erp.create_customer(
        NewCustomer(
            address=Address(name="Veera Laine", address="Kauppakatu 5", city="Tampere", post_code="33100"),
            phone_no="+358 50 765 4321",
            email=" veera@example.fi",
        ),
        WEB_TEMPLATE,
    )
    assert (made.no, made.name, made.email) == ("C00001", "Veera Laine", "veera@example.fi")
    stored = Customer.objects.get(no=made.no)
    assert (stored.address, stored.city, stored.post_code) == ("Kauppakatu 5", "Tampere", "33100")
    # The template's country, since the store told none.
    assert stored.country_region_code == "FI"


def test_one_customer_that_cannot_be_created_is_raised(erp: Erp) -> None:
    with pytest.raises(UserError, match="needs a name"):
        erp.create_customer(NewCustomer(address=Address()), WEB_TEMPLATE)


@pytest.mark.parametrize(
    ("mapping", "sku", "found"),
    [
        (SkuMapping.ITEM_NO, "mug", ItemKey("MUG")),
        (SkuMapping.ITEM_NO, "COFFEE|BEANS", None),
        (SkuMapping.VARIANT_CODE, "beans", ItemKey("COFFEE", "BEANS")),
        (SkuMapping.ITEM_NO_AND_VARIANT_CODE, "coffee|beans", ItemKey("COFFEE", "BEANS")),
        (SkuMapping.ITEM_NO_AND_VARIANT_CODE, "MUG", ItemKey("MUG")),
        (SkuMapping.ITEM_NO_AND_VARIANT_CODE, "COFFEE|TEA", None),
        (SkuMapping.BAR_CODE, cast.BEANS_BARCODE, ItemKey("COFFEE", "BEANS")),
        (SkuMapping.NONE, "MUG", None),
    ],
)
def test_a_sku_stands_for_what_the_mapping_says(
    erp: Erp, mapping: SkuMapping, sku: str, found: ItemKey | None
) -> None:
    items = erp.items_by_sku([sku], mapping)
    assert {asked: item.key for asked, item in items.items()} == ({sku: found} if found else {})


def test_a_sku_is_split_where_the_shop_says(erp: Erp) -> None:
    found = erp.items_by_sku(["COFFEE-BEANS"], SkuMapping.ITEM_NO_AND_VARIANT_CODE, separator="-")
    assert found["COFFEE-BEANS"].key == ItemKey("COFFEE", "BEANS")


def test_an_item_is_told_with_what_flows_need(erp: Erp) -> None:
    beans, mug = ItemKey("COFFEE", "BEANS"), ItemKey("MUG")
    found = erp.items([beans, mug])
    assert found[beans].description == "Coffee 500 g, whole beans"
    assert found[mug].unit_of_measure_code == "PCS"
    assert found[mug].unit_price == Decimal("12.90")
    assert found[mug].vat_prod_posting_group == "VAT25.5"
    assert erp.items_by_barcode([cast.MUG_BARCODE])[cast.MUG_BARCODE] == found[mug]


def test_a_blocked_item_or_variant_is_told_as_blocked(erp: Erp) -> None:
    beans, ground = ItemKey("COFFEE", "BEANS"), ItemKey("COFFEE", "GROUND")
    ItemVariant.objects.filter(code="BEANS").update(sales_blocked=True)
    assert [erp.items([key])[key].blocked for key in (beans, ground)] == [True, False]
    Item.objects.filter(no="COFFEE").update(blocked=True)
    assert erp.items([ground])[ground].blocked


def test_an_account_that_may_be_written_on_is_told(erp: Erp) -> None:
    assert erp.account(TIPS).vat_prod_posting_group == "VAT0"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"account_type": GLAccount.AccountType.HEADING}, "not a posting account"),
        ({"direct_posting": False}, "direct posting"),
        ({"blocked": True}, "is blocked"),
        ({"no": "OTHER"}, "no G/L account 3060"),
    ],
)
def test_an_account_that_may_not_be_written_on_is_refused(
    erp: Erp, change: dict[str, str | bool], reason: str
) -> None:
    GLAccount.objects.filter(no=TIPS).update(**change)
    with pytest.raises(UserError, match=reason):
        erp.account(TIPS)


def test_vat_posting_setups_give_the_rate_of_a_sale(erp: Erp) -> None:
    setups = erp.vat_posting_setups()
    assert setups.vat_percent("DOMESTIC", "VAT13.5") == Decimal("13.5")
    assert setups.vat_percent("EU", "VAT13.5") == 0
    assert setups.prod_posting_group("DOMESTIC", Decimal("25.5")) == "VAT25.5"
