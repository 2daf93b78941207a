"""Shopify's search texts, such as `status:open updated_at:>='2026-01-31T00:00:00Z'`, as conditions on the tables.

A term that the store does not understand is left out and answered with a warning, exactly as treacherous as the
real store: the result then holds more than was asked for.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from jono.sandbox.kinds import Kind, SearchField

_TERM = re.compile(
    r"""(?P<joint>\b(?:AND|OR)\b)
    | (?P<not>-|NOT\s+)?
      (?: (?P<field>\w+) : (?P<comparator>>=|<=|>|<)? (?P<quote>['"]?) (?P<value>.*?) (?P=quote) (?=\s|$)
        | (?P<word>\S+) )""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Condition:
    """A condition in SQL with its values, and a warning (field, message) for every term that was left out."""

    sql: str
    values: tuple[object, ...]
    warnings: tuple[tuple[str, str], ...] = ()


class _NotUnderstoodError(Exception):
    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.warning = (field, message)


def read_search(text: str | None, kind: Kind) -> Condition:
    """Return the condition on records of `kind` that a search text means: terms side by side, `OR`, `NOT` or `-`."""
    alternatives: list[list[str]] = [[]]
    values: list[object] = []
    warnings: list[tuple[str, str]] = []
    for term in _TERM.finditer(text or ""):
        if term["joint"] == "OR":
            alternatives.append([])
        elif not term["joint"]:
            try:
                sql, found = _word(term, kind) if term["word"] else _compared(term, kind)
            except _NotUnderstoodError as error:
                warnings.append(error.warning)
            else:
                alternatives[-1].append(f"NOT ({sql})" if term["not"] else f"({sql})")
                values += found
    joined = " OR ".join(" AND ".join(each) for each in alternatives if each)
    return Condition(joined or "1", tuple(values), tuple(warnings))


def _word(term: re.Match[str], kind: Kind) -> tuple[str, list[object]]:
    return f"instr(lower({kind.words}), ?) > 0", [term["word"].strip("'\"").lower()]


def _compared(term: re.Match[str], kind: Kind) -> tuple[str, list[object]]:
    name, field = term["field"], kind.searches.get(term["field"])
    if field is None:
        raise _NotUnderstoodError(name, "Invalid search field for this query.")
    comparator, value = term["comparator"] or "=", term["value"]
    if field.compared == "choice":
        return _choice(name, field, value), []
    if field.compared == "text":
        return _text(name, field, comparator, value)
    known = _time(value) if field.compared == "time" else _number(value)
    if known is None:
        raise _NotUnderstoodError(name, f"Input `{value}` is not a valid {field.compared}.")
    return f"{field.expression} {comparator} ?", [known]


def _choice(name: str, field: SearchField, value: str) -> str:
    try:
        return (field.choices or {})[value.lower()]
    except KeyError:
        raise _NotUnderstoodError(name, f"Input `{value}` is not an accepted value.") from None


def _text(name: str, field: SearchField, comparator: str, value: str) -> tuple[str, list[object]]:
    """Text is compared as the store does: any case, an order's name with or without `#`, `*` for any ending."""
    if comparator != "=":
        raise _NotUnderstoodError(name, "Only a number or a time can be more or less.")
    plain = value.lower().lstrip("#")
    expression = f"ltrim(lower({field.expression}), '#')"
    if plain.endswith("*"):
        return f"substr({expression}, 1, ?) = ?", [len(plain) - 1, plain[:-1]]
    return f"{expression} = ?", [plain]


def _time(value: str) -> str | None:
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _number(value: str) -> int | None:
    digits = value.rsplit("/", 1)[-1]
    return int(digits) if digits.isdecimal() else None


def warned(path: str, text: str | None, condition: Condition) -> Iterator[dict[str, object]]:
    """What the answer's `extensions.search` says of a search that was not understood whole."""
    if condition.warnings:
        warnings = [{"field": field, "message": message} for field, message in condition.warnings]
        yield {"path": [path], "query": text, "warnings": warnings}
