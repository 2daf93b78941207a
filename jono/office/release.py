"""Release and reopening: a released sales document has passed its checks and is ready for the warehouse."""

from collections.abc import Collection, Sequence
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from jono.kit.errors import UserError, gettext_noop
from jono.kit.money import Money
from jono.office.blocking import check_account, check_customer, check_item
from jono.office.models import Company, SalesHeader, SalesLine


def release(company: Company, ids: Collection[UUID]) -> dict[UUID, UserError | None]:
    """Check the documents and release those that pass; the answer tells for each why not, or None.

    A document that is released already stays so.
    """
    with transaction.atomic():
        headers = _locked(company, ids)
        answers: dict[UUID, UserError | None] = {id_: _gone() for id_ in ids}
        answers |= {header.pk: _obstacle(header) for header in headers}
        passed = [header.pk for header in headers if answers[header.pk] is None]
        SalesHeader.objects.filter(pk__in=passed).update(status=SalesHeader.Status.RELEASED)
    return answers


def reopen(company: Company, ids: Collection[UUID]) -> None:
    """Open released documents again, so that they can be changed."""
    SalesHeader.objects.filter(company=company, pk__in=ids).update(status=SalesHeader.Status.OPEN)


def _locked(company: Company, ids: Collection[UUID]) -> list[SalesHeader]:
    headers = SalesHeader.objects.filter(company=company, pk__in=ids).order_by("pk")
    return list(
        headers.select_for_update(of=("self",))
        .select_related("company", "currency", "sell_to_customer", "bill_to_customer")
        .prefetch_related("lines__item", "lines__variant", "lines__gl_account")
    )


def _obstacle(header: SalesHeader) -> UserError | None:
    if header.status == SalesHeader.Status.RELEASED:
        return None
    try:
        _check(header)
    except UserError as problem:
        return problem
    return None


def _check(header: SalesHeader) -> None:
    check_customer(header.sell_to_customer, header.document_type)
    check_customer(header.bill_to_customer, header.document_type)
    lines = list(header.lines.all())
    if not any(line.quantity for line in lines):
        raise UserError(
            gettext_noop("There is nothing to release: sales document %(no)s has no line with a quantity."),
            no=header.no,
        )
    for line in lines:
        _check_line(header, line)
    _check_sums(header, lines)


def _check_line(header: SalesHeader, line: SalesLine) -> None:
    if line.item:
        check_item(line.item, line.variant)
        if not line.unit_of_measure_id:
            raise UserError(
                gettext_noop("Item %(item)s on sales document %(no)s has no unit of measure. Choose one."),
                item=line.item.no,
                no=header.no,
            )
    elif line.gl_account:
        check_account(line.gl_account)


def _check_sums(header: SalesHeader, lines: Sequence[SalesLine]) -> None:
    total = sum((line.amount_including_vat for line in lines), Decimal(0))
    if total != header.amount_including_vat:
        currency = header.currency_iso_code
        raise UserError(
            gettext_noop(
                "The lines of sales document %(no)s come to %(lines)s, the document to %(document)s. "
                "Delete the document and make it anew."
            ),
            no=header.no,
            lines=str(Money(total, currency)),
            document=str(Money(header.amount_including_vat, currency)),
        )


def _gone() -> UserError:
    return UserError(gettext_noop("The sales document is no longer there. It may have been deleted."))
