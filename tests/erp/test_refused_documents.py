"""An order that cannot become a sales document is refused in words, and alone."""

from decimal import Decimal

import pytest

from jono.erp.connect import erp_of
from jono.erp.port import (
    Address,
    DocumentType,
    Erp,
    LineType,
    Party,
    SalesDocumentLine,
    SalesDocumentRef,
)
from jono.kit.errors import UserError
from jono.office.models import (
    Company,
    Customer,
    GLAccount,
    Item,
    NumberSeries,
    SalesHeader,
    VATPostingSetup,
)
from tests.erp.orders import item, order, shipping

D = Decimal


def test_a_bad_order_does_not_stop_its_page(erp: Erp) -> None:
    answers = erp.create_sales_documents(
        [order(1001), order(1002, item("UFO", "1.00")), order(1003, store_total=D("99.00")), order(1004)]
    )
    assert isinstance(answers[0], SalesDocumentRef) and isinstance(answers[3], SalesDocumentRef)
    assert "no item UFO" in str(answers[1])
    assert "12.90 EUR" in str(answers[2]) and "99.00 EUR" in str(answers[2])
    # A refused order takes no number.
    assert (answers[0].no, answers[3].no) == ("SO100001", "SO100002")
    assert SalesHeader.objects.count() == 2


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"sell_to": Party(customer_no="NOBODY")}, "no customer NOBODY"),
        ({"bill_to": Party(customer_no="NOBODY")}, "no customer NOBODY"),
        ({"currency_code": "XTS"}, "no currency XTS"),
        ({"payment_terms_code": "NEVER"}, "payment terms NEVER"),
        ({"payment_method_code": "GOATS"}, "payment method GOATS"),
        ({"shipment_method_code": "SLEDGE"}, "shipment method SLEDGE"),
        ({"external_document_no": "P" * 36}, "36 characters, 35 fit"),
        ({"sell_to": Party(customer_no="WEB", address=Address(name="N" * 101))}, "101 characters, 100 fit"),
        ({"ship_to": Address(name="Veera", city="C" * 31)}, "31 characters, 30 fit"),
        ({"work_description": "nul \0 byte"}, "cannot be stored"),
        ({"invoice_discount_amount": D("99")}, "invoice discount of 99.00 EUR"),
        ({"lines": [item("COFFEE/TEA", "7.50")]}, "COFFEE has no variant TEA"),
        ({"lines": [item("MUG", "12.90", location_code="MARS")]}, "location MARS"),
        ({"lines": [item("MUG", "12.90", unit_of_measure_code="BARREL")]}, "unit of measure BARREL"),
        ({"lines": [item("MUG", "12.90", "8")]}, "gives 8 % to VAT business posting group DOMESTIC"),
        ({"lines": [item("MUG", "12.90", line_discount_amount=D("13"))]}, "line discount of 13.00 EUR"),
        ({"lines": [item("MUG", "12.90", expected_vat_amount=D("1.58"))]}, "2.62 EUR.*1.58 EUR.*0.20 EUR"),
        ({"lines": [item("MUG", "1E+15")]}, "not a quantity or amount"),
        ({"lines": [item("MUG", "1E+9", quantity="1E+9")]}, "not a quantity or amount"),
        (
            {"lines": [item("MUG", "1", vat_percent=None, vat_prod_posting_group="VAT9")]},
            "VAT product posting group VAT9",
        ),
        ({"lines": [SalesDocumentLine(type=LineType.GL_ACCOUNT, no="9999")]}, "no G/L account 9999"),
    ],
)
def test_what_is_wrong_is_told_in_words_and_nothing_is_stored(
    erp: Erp, wrong: dict[str, object], reason: str
) -> None:
    with pytest.raises(UserError, match=reason):
        erp.create_sales_document(order(1001, **{"store_total": None, **wrong}))
    assert not SalesHeader.objects.exists()


@pytest.mark.parametrize("blocked", [Customer.Blocked.SHIP, Customer.Blocked.INVOICE, Customer.Blocked.ALL])
def test_a_blocked_customer_gets_no_order(erp: Erp, blocked: str) -> None:
    Customer.objects.update(blocked=blocked)
    with pytest.raises(UserError, match="Customer WEB Web store customer is blocked"):
        erp.create_sales_document(order())


def test_a_customer_blocked_for_shipping_is_still_invoiced(erp: Erp) -> None:
    Customer.objects.update(blocked=Customer.Blocked.SHIP)
    ref = erp.create_sales_document(order(document_type=DocumentType.INVOICE))
    assert (ref.document_type, ref.no) == (DocumentType.INVOICE, "SI100001")


def test_a_blocked_item_is_not_sold(erp: Erp) -> None:
    Item.objects.filter(no="MUG").update(sales_blocked=True)
    with pytest.raises(UserError, match="Item MUG Mug is blocked"):
        erp.create_sales_document(order())


def test_an_account_without_vat_group_says_so(erp: Erp) -> None:
    GLAccount.objects.update(vat_prod_posting_group=None)
    with pytest.raises(UserError, match="G/L account 3050 has no VAT product posting group"):
        erp.create_sales_document(order(1001, shipping("5.90", vat_percent=None)))
    assert erp.create_sales_document(order(1001, shipping("5.90"))).created


def test_groups_without_a_vat_posting_setup_say_so(erp: Erp) -> None:
    VATPostingSetup.objects.filter(vat_prod_posting_group__code="VAT25.5").update(blocked=True)
    with pytest.raises(
        UserError, match=r"DOMESTIC and VAT product posting group VAT25\.5 have no VAT posting"
    ):
        erp.create_sales_document(order(1001, item("MUG", "1.00", vat_percent=None)))


def test_a_series_that_forbids_manual_numbers_refuses_the_stores(nordic: Company) -> None:
    NumberSeries.objects.update(manual_nos=False)
    numbered, plain = erp_of("NORDIC").create_sales_documents([order(1001, no="#1001"), order(1002)])
    assert "does not allow manual numbers" in str(numbered)
    assert isinstance(plain, SalesDocumentRef)
    assert plain.no == "SO100001"


def test_when_numbers_run_out_the_orders_before_the_end_still_get_theirs(nordic: Company, erp: Erp) -> None:
    nordic.sales_setup.order_nos.lines.update(ending_no="SO100002")
    answers = erp.create_sales_documents([order(1001), order(1002), order(1003)])
    assert [isinstance(answer, SalesDocumentRef) for answer in answers] == [True, True, False]
    assert "S-ORD has come to its end" in str(answers[2])
