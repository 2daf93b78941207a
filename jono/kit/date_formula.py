"""Business Central's date formulas: 14D, 1M+8D, CM+10D, D15, WD1; in Finnish 14PV, 1KK+8PV, KKK+10PV, PV15, VP1.

A formula is terms one after the other, each a step from the day the last one led to:

- `14D` goes 14 days on, `-1W` a week back (D, W, M, Q, Y: days, weeks, months, quarters, years; WD: days too);
- `CM` goes to the last day of the current month, `-CM` to its first;
- `D15` goes to the next 15th of a month, `WD1` to the next Monday, `W2` to the Sunday of the next week 2;
  with a minus to the one before.

Formulas are stored in English; `from_words` reads what a person typed and `in_words` shows it again.
"""

import re
from datetime import date, timedelta

from dateutil.relativedelta import SU, relativedelta

from jono.kit.errors import UserError, gettext_noop

_TERM = re.compile(r"([+-]?)(?:C(D|W|M|Q|Y)|(\d{1,4})(D|WD|W|M|Q|Y)|(D|WD|W)(\d{1,2}))", re.ASCII)
_FINNISH = {"C": "K", "WD": "VP", "D": "PV", "W": "VK", "M": "KK", "Q": "NV", "Y": "V"}
_FINNISH_TERM = re.compile(
    r"([+-]?)(?:K(PV|VK|KK|NV|V)|(\d{1,4})(PV|VP|VK|KK|NV|V)|(PV|VP|VK)(\d{1,2}))", re.ASCII
)


def later(formula: str, day: date) -> date:
    """Return the date that a formula leads to from `day`; a blank one stays.

    Raises UserError when it is not a formula or leads out of the calendar.
    """
    try:
        for term in _terms(formula, _TERM):
            day = _step(day, *term)
    except (OverflowError, ValueError):
        raise _not_a_formula(formula) from None
    return day


def from_words(text: str) -> str:
    """Return what a person typed, in English or Finnish, as it is stored; raise UserError when it is no formula."""
    formula = text.replace(" ", "").upper().strip("<>")
    try:
        list(_terms(formula, _TERM))
    except UserError:
        english = {finnish: letter for letter, finnish in _FINNISH.items()}
        return "".join(
            sign
            + (
                "C" + english[current]
                if current
                else count + english[unit]
                if unit
                else english[next_] + number
            )
            for sign, current, count, unit, next_, number in _terms(formula, _FINNISH_TERM)
        )
    return formula


def in_words(formula: str, language: str) -> str:
    """Return a stored formula as people who speak `language` write it."""
    if language != "fi":
        return formula
    return re.sub("WD|[CDWMQY]", lambda letter: _FINNISH[letter[0]], formula)


def _terms(formula: str, grammar: re.Pattern[str]) -> list[tuple[str, ...]]:
    terms, place = list[tuple[str, ...]](), 0
    while place < len(formula):
        term = grammar.match(formula, place)
        # Only the first term may go without a sign.
        if not term or (place and not term[1]):
            raise _not_a_formula(formula)
        terms.append(term.groups(""))
        place = term.end()
    return terms


def _step(day: date, sign: str, current: str, count: str, unit: str, next_: str, number: str) -> date:
    back = sign == "-"
    if current:
        return _first_day(day, current) if back else _last_day(day, current)
    if unit:
        return day + _span(-int(count) if back else int(count), unit)
    return _nearest(day, next_, int(number), -1 if back else 1)


def _nearest(day: date, unit: str, number: int, direction: int) -> date:
    """The nearest day ahead, or behind, with this number; never `day` itself."""
    for distance in range(1, 800):
        candidate = day + timedelta(days=direction * distance)
        if unit == "D" and candidate.day == number:
            return candidate
        if unit == "WD" and candidate.isoweekday() == number:
            return candidate
        if unit == "W" and candidate.isocalendar()[1:] == (number, 7):
            return candidate
    raise ValueError(number)


def _span(count: int, unit: str) -> relativedelta:
    match unit:
        case "D" | "WD":
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
        gettext_noop("%(formula)s is not a date formula. Write for example 14D, 1M, CM+10D or D15."),
        formula=formula,
    )
