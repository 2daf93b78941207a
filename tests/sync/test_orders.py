"""Orders of the store become copies and sales documents: each once, each to the cent, each accounted for."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from jono.jobs import queue
from jono.jobs.models import Run
from jono.kit.clock import now
from jono.office.assortment import NewItem, create_items
from jono.office.models import Company, Currency, SalesHeader, VATPostingSetup
from jono.sandbox.drafts import Address, Line, OrderDraft, Person, Shipping, Tax
from jono.sandbox.orders import touch
from jono.shopify.models import Order, OrderSettings, Shop
from jono.sync.models import CustomerLink, PaymentMethodMapping, VariantLink
from tests import cast
from tests.sync.conftest import Kahvila, finish, make_shop, run_job

pytestmark = pytest.mark.django_db

IMPORT, CREATE = 30104, 30103
VAT = Tax(title="ALV 25.5%", rate=Decimal("0.255"))
REDUCED_VAT = Tax(title="ALV 13.5%", rate=Decimal("0.135"))
AINO = Person(
    first_name="Aino",
    last_name="Virtanen",
    email="aino.virtanen@example.fi",
    address=Address(
        first_name="Aino", last_name="Virtanen", address1="Mannerheimintie 1", zip="00100", city="Helsinki"
    ),
)


def two_mugs(**fields: Any) -> OrderDraft:
    return OrderDraft(lines=(Line(sku="MUG", quantity=2),), taxes=(VAT,), **fields)


def told(run: Run) -> dict[str, str]:
    """What was skipped or failed in a run, and why."""
    return {record.label: str(record) for record in run.records.exclude(outcome="done")}


def test_an_order_becomes_a_released_sales_order_that_owes_what_the_store_says(
    shop: Shop, kahvila: Kahvila
) -> None:
    kahvila.place(
        OrderDraft(
            lines=(
                Line(sku="MUG", quantity=2, discount=Decimal("3.00")),
                Line(sku="COFFEE|BEANS", taxes=(REDUCED_VAT,)),
            ),
            taxes=(VAT,),
            shipping=(Shipping(title="Posti", price=Decimal("5.90")),),
            tip=Decimal("2.00"),
            customer=AINO,
            shipping_address=AINO.address,
        )
    )
    run = run_job(IMPORT, shop)
    assert (run.status, run.tally.total, told(run)) == (Run.Status.SUCCESS, 1, {})
    order = Order.objects.get()
    document = SalesHeader.objects.get()
    assert order.sales_document.document_no == document.no
    assert (document.document_type, document.status) == ("Order", "Released")
    assert document.shopify_order_no == order.shopify_order_no == "#1001"
    assert document.amount_including_vat == order.total_amount == Decimal("38.00") - 3 + Decimal("3.20")
    assert [line.no for line in document.lines.order_by("line_no")] == ["MUG", "COFFEE", "3060", "3050"]


def test_the_same_order_delivered_three_times_makes_one_document(shop: Shop, kahvila: Kahvila) -> None:
    [order] = kahvila.place(two_mugs())
    first = run_job(IMPORT, shop)
    again = run_job(IMPORT, shop)
    asked_for = run_job(IMPORT, shop, only=[order["id"]])
    touch(kahvila.state, order, {"note": "Ring the bell"})
    changed = run_job(IMPORT, shop)
    assert SalesHeader.objects.count() == 1
    assert [run.done for run in (first, again, asked_for, changed)] == [1, 0, 1, 1]


def test_only_what_changed_since_is_read(shop: Shop, kahvila: Kahvila) -> None:
    long_ago = now() - timedelta(days=3)
    kahvila.place(*(two_mugs(created_at=long_ago + timedelta(minutes=n)) for n in range(5)))
    run_job(IMPORT, shop)
    kahvila.place(two_mugs())
    assert run_job(IMPORT, shop).tally.total == 1


def test_what_cannot_be_dealt_with_is_recorded_with_a_reason_and_the_rest_goes_on(
    shop: Shop, kahvila: Kahvila
) -> None:
    sales_tax = Tax(title="State tax", rate=Decimal("0.0825"))
    kahvila.place(
        two_mugs(),
        OrderDraft(lines=(Line(sku="TEAPOT"),), taxes=(VAT,)),
        OrderDraft(lines=(Line(sku="MUG"),), taxes=(sales_tax,)),
        OrderDraft(lines=(Line(sku="MUG", quantity=0),), taxes=(VAT,)),
        two_mugs(po_number="X" * 36),
        two_mugs(cancelled_at=now(), financial_status="VOIDED"),
        two_mugs(),
    )
    run = run_job(IMPORT, shop)
    assert run.status == Run.Status.SUCCESS
    assert (run.done, run.tally.total) == (2, 6)
    reasons = told(run)
    assert 'No item of NORDIC is "Teapot" (SKU TEAPOT)' in reasons["#1002"]
    assert "8.25" in reasons["#1003"]
    assert "no lines left to invoice" in reasons["#1004"]
    assert "35" in reasons["#1005"]
    assert SalesHeader.objects.count() == 2


def test_after_the_mend_a_retry_takes_just_that_order(shop: Shop, kahvila: Kahvila, company: Company) -> None:
    kahvila.place(two_mugs(), OrderDraft(lines=(Line(sku="TEAPOT"),), taxes=(VAT,)))
    run = run_job(IMPORT, shop)
    teapot = NewItem(
        no="TEAPOT", description="Teapot", unit_price=Decimal(45), vat_prod_posting_group="VAT25.5"
    )
    create_items(company, [teapot])
    again = finish(queue.retry(run, run.records.filter(outcome="failed")))
    assert (again.done, again.tally.total) == (1, 1)
    assert SalesHeader.objects.count() == 2
    assert Order.objects.get(shopify_order_no="#1002").error == ""


def test_what_is_no_product_of_the_store_goes_to_an_account_of_its_own(shop: Shop, kahvila: Kahvila) -> None:
    kahvila.place(OrderDraft(lines=(Line(title="Repair", price=Decimal("20.00")),), taxes=(VAT,)))
    run = run_job(IMPORT, shop)
    assert "Custom Items Account" in told(run)["#1001"]
    shop.orders_section.custom_items_account = "3000"
    shop.orders_section.save()
    assert told(finish(queue.retry(run, run.records.all()))) == {}
    assert [line.no for line in SalesHeader.objects.get().lines.all()] == ["3000"]


def test_a_seventy_letter_name_is_no_hindrance(shop: Shop, kahvila: Kahvila) -> None:
    long = Address(first_name="Aino", last_name="V" * 65, address1="Mannerheimintie 1", city="Helsinki")
    kahvila.place(two_mugs(shipping_address=long))
    assert told(run_job(IMPORT, shop)) == {}
    assert SalesHeader.objects.get().sell_to_customer_name == "Aino " + "V" * 65


def test_without_auto_create_orders_are_copied_and_wait_for_30103(shop: Shop, kahvila: Kahvila) -> None:
    shop.orders_section.auto_create_sales_documents = False
    shop.orders_section.save()
    kahvila.place(two_mugs(), OrderDraft(lines=(Line(sku="TEAPOT"),), taxes=(VAT,)))
    assert run_job(IMPORT, shop).done == 2
    assert not SalesHeader.objects.exists()
    run = run_job(CREATE, shop)
    assert (run.done, run.failed) == (1, 1)
    assert SalesHeader.objects.count() == 1
    assert "Teapot" in Order.objects.get(shopify_order_no="#1002").error


def test_an_order_mended_by_other_means_is_as_it_should_be_when_tried_again(
    shop: Shop, kahvila: Kahvila
) -> None:
    [order] = kahvila.place(two_mugs())
    run_job(IMPORT, shop)
    assert run_job(CREATE, shop, only=[order["id"]]).done == 1
    assert SalesHeader.objects.count() == 1


def test_a_cancelled_order_is_told_of_once(shop: Shop, kahvila: Kahvila) -> None:
    shop.orders_section.auto_create_sales_documents = False
    shop.orders_section.save()
    [order] = kahvila.place(two_mugs())
    run_job(IMPORT, shop)
    touch(kahvila.state, order, {"cancelledAt": "2026-11-23T08:00:00Z"})
    run_job(IMPORT, shop)
    assert run_job(CREATE, shop).skipped == 1
    assert run_job(CREATE, shop).tally.total == 0


def test_a_fulfilled_order_becomes_an_invoice(shop: Shop, kahvila: Kahvila) -> None:
    kahvila.place(two_mugs(fulfillment_status="FULFILLED"))
    run_job(IMPORT, shop)
    assert SalesHeader.objects.get().document_type == "Invoice"


def test_a_customer_is_found_by_e_mail_and_stays_linked(
    shop: Shop, kahvila: Kahvila, company: Company
) -> None:
    cast.aino(company)
    kahvila.place(two_mugs(customer=AINO))
    run_job(IMPORT, shop)
    assert SalesHeader.objects.get().sell_to_customer.no == "AINO"
    assert CustomerLink.objects.get().customer_no == "AINO"


def test_an_unknown_customer_is_created_once_for_all_their_orders(shop: Shop, kahvila: Kahvila) -> None:
    shop.customers_section.auto_create_unknown_customers = True
    shop.customers_section.customer_template_code = "WEB"
    shop.customers_section.save()
    kahvila.place(two_mugs(customer=AINO), two_mugs(customer=AINO))
    run_job(IMPORT, shop)
    assert len({document.sell_to_customer_id for document in SalesHeader.objects.all()}) == 1


def test_variants_that_were_found_stay_linked(shop: Shop, kahvila: Kahvila) -> None:
    kahvila.place(OrderDraft(lines=(Line(sku="COFFEE|GROUND"),), taxes=(REDUCED_VAT,)))
    run_job(IMPORT, shop)
    link = VariantLink.objects.get()
    assert (link.item_no, link.variant_code) == ("COFFEE", "GROUND")


def test_in_presentment_currency_the_document_owes_what_the_customer_paid(
    shop: Shop, kahvila: Kahvila, company: Company
) -> None:
    shop.orders_section.currency_handling = "presentment"
    shop.orders_section.save()
    Currency.objects.create(company=company, code="SEK", iso_code="SEK")
    kahvila.place(two_mugs(presentment_currency="SEK", exchange_rate=Decimal("11.2")))
    assert told(run_job(IMPORT, shop)) == {}
    document, order = SalesHeader.objects.get(), Order.objects.get()
    assert document.amount_including_vat == order.presentment_total_amount
    assert order.presentment_currency_code == "SEK"


def test_a_payment_method_is_taken_over_once_it_is_mapped(
    shop: Shop, kahvila: Kahvila, company: Company
) -> None:
    kahvila.place(two_mugs())
    run_job(IMPORT, shop)
    assert PaymentMethodMapping.objects.get().gateway == "shopify_payments"


def test_an_order_changed_after_its_document_says_that_it_was_not_carried_over(
    shop: Shop, kahvila: Kahvila
) -> None:
    [order] = kahvila.place(two_mugs())
    run_job(IMPORT, shop)
    dearer = {"shopMoney": {"amount": "99.00", "currencyCode": "EUR"}}
    touch(kahvila.state, order, {"totalPriceSet": {**order["totalPriceSet"], **dearer}})
    run = run_job(IMPORT, shop)
    assert run.skipped == 1
    assert "The change is not carried over" in told(run)["#1001"]


def test_a_wrong_token_ends_the_run_with_what_to_do(shop: Shop, kahvila: Kahvila) -> None:
    shop.connection.access_token = "shpat_wrong"
    shop.connection.save()
    run = run_job(IMPORT, shop)
    assert run.status == Run.Status.ERROR
    assert "token" in run.error


def test_a_shop_that_is_not_enabled_says_so(shop: Shop, kahvila: Kahvila) -> None:
    Shop.objects.update(enabled=False)
    assert "is not enabled" in run_job(IMPORT, shop).error


def test_a_mended_tax_lets_the_order_through(shop: Shop, kahvila: Kahvila, company: Company) -> None:
    kahvila.place(
        OrderDraft(lines=(Line(sku="MUG"),), taxes=(Tax(title="State tax", rate=Decimal("0.0825")),))
    )
    run = run_job(IMPORT, shop)
    setup = VATPostingSetup.objects.filter(
        company=company, vat_percent=10, vat_bus_posting_group__code="DOMESTIC"
    )
    setup.update(vat_percent=Decimal("8.25"))
    again = finish(queue.retry(run, run.records.all()))
    assert told(again) == {}


def copy_only(shop: Shop) -> None:
    """Let the shop copy orders and leave the documents to people."""
    OrderSettings.objects.filter(shop=shop).update(auto_create_sales_documents=False)


def test_shops_of_one_company_take_turns_only_to_make_documents(shop: Shop) -> None:
    other = make_shop(shop.company_code, shop.shopify_url, code="kioski")
    copy_only(shop)
    first, second = (queue.start_now(IMPORT, "NORDIC", {"shop": one.code}) for one in (shop, other))
    assert {first.status, second.status} == {"in process"}
    OrderSettings.objects.update(auto_create_sales_documents=True)
    finish(first)
    third = queue.start_now(IMPORT, "NORDIC", {"shop": shop.code})
    assert third.status == "waiting"
    finish(second)
    third.refresh_from_db()
    assert third.status == "in process"


def test_documents_are_made_only_by_a_run_that_has_claimed_what_they_take(
    shop: Shop, kahvila: Kahvila
) -> None:
    copy_only(shop)
    entry = queue.start_now(IMPORT, "NORDIC", {"shop": shop.code})
    OrderSettings.objects.update(auto_create_sales_documents=True)
    kahvila.place(two_mugs())
    assert finish(entry).done == 1
    assert (Order.objects.count(), SalesHeader.objects.count()) == (1, 0)
    run_job(CREATE, shop)
    assert SalesHeader.objects.count() == 1
