"""Only a document that holds together is released."""

from decimal import Decimal
from uuid import uuid4

import pytest

from jono.erp.connect import erp_of
from jono.erp.port import (
    DocumentStatus,
    DocumentType,
    Erp,
    LineType,
    SalesDocumentLine,
    SalesDocumentRef,
)
from jono.kit.errors import UserError
from jono.office.models import Company, Customer, GLAccount, Item, ItemVariant, SalesHeader, SalesLine
from jono.office.release import reopen
from jono.office.setup_company import create_company
from tests.erp.orders import item, order, shipping


def status_of(erp: Erp, ref: SalesDocumentRef) -> DocumentStatus | None:
    """How the document stands."""
    state = erp.sales_document(ref)
    return state.status if state else None


def test_a_sound_document_is_released_and_stays_so(erp: Erp) -> None:
    ref = erp.create_sales_document(order())
    assert erp.release(ref) == ref
    assert status_of(erp, ref) == DocumentStatus.RELEASED
    Item.objects.update(blocked=True)
    assert erp.release(ref) == ref


def test_a_released_document_can_be_opened_again(nordic: Company, erp: Erp) -> None:
    ref = erp.release(erp.create_sales_document(order()))
    reopen(nordic, [SalesHeader.objects.get().pk])
    assert status_of(erp, ref) == DocumentStatus.OPEN


def test_each_document_of_a_page_is_released_or_refused_by_itself(erp: Erp) -> None:
    refs = [erp.create_sales_document(order(no)) for no in (1001, 1002, 1003)]
    SalesLine.objects.filter(document__no=refs[1].no).update(quantity=0)
    gone = SalesDocumentRef(str(uuid4()), DocumentType.ORDER, "SO1")
    first, second, third, fourth = erp.release_sales_documents([*refs, gone])
    assert (first, third) == (refs[0], refs[2])
    assert "SO100002 has no line with a quantity" in str(second)
    assert "no longer there" in str(fourth)
    assert [status_of(erp, ref) for ref in refs] == ["Released", "Open", "Released"]


def test_comments_alone_are_nothing_to_release(erp: Erp) -> None:
    remark = SalesDocumentLine(type=LineType.COMMENT, description="Hello")
    ref = erp.create_sales_document(order(1001, remark))
    with pytest.raises(UserError, match="nothing to release"):
        erp.release(ref)


@pytest.mark.parametrize(
    ("model", "change", "reason"),
    [
        (Customer, {"blocked": Customer.Blocked.ALL}, "Customer WEB .* is blocked"),
        (Item, {"blocked": True}, "Item COFFEE .* is blocked"),
        (ItemVariant, {"blocked": True}, "Variant BEANS of item COFFEE is blocked"),
        (GLAccount, {"blocked": True}, "G/L account 3050 .* is blocked"),
        (SalesLine, {"unit_of_measure": None}, "no unit of measure"),
        (SalesLine, {"amount_including_vat": 7}, r"come to 14\.00 EUR, the document to 13\.40 EUR"),
    ],
)
def test_what_became_wrong_since_is_told_and_the_document_stays_open(
    erp: Erp, model: type[Item], change: dict[str, object], reason: str
) -> None:
    ref = erp.create_sales_document(order(1001, item("COFFEE/BEANS", "7.50", "13.5"), shipping("5.90")))
    model.objects.update(**change)
    with pytest.raises(UserError, match=reason):
        erp.release(ref)
    assert status_of(erp, ref) == DocumentStatus.OPEN


def test_another_companys_document_is_not_released(erp: Erp) -> None:
    ref = erp.create_sales_document(order())
    create_company("BALTIC", "Baltic Goods")
    with pytest.raises(UserError, match="no longer there"):
        erp_of("BALTIC").release(ref)
    assert status_of(erp, ref) == DocumentStatus.OPEN


def test_a_document_of_nothing_but_gifts_is_released(erp: Erp) -> None:
    ref = erp.create_sales_document(order(1001, item("MUG", "12.90", line_discount_amount=Decimal("12.90"))))
    assert erp.release(ref) == ref
