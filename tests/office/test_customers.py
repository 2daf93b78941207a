"""Customers are found by what a store knows of them, in their own company alone."""

import pytest

from jono.kit.errors import UserError
from jono.office import customers
from jono.office.customers import is_same_phone
from jono.office.models import Company, Customer
from jono.office.setup_company import WEB_TEMPLATE, create_company
from tests import cast


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("+358 40 123 4567", "040 123 4567"),
        ("040-1234567", "+358401234567"),
        ("00358 40 1234567", "+358 (40) 123 4567"),
        ("040 123 4567", "0401234567"),
    ],
)
def test_a_phone_is_the_same_however_it_is_written(one: str, other: str) -> None:
    assert is_same_phone(one, other, "FI")
    assert is_same_phone(other, one, "FI")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("+358 40 123 4567", "+46 40 123 4567"),
        ("040 123 4567", "050 123 4567"),
        ("123 4567", "040 123 4567"),
        ("phone 1234567", "040 123 4567"),
        ("112", "112"),
        ("+358 40 123 4567", "4567"),
        ("", ""),
    ],
)
def test_a_phone_is_not_anothers(one: str, other: str) -> None:
    assert not is_same_phone(one, other, "FI")
    assert not is_same_phone(other, one, "FI")


def test_an_e_mail_is_found_in_any_letter_case_under_the_one_asked_for(nordic: Company) -> None:
    aino = cast.aino(nordic)
    found = customers.by_email(nordic, {"AINO.VIRTANEN@EXAMPLE.FI ", "nobody@example.fi", ""})
    assert found == {"AINO.VIRTANEN@EXAMPLE.FI ": aino}


def test_of_several_with_one_e_mail_the_lowest_number_is_taken(nordic: Company) -> None:
    aino = cast.aino(nordic)
    for no in ("ZOE", "AAVA"):
        Customer.objects.create(
            company=nordic,
            no=no,
            name=no,
            email=aino.email,
            phone_no=aino.phone_no,
            vat_bus_posting_group=aino.vat_bus_posting_group,
        )
    assert customers.by_email(nordic, [aino.email])[aino.email].no == "AAVA"
    assert customers.by_phone(nordic, [aino.phone_no])[aino.phone_no].no == "AAVA"


def test_a_phone_is_found_with_and_without_its_country_code(nordic: Company) -> None:
    aino = cast.aino(nordic)
    found = customers.by_phone(nordic, ["+358401234567", "+46401234567", "4567"])
    assert found == {"+358401234567": aino}


def test_a_phone_without_country_code_is_of_its_customers_country(nordic: Company) -> None:
    aino = cast.aino(nordic)
    Customer.objects.update(country_region_code="SE")
    assert not customers.by_phone(nordic, ["+358401234567"])
    assert customers.by_phone(nordic, ["+46401234567"]) == {"+46401234567": aino}


def test_a_number_is_found_as_it_is_typed(nordic: Company) -> None:
    aino = cast.aino(nordic)
    assert customers.by_no(nordic, ["aino", "AINO ", "EINO"]) == {"aino": aino, "AINO ": aino}


def test_a_customer_of_another_company_is_not_found(nordic: Company) -> None:
    aino = cast.aino(nordic)
    other = create_company("BALTIC", "Baltic Goods")
    assert not customers.by_no(other, [aino.no])
    assert not customers.by_email(other, [aino.email])
    assert not customers.by_phone(other, [aino.phone_no])


def test_a_new_customer_has_the_terms_and_numbers_of_the_template(nordic: Company) -> None:
    eino, veera = customers.create(
        nordic,
        [Customer(name="Eino Niemi", phone_no="+358-50/765.4321"), Customer(name="Veera Laine")],
        WEB_TEMPLATE,
    )
    assert isinstance(eino, Customer)
    assert isinstance(veera, Customer)
    stored = Customer.objects.get(company=nordic, no=eino.no)
    assert (eino.no, veera.no) == ("C00001", "C00002")
    assert stored.vat_bus_posting_group.code == "DOMESTIC"
    assert stored.payment_terms and stored.payment_terms.code == "COD"
    assert stored.phone_no == "+35850/765.4321"
    assert customers.by_phone(nordic, ["0507654321"]) == {"0507654321": stored}


def test_each_new_customer_succeeds_or_fails_by_itself(nordic: Company) -> None:
    nameless, too_long, eino = customers.create(
        nordic, [Customer(), Customer(name="Eino", city="L" * 31), Customer(name="Eino")], WEB_TEMPLATE
    )
    assert "needs a name" in str(nameless)
    assert "31 characters, 30 fit" in str(too_long)
    assert isinstance(eino, Customer)
    assert eino.no == "C00001"


def test_no_customer_is_made_without_a_number(nordic: Company) -> None:
    nordic.sales_setup.customer_nos.lines.update(ending_no="C00001")
    eino, veera = customers.create(nordic, [Customer(name="Eino"), Customer(name="Veera")], WEB_TEMPLATE)
    assert isinstance(eino, Customer)
    assert "CUST has come to its end" in str(veera)
    assert not Customer.objects.filter(name="Veera").exists()


def test_a_number_that_a_person_gave_before_is_passed_over(nordic: Company) -> None:
    aino = cast.aino(nordic)
    Customer.objects.filter(pk=aino.pk).update(no="C00001")
    refused, veera = customers.create(nordic, [Customer(name="Eino"), Customer(name="Veera")], WEB_TEMPLATE)
    assert "number C00001 already" in str(refused)
    assert isinstance(veera, Customer)
    (eino,) = customers.create(nordic, [Customer(name="Eino")], WEB_TEMPLATE)
    assert isinstance(eino, Customer)
    assert eino.no == "C00003"


def test_no_customer_is_made_from_a_template_that_is_not_there(nordic: Company) -> None:
    (answer,) = customers.create(nordic, [Customer(name="Eino")], "MOON")
    assert isinstance(answer, UserError)
    assert "customer template MOON" in str(answer)
    assert Customer.objects.filter(name="Eino").count() == 0
