"""The operations Jono sends to a store: the files of `queries/`, each whole with its fragments and its cost."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from graphql import FragmentDefinitionNode, parse, print_ast, separate_operations, strip_ignored_characters

from jono.shopify.cost import requested_cost
from jono.shopify.schema import admin_schema

_COST = re.compile(r"# cost: (\d+)\n")


@dataclass(frozen=True)
class Operation:
    """One operation as it is sent; `cost` is what it asks for at most, in points, as its file says on line 1."""

    name: str
    text: str
    cost: int

    @property
    def changes(self) -> bool:
        """Whether it changes the store."""
        return self.text.startswith("mutation")

    @property
    def is_idempotent(self) -> bool:
        """Whether it may be sent again under the same key and counts once."""
        return "@idempotent(" in self.text

    def cost_with(self, variables: Mapping[str, object]) -> int:
        """Return what it asks for with these variables: a small page costs less than a large one."""
        return _cost(
            self, frozenset((name, size) for name, size in variables.items() if isinstance(size, int))
        )


@lru_cache(maxsize=256)
def _cost(operation: Operation, sizes: frozenset[tuple[str, int]]) -> int:
    return requested_cost(admin_schema(), parse(operation.text), dict(sizes))


@cache
def operations() -> dict[str, Operation]:
    """Return every operation by its name."""
    queries = files("jono.shopify").joinpath("queries")
    shared = "\n".join(_texts(queries.joinpath("fragments")))
    made = [_operation(text, shared) for text in _texts(queries)]
    return {each.name: each for each in made}


@cache
def fragments() -> dict[str, FragmentDefinitionNode]:
    """Return every fragment that operations may spread, by its name."""
    folder = files("jono.shopify").joinpath("queries", "fragments")
    definitions = [each for text in _texts(folder) for each in parse(text).definitions]
    return {each.name.value: each for each in definitions if isinstance(each, FragmentDefinitionNode)}


def _texts(folder: Traversable) -> Iterator[str]:
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if file.name.endswith(".graphql"):
            yield file.read_text(encoding="utf-8")


def _operation(text: str, shared: str) -> Operation:
    declared = _COST.match(text)
    if declared is None:
        raise ValueError(f"An operation must say its cost on line 1: {text[:60]!r}")
    [(name, document)] = separate_operations(parse(text + shared)).items()
    return Operation(name, strip_ignored_characters(print_ast(document)), int(declared[1]))
