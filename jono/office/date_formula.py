"""Business Central's date formulas: 14D, 1M+8D, CM+10D."""

import re
from datetime import date

from dateutil.relativedelta import SU, relativedelta

from jono.kit.errors import UserError, gettext_noop

_TERM = re.compile(r"([+-]?)(?:C([DWMQY])|(\d{1,4})([DWMQY]))", re.ASCII)


def later(formula: str, day: date) -> date:
    """Return the date that `formula` leads to from `day`; a blank formula stays.

    Terms follow each other from left to right: `14D` goes 14 days on, `-1W` a week back, `CM` to the end of the
    current month (`-CM` to its first day). D, W, M, Q, Y are days, weeks, months, quarters, years. UserError when
    the formula is not one, or leads out of the calendar.
    """
    terms = formula.replace(" ", "").upper()
    place = 0
    try:
        while place < len(terms):
            term = _TERM.match(terms, place)
            # Only the first term may go without a sign.
            if not term or (place and not term[1]):
                raise _not_a_formula(formula)
            day = _step(day, term)
            place = term.end()
    except (OverflowError, ValueError):
        raise _not_a_formula(formula) from None
    return day


def _step(day: date, term: re.Match[str]) -> date:
    back = term[1] == "-"
    if term[2]:
        return _first_day(day, term[2]) if back else _last_day(day, term[2])
    return day + _span(-int(term[3]) if back else int(term[3]), term[4])


def _span(count: int, unit: str) -> relativedelta:
    match unit:
        case "D":
            return relativedelta(days=count)
        case "W":
            return relativedelta(weeks=count)
        case "M":
            return relativedelta(months=count)
        case "Q":
            return relativedelta(months=3 * count)
        case _:
            return relativedelta(years=count)


def _last_day(day: date, unit: str) -> date:
    match unit:
        case "D":
            return day
        case "W":
            return day + relativedelta(weekday=SU)
        case _:
            return _first_day(day, unit) + _span(1, unit) - relativedelta(days=1)


def _first_day(day: date, unit: str) -> date:
    match unit:
        case "D":
            return day
        case "W":
            return day - relativedelta(days=day.weekday())
        case "M":
            return day.replace(day=1)
        case "Q":
            return day.replace(month=day.month - (day.month - 1) % 3, day=1)
        case _:
            return day.replace(month=1, day=1)


def _not_a_formula(formula: str) -> UserError:
    return UserError(
        gettext_noop("%(formula)s is not a date formula. Write for example 14D, 1M or CM+10D."),
        formula=formula,
    )
