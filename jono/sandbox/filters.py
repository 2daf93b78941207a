"""Webhook filters: which bodies a subscription wants, in the words of a search on the body's own fields.

`total_price:>=100 AND tags:wholesale` looks at the fields of the body; `line_items.sku:MUG` at those of any element of
a list, `customer.id:1` at those of an object.
"""

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

_TERM = re.compile(
    r"""(?P<or>\bOR\b) | \bAND\b
    | (?P<not>-|NOT\s+)? (?P<field>[\w.]+) : (?P<comparator>>=|<=|>|<)?
      (?: "(?P<quoted>[^"]*)" | '(?P<single>[^']*)' | (?P<bare>[^\s()]+) )""",
    re.VERBOSE,
)


def can_filter(text: str) -> bool:
    """Whether a filter is understood whole."""
    return any(each["field"] for each in _TERM.finditer(text)) and not _TERM.sub("", text).strip(" ()")


def passes(body: dict[str, Any], text: str) -> bool:
    """Whether a body is one that the filter lets through."""
    alternatives = [[True]]
    for term in _TERM.finditer(text):
        if term["or"]:
            alternatives.append([True])
        elif term["field"]:
            alternatives[-1].append(_matches(body, term) != bool(term["not"]))
    return any(all(each) for each in alternatives)


def _matches(body: dict[str, Any], term: re.Match[str]) -> bool:
    wanted = next(each for each in (term["quoted"], term["single"], term["bare"]) if each is not None)
    found = list(_values(body, term["field"].split(".")))
    return any(_compares(each, term["comparator"] or "=", wanted) for each in found)


def _values(value: Any, path: list[str]) -> Iterator[Any]:
    """The values at a path, of every element where there is a list."""
    if isinstance(value, list):
        for each in value:
            yield from _values(each, path)
    elif not path:
        yield value
    elif isinstance(value, dict) and path[0] in value:
        yield from _values(value[path[0]], path[1:])


def _compares(found: Any, comparator: str, wanted: str) -> bool:
    if wanted == "*":
        return found is not None
    if comparator == "=":
        words, number = str(found).lower(), _number(wanted)
        parts = {each.strip() for each in words.split(",")}
        return wanted.lower() in {words, *parts} or (number is not None and _number(found) == number)
    less, more = _number(found), _number(wanted)
    if less is None or more is None:
        return False
    return {">": less > more, ">=": less >= more, "<": less < more, "<=": less <= more}[comparator]


def _number(value: Any) -> Decimal | None:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None
