"""The three errors of Jono, and the words they carry.

Every failure a person meets is one of three:

- `UserError`: something a person can mend. Shown as it is: what was wrong, where, what to do.
- `RetryLater`: nothing is wrong, only too early (a full cost bucket, a store that does not answer).
- anything else is a bug and keeps its traceback.

A message is stored as its English text with named places (`%(name)s`) and the values beside it, so that each
reader sees it in their own language whenever they look.
"""

import traceback
from collections.abc import Mapping
from datetime import datetime

Value = str | int


def gettext_noop(message: str) -> str:
    """Mark a message for translation where it is written; it is translated where it is shown."""
    return message


class UserError(Exception):
    """Something a person can mend, told in words they understand.

    `message` is an English text marked with `gettext_noop`; `values` fill its `%(name)s` places. A value is text
    or a whole number: format amounts and times before.
    """

    def __init__(self, message: str, /, **values: Value) -> None:
        super().__init__(message, values)
        self.message = message
        self.values: Mapping[str, Value] = values

    def __str__(self) -> str:
        return self.message % self.values if self.values else self.message


class RetryLater(Exception):  # noqa: N818 - reads as what to do, not as what broke
    """Not now: the work may go on from its cursor at `at`; `why` is a message as in `UserError`."""

    def __init__(self, at: datetime, why: str, /, **values: Value) -> None:
        super().__init__(why, values)
        self.at = at
        self.why = why
        self.values: Mapping[str, Value] = values

    def __str__(self) -> str:
        return self.why % self.values if self.values else self.why


def words_of(error: Exception) -> tuple[str, dict[str, Value]]:
    """Return an error as a message to store and its values."""
    if isinstance(error, UserError):
        return error.message, dict(error.values)
    if isinstance(error, RetryLater):
        return error.why, dict(error.values)
    return gettext_noop("An error in Jono: %(error)s"), {"error": f"{type(error).__name__}: {error}"[:2000]}


def call_stack_of(error: Exception) -> str:
    """Return the traceback of a bug; what a person can mend needs none."""
    if isinstance(error, UserError | RetryLater):
        return ""
    return "".join(traceback.format_exception(error))
