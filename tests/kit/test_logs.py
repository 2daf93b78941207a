"""Each line says what it is about, as words or as JSON, and no secret."""

import json
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jono.kit import logs

TOKEN = "jono_" + "Ab3-" * 10


def line(formatter: logging.Formatter, message: str, *values: object, error: Exception | None = None) -> str:
    """What a formatter makes of one line."""
    details = (type(error), error, error.__traceback__) if error else None
    return formatter.format(
        logging.LogRecord("jono.test", logging.WARNING, __file__, 1, message, values, details)
    )


def test_a_line_carries_what_it_is_about_while_it_is_about_that() -> None:
    with logs.about(run_id=3, company="NORDIC"), logs.about(entry_no=7, user=None):
        told = json.loads(line(logs.Json(), "page of %s", 250))
    assert told | {"time": ""} == {
        "time": "", "level": "warning", "logger": "jono.test", "message": "page of 250", "run_id": 3,
        "company": "NORDIC", "entry_no": 7,
    }  # fmt: skip
    assert "run_id" not in json.loads(line(logs.Json(), "later"))


def test_people_read_it_at_the_end_of_the_line() -> None:
    with logs.about(run_id=3):
        assert line(logs.Words(), "a page").endswith("WARNING jono.test: a page [run_id=3]")


def test_an_error_keeps_its_traceback_but_not_the_data_in_it() -> None:
    buyer = "aino"
    try:
        raise ValueError(f"duplicate key\nDETAIL:  Key (email)=({buyer}@example.fi) already exists.")
    except ValueError as error:
        told = json.loads(line(logs.Json(), "refused", error=error))
        words = line(logs.Words(), "refused", error=error)
    for text in (told["exception"], words):
        assert "test_logs.py" in text
        assert "duplicate key" in text
        assert "aino@" not in text


@pytest.mark.parametrize(
    ("message", "told"),
    [
        (f"sent {TOKEN} along", "sent *** along"),
        ("shpat_0123456789abcdef0123456789abcdef", "***"),
        ("jono.perform[3](run_id=3, token='9f1c-22')", "jono.perform[3](run_id=3, token='***')"),
        ("postgresql://jono:hidden@db/jono", "postgresql://jono:***@db/jono"),
        ("host=db password=hidden dbname=jono", "host=db password=*** dbname=jono"),
        ("Authorization: Bearer abc.def", "Authorization: Bearer ***"),
        ("http://localhost:8000/jono_jobs?q=1", "http://localhost:8000/jono_jobs?q=1"),
    ],
)
def test_secrets_are_struck_out(message: str, told: str) -> None:
    assert logs.strike_out(message) == told


@given(st.text())
def test_whatever_is_said_is_one_line_of_json(message: str) -> None:
    assert "\n" not in line(logs.Json(), "%s", message)
    assert "message" in json.loads(line(logs.Json(), "%s", message))


def test_another_format_is_refused() -> None:
    with pytest.raises(ValueError, match="JONO_LOG_FORMAT is 'xml'; write words or json"):
        logs.configuration("xml", "INFO")
