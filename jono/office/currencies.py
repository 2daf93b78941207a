"""Currencies: the company's record of a currency, whichever code it is called by."""

from collections.abc import Collection

from jono.kit.errors import UserError, gettext_noop
from jono.office.models import Company, Currency, code_of


def by_any_code(company: Company, codes: Collection[str]) -> dict[str, Currency | None]:
    """Return currencies under the codes asked for, ISO codes or the company's own; None is local currency.

    A code that is neither is left out. The ISO code goes first, as in Business Central's connector.
    """
    rows = list(Currency.objects.filter(company=company).order_by("-code")) if any(codes) else []
    known: dict[str, Currency | None] = {row.code: row for row in rows}
    known |= {row.iso_code: row for row in rows}
    known |= {"": None, company.lcy_code: None}
    return {code: known[code_of(code)] for code in codes if code_of(code) in known}


def unknown(code: str) -> UserError:
    """Return what to tell about a currency that the company does not have."""
    return UserError(
        gettext_noop("The company has no currency %(code)s. Add it to its currencies, then try again."),
        code=code,
    )
