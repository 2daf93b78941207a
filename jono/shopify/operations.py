"""The operations Jono sends to a store: the files of `queries/`, each whole with its fragments and its cost."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from graphql import parse, print_ast, separate_operations, strip_ignored_characters

_COST = re.compile(r"# cost: (\d+)\n")


@dataclass(frozen=True)
class Operation:
    """One operation as it is sent; `cost` is what it asks for at most, in points, as its file says on line 1."""

    name: str
    text: str
    cost: int


@cache
def operations() -> dict[str, Operation]:
    """Return every operation by its name."""
    queries = files("jono.shopify").joinpath("queries")
    fragments = "\n".join(text for text in _texts(queries.joinpath("fragments")))
    made = [_operation(text, fragments) for text in _texts(queries)]
    return {each.name: each for each in made}


def _texts(folder: Traversable) -> Iterator[str]:
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if file.name.endswith(".graphql"):
            yield file.read_text(encoding="utf-8")


def _operation(text: str, fragments: str) -> Operation:
    declared = _COST.match(text)
    if declared is None:
        raise ValueError(f"An operation must say its cost on line 1: {text[:60]!r}")
    [(name, document)] = separate_operations(parse(text + fragments)).items()
    return Operation(name, strip_ignored_characters(print_ast(document)), int(declared[1]))
