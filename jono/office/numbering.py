"""Number series: drawing numbers, in blocks, in order, never twice."""

import logging
import re
from datetime import date

from django.db import transaction
from django.db.models import F, Q

from jono.kit.errors import UserError, gettext_noop
from jono.office.models import NumberSeries, NumberSeriesLine

LONGEST = 20

log = logging.getLogger(__name__)


def draw(series: NumberSeries, count: int, on: date) -> list[str | UserError]:
    """Draw `count` numbers for documents of date `on`; a number that the series cannot give is the reason why.

    Numbers are taken for good when the caller's transaction commits; until then others who draw from the series
    wait. A number drawn and not used leaves a gap.
    """
    if not count:
        return []
    if not series.default_nos:
        return [_no_automatic_numbers(series)] * count
    with transaction.atomic():
        line = _line_in_force(series, on)
        if line is None:
            return [_no_line(series, on)] * count
        try:
            numbers = _next_numbers(line, count)
        except UserError as problem:
            return [problem] * count
        if numbers:
            line.last_no_used, line.last_date_used = numbers[-1], on
            line.save(update_fields=["last_no_used", "last_date_used"])
            if is_running_out(line):
                log.warning("No. series %s is running out: %s is used.", series.code, line.last_no_used)
    return [*numbers, *[_ended(series, line)] * (count - len(numbers))]


def draw_one(series: NumberSeries, on: date) -> str:
    """Draw one number; raise UserError when the series cannot give one."""
    (number,) = draw(series, 1, on)
    if isinstance(number, UserError):
        raise number
    return number


def no_manual_nos(series: NumberSeries, no: str) -> UserError:
    """Return why the number `no`, given by a person or a store, cannot be used in a series without manual numbers."""
    return UserError(
        gettext_noop(
            "The number %(no)s cannot be used: no. series %(series)s does not allow manual numbers. "
            "Turn on Manual Nos. in the series, or let it give the number."
        ),
        no=no,
        series=series.code,
    )


def is_running_out(line: NumberSeriesLine) -> bool:
    """Whether the line has come to its warning number."""
    return bool(line.warning_no and line.last_no_used) and _place(line.last_no_used) >= _place(
        line.warning_no
    )


def incremented(no: str, by: int) -> str:
    """Return the number `by` places on: the last run of digits counts up and keeps its leading zeros.

    UserError when there are no digits.
    """
    before, digits, after = _parts(no)
    return f"{before}{int(digits) + by:0{len(digits)}d}{after}"


def _line_in_force(series: NumberSeries, on: date) -> NumberSeriesLine | None:
    lines = series.lines.select_for_update().filter(Q(starting_date=None) | Q(starting_date__lte=on))
    return lines.order_by(F("starting_date").desc(nulls_last=True)).first()


def _next_numbers(line: NumberSeriesLine, count: int) -> list[str]:
    step = line.increment_by_no
    first = incremented(line.last_no_used, step) if line.last_no_used else line.starting_no
    if line.ending_no:
        count = min(count, (_place(line.ending_no) - _place(first)) // step + 1)
    numbers = [incremented(first, place * step) for place in range(count)]
    return [number for number in numbers if len(number) <= LONGEST]


def _place(no: str) -> int:
    return int(_parts(no)[1])


def _parts(no: str) -> tuple[str, str, str]:
    match = re.fullmatch(r"(.*?)(\d+)(\D*)", no, re.ASCII)
    if not match:
        raise UserError(
            gettext_noop("The number %(no)s has no digits to count on. Change it in its no. series."), no=no
        )
    before, digits, after = match.groups()
    return before, digits, after


def _no_automatic_numbers(series: NumberSeries) -> UserError:
    return UserError(
        gettext_noop(
            "No. series %(series)s does not give numbers by itself. Turn on Default Nos. in the series, "
            "or give the number."
        ),
        series=series.code,
    )


def _no_line(series: NumberSeries, on: date) -> UserError:
    return UserError(
        gettext_noop(
            "No. series %(series)s has no line in force on %(date)s. Add a line that starts by then."
        ),
        series=series.code,
        date=on.isoformat(),
    )


def _ended(series: NumberSeries, line: NumberSeriesLine) -> UserError:
    return UserError(
        gettext_noop(
            "No. series %(series)s has come to its end: %(no)s is used. Add a new line to the series, "
            "or raise its Ending No."
        ),
        series=series.code,
        no=line.last_no_used or line.starting_no,
    )
