"""Records by the code or number people know them by, and what to tell when there is none."""

from collections.abc import Collection
from typing import TypeVar

from jono.kit.errors import UserError, gettext_noop
from jono.office.models import (
    Company,
    Customer,
    CustomerTemplate,
    GLAccount,
    Item,
    Location,
    PaymentMethod,
    PaymentTerms,
    ShipmentMethod,
    UnitOfMeasure,
    VATProductPostingGroup,
    code_of,
)
from jono.office.models.fields import CompanyRecord

Kind = TypeVar("Kind", bound=CompanyRecord)

_UNKNOWN: dict[type[CompanyRecord], str] = {
    Customer: gettext_noop("There is no customer %(code)s. Create the customer, or choose another."),
    CustomerTemplate: gettext_noop("There is no customer template %(code)s. Add it, or choose another."),
    GLAccount: gettext_noop(
        "There is no G/L account %(code)s. Add it to the chart of accounts, or choose another."
    ),
    Item: gettext_noop("There is no item %(code)s. Create the item, or choose another."),
    Location: gettext_noop("There is no location %(code)s. Add it, or choose another."),
    PaymentMethod: gettext_noop("There is no payment method %(code)s. Add it, or choose another."),
    PaymentTerms: gettext_noop("There are no payment terms %(code)s. Add them, or choose others."),
    ShipmentMethod: gettext_noop("There is no shipment method %(code)s. Add it, or choose another."),
    UnitOfMeasure: gettext_noop("There is no unit of measure %(code)s. Add it, or choose another."),
    VATProductPostingGroup: gettext_noop(
        "There is no VAT product posting group %(code)s. Add it, or choose another."
    ),
}
_NUMBERED = {Customer, GLAccount, Item}


def by_code(company: Company, kind: type[Kind], codes: Collection[str]) -> dict[str, Kind]:
    """Return a company's records of one kind by their code or number, those of `codes` that there are."""
    wanted = {code_of(code) for code in codes} - {""}
    if not wanted:
        return {}
    name = "no" if kind in _NUMBERED else "code"
    rows = kind._default_manager.filter(company=company, **{f"{name}__in": wanted})
    return {getattr(row, name): row for row in rows}


def the_one(records: dict[str, Kind], kind: type[Kind], code: str) -> Kind:
    """Return the record with this code; UserError when there is none."""
    record = records.get(code_of(code))
    if record is None:
        raise unknown(kind, code)
    return record


def unknown(kind: type[CompanyRecord], code: str) -> UserError:
    """Return what to tell somebody who named a record that is not there."""
    return UserError(_UNKNOWN[kind], code=code)
