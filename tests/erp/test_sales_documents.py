"""A store's order becomes one sales document of the office, exact to the cent."""

import random
import threading
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.db.models import Sum

from jono.erp.connect import erp_of
from jono.erp.port import (
    Address,
    DocumentStatus,
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
    Currency,
    Customer,
    Item,
    PaymentTerms,
    SalesHeader,
    SalesLine,
    VATBusinessPostingGroup,
)
from jono.office.setup_company import CASH_ROUNDING, SHIPPING_CHARGES, create_company
from tests import cast
from tests.erp.orders import HOME, item, order, shipping

D = Decimal


def header_of(ref: SalesDocumentRef) -> SalesHeader:
    """The document in the office's tables."""
    return SalesHeader.objects.get(pk=ref.id)


def lines_of(ref: SalesDocumentRef) -> list[SalesLine]:
    """Its lines, in order."""
    return list(header_of(ref).lines.all())


def test_an_order_becomes_a_document_with_all_that_the_store_said(erp: Erp) -> None:
    comment = SalesDocumentLine(type=LineType.COMMENT, description="Shopify Order No.: #1001")
    ref = erp.create_sales_document(
        order(
            1001,
            comment,
            item("COFFEE/BEANS", "7.50", "13.5", "2", shopify_order_line_id="gid://shopify/LineItem/1"),
            shipping("5.90", description="Express"),
            work_description="Ring twice",
            external_document_no="PO-7",
            payment_method_code="BANK",
            shipment_method_code="parcel",
        )
    )
    header = header_of(ref)
    assert (ref.document_type, ref.no, ref.created) == (DocumentType.ORDER, "SO100001", True)
    assert (header.shopify_order_no, header.external_document_no) == ("#1001", "PO-7")
    assert (header.work_description, header.status) == ("Ring twice", "Open")
    assert header.payment_method and header.payment_method.code == "BANK"
    assert header.shipment_method and header.shipment_method.code == "PARCEL"
    remark, coffee, express = lines_of(ref)
    assert [line.line_no for line in (remark, coffee, express)] == [10000, 20000, 30000]
    assert (remark.type, remark.description, remark.no) == ("", "Shopify Order No.: #1001", "")
    assert (coffee.no, str(coffee.variant), coffee.quantity) == ("COFFEE", "BEANS", D(2))
    assert coffee.description == "Coffee 500 g, whole beans"
    assert (coffee.unit_of_measure and coffee.unit_of_measure.code) == "PCS"
    assert (coffee.location and coffee.location.code) == "MAIN"
    assert coffee.shopify_order_line_id == "gid://shopify/LineItem/1"
    assert (coffee.amount_including_vat, coffee.vat_amount, coffee.vat_percent) == (
        D(15),
        D("1.78"),
        D("13.5"),
    )
    assert (express.no, express.description, express.vat_identifier) == (
        SHIPPING_CHARGES,
        "Express",
        "VAT25.5",
    )


def test_the_state_of_a_document_can_be_asked(erp: Erp) -> None:
    ref = erp.create_sales_document(order())
    state = erp.sales_document(ref)
    assert state
    assert (state.ref, state.status) == (ref, DocumentStatus.OPEN)
    assert (state.sell_to_customer_no, state.shopify_order_no) == ("WEB", "#1001")
    assert (str(state.amount), str(state.amount_including_vat), state.currency_code) == (
        "10.28",
        "12.90",
        "EUR",
    )
    SalesHeader.objects.all().delete()
    assert erp.sales_document(ref) is None


def test_the_same_order_delivered_three_times_makes_one_document(erp: Erp) -> None:
    first = erp.create_sales_document(order())
    second, third = erp.create_sales_documents([order(), order()])
    assert first == second == third
    assert isinstance(second, SalesDocumentRef) and isinstance(third, SalesDocumentRef)
    assert (first.created, second.created, third.created) == (True, False, False)
    assert SalesHeader.objects.count() == 1
    assert SalesLine.objects.count() == 1


def test_the_same_order_twice_in_one_page_makes_one_document(erp: Erp) -> None:
    first, other, second = erp.create_sales_documents([order(1001), order(1002), order(1001)])
    assert isinstance(first, SalesDocumentRef) and isinstance(second, SalesDocumentRef)
    assert first == second != other
    assert (first.created, second.created) == (True, False)
    assert SalesHeader.objects.count() == SalesLine.objects.count() == 2


def test_the_order_stays_the_documents_even_when_its_item_is_blocked_since(erp: Erp) -> None:
    first = erp.create_sales_document(order())
    Item.objects.update(blocked=True)
    assert erp.create_sales_document(order()) == first
    assert erp.sales_documents_of(["gid://shopify/Order/1001", "gid://shopify/Order/1"]) == {
        "gid://shopify/Order/1001": first
    }


def test_two_workers_with_the_same_page_make_each_document_once(transactional_db: None) -> None:
    cast.nordic()
    together = threading.Barrier(3)
    answers: list[list[SalesDocumentRef | UserError]] = []

    def worker(seed: int) -> None:
        try:
            page = [order(no) for no in range(1001, 1031)]
            random.Random(seed).shuffle(page)
            erp = erp_of("NORDIC")
            together.wait(timeout=20)
            with transaction.atomic():
                made = erp.create_sales_documents(page)
            answers.append(made)
        finally:
            connection.close()

    threads = [threading.Thread(target=worker, args=[seed]) for seed in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    refs = [ref for made in answers for ref in made if isinstance(ref, SalesDocumentRef)]
    assert len(refs) == 90
    assert len({ref.id for ref in refs}) == SalesHeader.objects.count() == SalesLine.objects.count() == 30
    assert sum(ref.created for ref in refs) == 30


def test_the_orders_address_replaces_the_customers_whole(nordic: Company, erp: Erp) -> None:
    cast.aino(nordic)
    elsewhere = Address(name="Aino V.", address="Rantatie 3", city="Turku")
    ref = erp.create_sales_document(
        order(sell_to=Party(customer_no="AINO", address=elsewhere, phone_no="+358-9/123#4567"))
    )
    header = header_of(ref)
    assert (header.sell_to_customer_name, header.sell_to_address) == ("Aino V.", "Rantatie 3")
    assert (header.sell_to_city, header.sell_to_post_code) == ("Turku", "")
    assert (header.bill_to_name, header.ship_to_name, header.ship_to_city) == ("Aino V.", "Aino V.", "Turku")
    assert header.sell_to_phone_no == "+3589/1234567"
    assert header.sell_to_email == "Aino.Virtanen@example.fi"


def test_without_an_address_the_customers_own_is_taken(nordic: Company, erp: Erp) -> None:
    cast.aino(nordic)
    header = header_of(erp.create_sales_document(order(sell_to=Party(customer_no="AINO"), ship_to=HOME)))
    assert (header.sell_to_customer_name, header.sell_to_post_code) == ("Aino Virtanen", "00100")
    assert (header.bill_to_name, header.bill_to_city) == ("Aino Virtanen", "Helsinki")
    assert (header.ship_to_name, header.ship_to_city) == ("Veera Laine", "Tampere")


def test_the_bill_goes_to_the_customer_who_pays(nordic: Company, erp: Erp) -> None:
    aino = cast.aino(nordic)
    aino.payment_terms = PaymentTerms.objects.get(company=nordic, code="14 DAYS")
    aino.save()
    Customer.objects.filter(no="WEB").update(bill_to_customer=aino)
    header = header_of(erp.create_sales_document(order(document_date=date(2026, 5, 4))))
    assert (header.sell_to_customer_name, header.bill_to_name) == ("Veera Laine", "Aino Virtanen")
    assert (header.bill_to_customer, header.due_date) == (aino, date(2026, 5, 18))


def test_dates_are_the_stores_or_todays(erp: Erp) -> None:
    given = header_of(
        erp.create_sales_document(order(1001, document_date=date(2026, 5, 4), due_date=date(2026, 6, 1)))
    )
    assert (given.document_date, given.order_date, given.due_date) == (
        date(2026, 5, 4),
        date(2026, 5, 4),
        date(2026, 6, 1),
    )
    today = header_of(erp.create_sales_document(order(1002)))
    assert today.document_date == today.posting_date == given.posting_date >= given.document_date


@pytest.mark.parametrize("code", ["JPY", "yen"])
def test_a_foreign_currency_is_found_by_its_iso_code_or_the_companys(
    nordic: Company, erp: Erp, code: str
) -> None:
    yen = Currency.objects.create(company=nordic, code="YEN", iso_code="JPY", max_vat_difference_allowed=5)
    line = item("MUG", "1290", "25.5", expected_vat_amount=D("262"))
    ref = erp.create_sales_document(order(1001, line, currency_code=code))
    state = erp.sales_document(ref)
    assert state
    assert (str(state.amount), str(state.amount_including_vat), state.currency_code) == (
        "1028",
        "1290",
        "JPY",
    )
    assert header_of(ref).currency == yen
    assert header_of(erp.create_sales_document(order(1002, currency_code=""))).currency is None


def test_the_vat_of_a_line_is_the_stores_rate_else_its_own_group(erp: Erp) -> None:
    ref = erp.create_sales_document(
        order(
            1001,
            item("MUG", "1.00", "14"),
            item("MUG", "1.00", vat_percent=None, expected_vat_amount=None),
            item("MUG", "1.00", vat_percent=None, expected_vat_amount=None, vat_prod_posting_group="VAT10"),
        )
    )
    assert [line.vat_percent for line in lines_of(ref)] == [D("14"), D("25.5"), D("10")]


def test_a_business_in_the_eu_is_charged_no_vat(nordic: Company, erp: Erp) -> None:
    Customer.objects.update(vat_bus_posting_group=VATBusinessPostingGroup.objects.get(code="EU"))
    ref = erp.create_sales_document(order(1001, item("MUG", "12.90", "0")))
    (line,) = lines_of(ref)
    assert (line.amount, line.vat_percent) == (D("12.90"), D(0))
    # Its own group gives the rate, so it stays, for the VAT that the buyer reports.
    assert (line.vat_prod_posting_group and line.vat_prod_posting_group.code) == "VAT25.5"


def test_cash_rounding_and_discounts_come_to_the_stores_total(erp: Erp) -> None:
    rounding = SalesDocumentLine(
        type=LineType.GL_ACCOUNT,
        no=CASH_ROUNDING,
        quantity=D(1),
        unit_price=D("-0.02"),
        vat_percent=D(0),
        expected_vat_amount=D(0),
    )
    mugs = item("MUG", "12.90", quantity="3", line_discount_amount=D("3.87"), expected_vat_amount=None)
    books = item("BOOK", "29.90", "13.5", expected_vat_amount=None)
    ref = erp.create_sales_document(
        order(1001, mugs, books, rounding, invoice_discount_amount=D("5.00"), store_total=D("59.71"))
    )
    first, second, third = lines_of(ref)
    assert (first.line_discount_percent, first.line_amount) == (D("10"), D("34.83"))
    assert (first.inv_discount_amount, second.inv_discount_amount) == (D("2.69"), D("2.31"))
    assert (third.description, third.amount_including_vat) == ("Cash rounding", D("-0.02"))


def test_a_long_description_is_cut_and_a_missing_one_is_the_items(erp: Erp) -> None:
    ref = erp.create_sales_document(
        order(1001, item("MUG", "1", description="x" * 255), item("MUG", "1"), shipping("5"))
    )
    assert [line.description for line in lines_of(ref)] == ["x" * 100, "Mug", "Shipping charges"]


def test_a_document_may_bear_the_stores_number_if_the_series_allows(erp: Erp) -> None:
    assert erp.create_sales_document(order(1001, no="#1001")).no == "#1001"
    with pytest.raises(UserError, match="has the number #1001 already"):
        erp.create_sales_document(order(1002, no="#1001"))


def test_documents_without_a_store_are_not_told_apart(erp: Erp) -> None:
    first = erp.create_sales_document(order(shopify_order_id=""))
    assert erp.create_sales_document(order(shopify_order_id="")) != first


def test_the_same_order_id_in_another_company_is_another_order(erp: Erp) -> None:
    create_company("BALTIC", "Baltic Goods")
    line = shipping("5.90")
    first = erp.create_sales_document(order(1001, line))
    other = erp_of("BALTIC").create_sales_document(order(1001, line))
    assert other.created and other != first
    assert erp.sales_document(other) is None


def test_a_page_of_orders_sums_to_the_stores_cents_in_few_queries(
    erp: Erp, django_assert_max_num_queries: object
) -> None:
    dice = random.Random(1)
    page = [order(no, *(_bought(dice) for _ in range(dice.randint(1, 12)))) for no in range(1001, 1101)]
    with django_assert_max_num_queries(25):  # type: ignore[operator]
        refs = erp.create_sales_documents(page)
        released = erp.release_sales_documents([r for r in refs if isinstance(r, SalesDocumentRef)])
    assert refs == released
    totals = SalesHeader.objects.aggregate(net=Sum("amount"), gross=Sum("amount_including_vat"))
    lines = SalesLine.objects.aggregate(net=Sum("amount"), gross=Sum("amount_including_vat"))
    charged = sum(line.expected_vat_amount or 0 for document in page for line in document.lines)
    assert totals == lines
    assert totals["gross"] == sum(document.store_total or 0 for document in page)
    assert totals["gross"] - totals["net"] == charged


def _bought(dice: random.Random) -> SalesDocumentLine:
    no, vat = dice.choice([("MUG", "25.5"), ("BOOK", "13.5"), ("COFFEE/GROUND", "14")])
    return item(no, str(D(dice.randint(1, 9999)) / 100), vat, str(dice.randint(1, 5)))
