"""Number series give each number once, in order, and say when they cannot."""

import logging
import threading
from datetime import date

import pytest
from django.db import connection, transaction

from jono.kit.errors import UserError
from jono.office.models import Company, NumberSeries, NumberSeriesLine
from jono.office.numbering import draw, draw_one, incremented, is_running_out
from jono.office.setup_company import create_company

TODAY = date(2026, 5, 4)


def series(company: Company, **line: object) -> NumberSeries:
    """A series of one line."""
    made = NumberSeries.objects.create(company=company, code="TEST")
    NumberSeriesLine.objects.create(series=made, **{"starting_no": "T-098", **line})
    return made


@pytest.mark.parametrize(
    ("no", "by", "then"),
    [
        ("SO100001", 1, "SO100002"),
        ("T-098", 3, "T-101"),
        ("2026-09-A", 1, "2026-10-A"),
        ("X9", 1, "X10"),
        ("007", 10, "017"),
    ],
)
def test_the_last_run_of_digits_counts_and_keeps_its_zeros(no: str, by: int, then: str) -> None:
    assert incremented(no, by) == then


def test_numbers_come_in_order_and_a_block_goes_on_where_the_last_one_ended(nordic: Company) -> None:
    numbers = series(nordic)
    assert draw(numbers, 3, TODAY) == ["T-098", "T-099", "T-100"]
    assert draw_one(numbers, TODAY) == "T-101"
    assert numbers.lines.get().last_date_used == TODAY
    assert draw(numbers, 0, TODAY) == []


def test_a_series_goes_by_its_own_step(nordic: Company) -> None:
    assert draw(series(nordic, increment_by_no=10), 2, TODAY) == ["T-098", "T-108"]


def test_a_block_that_meets_the_end_gets_what_is_left_and_the_reason(nordic: Company) -> None:
    numbers = series(nordic, ending_no="T-099")
    first, second, refusal = draw(numbers, 3, TODAY)
    assert (first, second) == ("T-098", "T-099")
    assert "TEST has come to its end: T-099" in str(refusal)
    with pytest.raises(UserError, match="come to its end"):
        draw_one(numbers, TODAY)


def test_a_number_never_grows_beyond_its_column(nordic: Company) -> None:
    first, refusal = draw(series(nordic, starting_no="9" * 20), 2, TODAY)
    assert first == "9" * 20
    assert isinstance(refusal, UserError)


def test_a_series_that_runs_out_warns(nordic: Company, caplog: pytest.LogCaptureFixture) -> None:
    numbers = series(nordic, warning_no="T-100", ending_no="T-200")
    with caplog.at_level(logging.WARNING):
        draw(numbers, 2, TODAY)
        assert not caplog.records
        assert not is_running_out(numbers.lines.get())
        draw(numbers, 1, TODAY)
    assert "TEST is running out: T-100" in caplog.text
    assert is_running_out(numbers.lines.get())


def test_the_line_in_force_is_the_latest_that_has_started(nordic: Company) -> None:
    numbers = series(nordic)
    NumberSeriesLine.objects.create(series=numbers, starting_date=date(2027, 1, 1), starting_no="T27-001")
    assert draw_one(numbers, date(2027, 1, 1)) == "T27-001"
    assert draw_one(numbers, date(2026, 12, 31)) == "T-098"


def test_a_series_without_a_line_in_force_says_so(nordic: Company) -> None:
    numbers = series(nordic, starting_date=date(2027, 1, 1))
    with pytest.raises(UserError, match="no line in force on 2026-05-04"):
        draw_one(numbers, TODAY)


def test_a_series_may_leave_numbers_to_people(nordic: Company) -> None:
    numbers = series(nordic)
    numbers.default_nos = False
    with pytest.raises(UserError, match="Default Nos"):
        draw_one(numbers, TODAY)


def test_a_number_without_digits_is_refused(nordic: Company) -> None:
    numbers = series(nordic, starting_no="ABC")
    with pytest.raises(UserError, match="no digits"):
        draw_one(numbers, TODAY)


def test_two_who_draw_at_once_never_get_the_same_number(transactional_db: None) -> None:
    numbers = series(create_company("NORDIC", "Nordic Goods Oy"))
    drawn: list[str | UserError] = []
    together = threading.Barrier(4)

    def worker() -> None:
        try:
            together.wait(timeout=20)
            for _ in range(10):
                with transaction.atomic():
                    block = draw(numbers, 5, TODAY)
                drawn.extend(block)
        finally:
            connection.close()

    threads = [threading.Thread(target=worker) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(drawn) == len(set(drawn)) == 200
    assert draw_one(numbers, TODAY) == "T-298"
