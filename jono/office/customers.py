"""Customers: found by number, e-mail or phone, and made from a template."""

import re
from collections.abc import Collection, Sequence

import phonenumbers
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Lower, Right

from jono.kit.errors import UserError, gettext_noop
from jono.office.documents import today_in
from jono.office.fitting import check_that_it_fits
from jono.office.models import Company, Customer, CustomerTemplate, code_of
from jono.office.models.master import SalesTerms
from jono.office.numbering import draw

# So many digits decide: numbers written with and without their country code agree in these.
_TELLING_DIGITS = 7
_TERMS = [term.name for term in SalesTerms._meta.get_fields() if term.is_relation]


def by_no(company: Company, nos: Collection[str]) -> dict[str, Customer]:
    """Return customers under the numbers asked for."""
    found = {customer.no: customer for customer in _of(company).filter(no__in=set(nos))}
    return {no: found[code_of(no)] for no in nos if code_of(no) in found}


def by_email(company: Company, emails: Collection[str]) -> dict[str, Customer]:
    """Return customers under the e-mail addresses asked for, letter case aside; several: the lowest number."""
    wanted = {email.strip().lower() for email in emails} - {""}
    rows = _of(company).exclude(email="").alias(lower_email=Lower("email")).filter(lower_email__in=wanted)
    found = {customer.email.lower(): customer for customer in rows.order_by("-no")}
    return {email: found[email.strip().lower()] for email in emails if email.strip().lower() in found}


def by_phone(company: Company, phones: Collection[str]) -> dict[str, Customer]:
    """Return customers under the phone numbers asked for (see `is_same_phone`); several: the lowest number."""
    ends = {_digits(phone)[-_TELLING_DIGITS:] for phone in phones if len(_digits(phone)) >= _TELLING_DIGITS}
    rows = _of(company).exclude(phone_no="").alias(end=Right("phone_digits", _TELLING_DIGITS))
    candidates = list(rows.filter(end__in=ends).order_by("no"))
    found: dict[str, Customer] = {}
    for phone in phones:
        for customer in candidates:
            country = customer.country_region_code or company.country_region_code
            if is_same_phone(customer.phone_no, phone, country):
                found[phone] = customer
                break
    return found


def is_same_phone(one: str, other: str, country: str) -> bool:
    """Whether two phone numbers, however written, reach the same phone; without a country code they are `country`'s.

    Numbers of fewer than seven digits are nobody's.
    """
    if min(len(_digits(one)), len(_digits(other))) < _TELLING_DIGITS:
        return False
    try:
        return phonenumbers.parse(one, country) == phonenumbers.parse(other, country)
    except phonenumbers.NumberParseException:
        return _digits(one) == _digits(other)


def written_phone(phone: str) -> str:
    """Return a phone number without the characters that Business Central does not allow in one."""
    return re.sub(r"[^0-9 +()/.]", "", phone).strip()


def create(company: Company, customers: Sequence[Customer], template_code: str) -> list[Customer | UserError]:
    """Store new customers with the terms and number series of a template; answers in the order given."""
    template = CustomerTemplate.objects.filter(company=company, code=template_code).first()
    if template is None:
        return [_no_template(template_code)] * len(customers)
    with transaction.atomic():
        answers = _numbered(
            company, [_completed(company, customer, template) for customer in customers], template
        )
        numbered = [answer for answer in answers if isinstance(answer, Customer)]
        Customer.objects.bulk_create(numbered, ignore_conflicts=True)
        rows = Customer.objects.filter(pk__in=[customer.pk for customer in numbered])
        stored = set(rows.values_list("pk", flat=True))
    return [
        _number_taken(answer.no) if isinstance(answer, Customer) and answer.pk not in stored else answer
        for answer in answers
    ]


def _of(company: Company) -> QuerySet[Customer]:
    return Customer.objects.filter(company=company).select_related(*_TERMS, "bill_to_customer")


def _digits(phone: str) -> str:
    return re.sub(r"[^0-9]", "", phone)


def _completed(company: Company, customer: Customer, template: CustomerTemplate) -> Customer | UserError:
    for term in SalesTerms._meta.get_fields():
        setattr(customer, term.name, getattr(template, term.name))
    customer.company = company
    customer.phone_no = written_phone(customer.phone_no)
    customer.country_region_code = customer.country_region_code or template.country_region_code
    try:
        check_that_it_fits(customer)
    except UserError as problem:
        return problem
    return customer if customer.name.strip() else _nameless()


def _numbered(
    company: Company, customers: Sequence[Customer | UserError], template: CustomerTemplate
) -> list[Customer | UserError]:
    series = template.number_series or company.sales_setup.customer_nos
    numbers = iter(draw(series, sum(isinstance(c, Customer) for c in customers), today_in(company)))
    return [_with_number(c, next(numbers)) if isinstance(c, Customer) else c for c in customers]


def _with_number(customer: Customer, number: str | UserError) -> Customer | UserError:
    if isinstance(number, UserError):
        return number
    customer.no = number
    return customer


def _no_template(code: str) -> UserError:
    return UserError(
        gettext_noop(
            "There is no customer template %(code)s. Add it, or choose another in the shop's settings."
        ),
        code=code,
    )


def _number_taken(no: str) -> UserError:
    return UserError(
        gettext_noop(
            "Another customer has the number %(no)s already. Try again: the next number is taken then."
        ),
        no=no,
    )


def _nameless() -> UserError:
    return UserError(gettext_noop("A customer needs a name. Add a name or company to the store's customer."))
