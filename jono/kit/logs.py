"""Logs: one line an event, in words or as JSON, and on each what it is about: the run, the request.

No line carries a secret or what the database says of a person's data: both are struck out as the line is written.
"""

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from copy import copy
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from pythonjsonlogger.json import JsonFormatter

Fact = str | int
ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

FORMATS = ("words", "json")

_SECRETS = re.compile(
    r"(?P<name>\b(?:token|password|secret)['\"]?\s*[=:]\s*['\"]?|://[^/\s:@]*:(?=[^/\s@]+@)|\bbearer\s+)[^\s'\",)@]+"
    r"|\b(?:jono|shp[a-z]{2,4})_[\w-]{20,}",
    re.IGNORECASE,
)
_ROW_DATA = re.compile(r"^(?P<name>(?:DETAIL|CONTEXT): ).*$", re.MULTILINE)
_about: ContextVar[Mapping[str, Fact]] = ContextVar("about", default={})  # noqa: B039 - never changed in place


@contextmanager
def about(**facts: Fact | None) -> Iterator[None]:
    """Put these facts on every line logged inside the block by this thread or task; None leaves one out."""
    known = {name: fact for name, fact in facts.items() if fact is not None}
    token = _about.set({**_about.get(), **known})
    try:
        yield
    finally:
        _about.reset(token)


def strike_out(text: str) -> str:
    """Return the text without what looks like a secret, and without the row data in PostgreSQL's messages."""
    text = _SECRETS.sub(lambda found: f"{found['name'] or ''}***", text)
    return _ROW_DATA.sub(lambda found: f"{found['name']}***", text)


class _Discreet(logging.Formatter):
    """A formatter that strikes out what no log may hold."""

    def format(self, record: logging.LogRecord) -> str:
        told = copy(record)
        told.msg, told.args = strike_out(record.getMessage()), ()
        told.exc_text = None
        return super().format(told)

    def formatException(self, ei: ExceptionInfo) -> str:  # noqa: N802 - its name in the library
        return strike_out(super().formatException(ei))


class Words(_Discreet):
    """Lines for people: time, level, who says it, what, and what it is about."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname:<7} {name}: {message}", style="{")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - its name in the library
        facts = " ".join(f"{name}={fact}" for name, fact in _about.get().items())
        line = super().formatMessage(record)
        return f"{line} [{facts}]" if facts else line


class Json(_Discreet, JsonFormatter):
    """Lines for programs: one JSON object each, with only what we mean to say."""

    def add_fields(
        self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]
    ) -> None:
        log_data["time"] = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        log_data["level"] = record.levelname.lower()
        log_data["logger"] = record.name
        log_data["message"] = record.getMessage()
        log_data |= _about.get()
        if record.exc_info and "exc_info" in message_dict:
            log_data["exception"] = message_dict["exc_info"]


def configuration(format_name: str, level: str) -> dict[str, Any]:
    """Return Django's `LOGGING`: everything to standard error, in one of FORMATS; raise ValueError for another."""
    if format_name not in FORMATS:
        raise ValueError(f"JONO_LOG_FORMAT is {format_name!r}; write {' or '.join(FORMATS)}")
    formatters = {"words": {"()": Words}, "json": {"()": Json}}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": formatters,
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": format_name}},
        "root": {"handlers": ["console"], "level": level},
    }
