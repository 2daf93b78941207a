"""Sales documents are stored here, many at once, and a store's order never twice."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from jono.kit.clock import now
from jono.kit.errors import UserError, gettext_noop
from jono.office.drafts import Draft, complete
from jono.office.models import Company, SalesHeader, SalesLine
from jono.office.numbering import draw, no_manual_nos
from jono.office.vat import VATSetups

Problems = dict[UUID, UserError]  # by the header's id


def store(company: Company, drafts: Sequence[Draft]) -> list[SalesHeader | UserError]:
    """Complete, number and store the drafts; answers in the order given, each draft's by itself.

    A draft of a store's order that has a document already is not stored: the document that is there is the answer.
    """
    today = today_in(company)
    problems = _complete(company, drafts, today)
    with transaction.atomic():
        problems |= _number(company, _without(problems, drafts), today)
        ready = _without(problems, drafts)
        stored = _insert(ready)
    return _answers(company, drafts, stored, problems)


def documents_of(company: Company, shopify_order_ids: Collection[str]) -> dict[str, SalesHeader]:
    """Return the documents that the store's orders have become, by order id."""
    wanted = set(shopify_order_ids) - {""}
    if not wanted:
        return {}
    headers = SalesHeader.objects.filter(company=company, shopify_order_id__in=wanted)
    return {header.shopify_order_id: header for header in headers}


def today_in(company: Company) -> date:
    """Return today's date where the company is."""
    return now().astimezone(ZoneInfo(company.time_zone)).date()


def _complete(company: Company, drafts: Sequence[Draft], today: date) -> Problems:
    vat = VATSetups(company)
    problems: Problems = {}
    for draft in drafts:
        try:
            complete(draft, vat, today)
        except UserError as problem:
            problems[draft.header.pk] = problem
    return problems


def _number(company: Company, drafts: Sequence[Draft], today: date) -> Problems:
    setup = company.sales_setup
    problems: Problems = {}
    # Always in this order, so that two workers never wait for each other's series.
    for document_type, series in (
        (SalesHeader.DocumentType.ORDER, setup.order_nos),
        (SalesHeader.DocumentType.INVOICE, setup.invoice_nos),
    ):
        headers = [draft.header for draft in drafts if draft.header.document_type == document_type]
        if not series.manual_nos:
            problems |= {header.pk: no_manual_nos(series, header.no) for header in headers if header.no}
        unnumbered = [header for header in headers if not header.no]
        for header, number in zip(unnumbered, draw(series, len(unnumbered), today), strict=True):
            if isinstance(number, UserError):
                problems[header.pk] = number
            else:
                header.no = number
    return problems


def _insert(drafts: Sequence[Draft]) -> set[UUID]:
    """Store the drafts that the unique keys let in, and return the ids of their headers."""
    headers = [draft.header for draft in drafts]
    # The keys decide, not a look beforehand: another worker may be storing the same order at this moment.
    SalesHeader.objects.bulk_create(headers, ignore_conflicts=True)
    mine = SalesHeader.objects.filter(pk__in=[header.pk for header in headers])
    stored = set(mine.values_list("pk", flat=True))
    SalesLine.objects.bulk_create(
        drawn.line for draft in drafts if draft.header.pk in stored for drawn in draft.lines
    )
    return stored


def _answers(
    company: Company, drafts: Sequence[Draft], stored: set[UUID], problems: Problems
) -> list[SalesHeader | UserError]:
    turned_away = [draft.header for draft in drafts if draft.header.pk not in stored | problems.keys()]
    there = documents_of(company, {header.shopify_order_id for header in turned_away})
    answers: list[SalesHeader | UserError] = []
    for draft in drafts:
        header = draft.header
        if header.pk in problems:
            answers.append(problems[header.pk])
        elif header.pk in stored:
            answers.append(header)
        else:
            answers.append(there.get(header.shopify_order_id) or _number_taken(header))
    return answers


def _without(problems: Problems, drafts: Sequence[Draft]) -> list[Draft]:
    return [draft for draft in drafts if draft.header.pk not in problems]


def _number_taken(header: SalesHeader) -> UserError:
    return UserError(
        gettext_noop("Another sales document has the number %(no)s already. Give this one another."),
        no=header.no,
    )
