"""What the database itself refuses."""

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from jono.erp.connect import erp_of
from jono.office.models import (
    Company,
    Customer,
    GLAccount,
    Item,
    ItemVariant,
    SalesHeader,
    SalesLine,
    VATPostingSetup,
)
from jono.office.models.fields import code_of
from jono.office.setup_company import create_company
from tests.erp.orders import item, order


@pytest.fixture
def document(nordic: Company) -> SalesHeader:
    """A mug sold to the web customer."""
    erp_of(nordic.code).create_sales_document(order(1001, item("MUG", "12.90")))
    return SalesHeader.objects.get()


def test_a_code_is_the_same_in_any_case_and_reads_as_it_is_stored(nordic: Company) -> None:
    made = Company.objects.create(code=" baltic ", name="Baltic Goods")
    assert made.code == Company.objects.get(code="Baltic").code == "BALTIC"
    assert code_of(" a b ") == "A B"


@pytest.mark.parametrize(
    ("model", "twin"),
    [(Customer, {"no": "WEB"}), (Item, {"no": "MUG"}), (SalesHeader, {"no": "SO100001"})],
)
def test_a_number_is_given_once_in_a_company(
    document: SalesHeader, model: type[Item], twin: dict[str, str]
) -> None:
    record = model.objects.get(**twin)
    record.pk = None
    record._state.adding = True
    with pytest.raises(IntegrityError, match="no_in_company"), transaction.atomic():
        type(record).objects.bulk_create([record])


def test_a_stores_order_has_one_document(document: SalesHeader) -> None:
    document.pk, document.no = None, "SO2"
    with pytest.raises(IntegrityError, match="salesheader_one_of_a_store_order"), transaction.atomic():
        SalesHeader.objects.bulk_create([document])


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"item": None}, "salesline_sells_what_its_type_says"),
        ({"type": "G/L Account"}, "salesline_sells_what_its_type_says"),
        ({"type": ""}, "salesline_sells_what_its_type_says"),
        ({"type": "Item Charge"}, "salesline_sells_what_its_type_says"),
        ({"vat_prod_posting_group": None}, "salesline_has_vat"),
    ],
)
def test_a_line_sells_what_its_type_says_with_vat(
    document: SalesHeader, change: dict[str, str | None], constraint: str
) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        SalesLine.objects.update(**change)


def test_a_variant_is_only_on_an_item(document: SalesHeader) -> None:
    SalesLine.objects.update(item=None, type="G/L Account", gl_account=GLAccount.objects.first())
    with pytest.raises(IntegrityError, match="salesline_variant_is_of_item"), transaction.atomic():
        SalesLine.objects.update(variant=ItemVariant.objects.first())


def test_a_vat_rate_is_a_percentage(nordic: Company) -> None:
    with pytest.raises(IntegrityError, match="vatpostingsetup_percent"), transaction.atomic():
        VATPostingSetup.objects.update(vat_percent=101)


def test_what_a_document_names_cannot_be_deleted(document: SalesHeader) -> None:
    for record in (Item.objects.get(no="MUG"), document.sell_to_customer, document.company):
        with pytest.raises(ProtectedError):
            record.delete()
    create_company("BALTIC", "Baltic Goods")
    assert Item.objects.get(no="BOOK").delete()[0] == 1
