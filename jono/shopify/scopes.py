"""The access scopes that operations need, by the schema (`scopes.json`, made by `tools/prune_schema.py`)."""

import json
from collections.abc import Collection, Iterable
from functools import cache
from importlib.resources import files

from graphql import DocumentNode, FieldNode, TypeInfo, TypeInfoVisitor, Visitor, get_named_type, parse, visit

from jono.shopify.operations import operations
from jono.shopify.schema import admin_schema

Need = tuple[str, ...]
"""Scopes of which any one will do, the usual one first."""


@cache
def _table() -> dict[str, list[str]]:
    text = files("jono.shopify").joinpath("scopes.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def needs_of(document: DocumentNode) -> list[Need]:
    """Return what a document, valid against our schema, needs: one scope of each tuple."""
    asking = _Asking()
    visit(document, TypeInfoVisitor(asking.info, asking))
    return sorted(asking.needs)


def needs_of_operations(names: Iterable[str]) -> list[Need]:
    """Return what our operations of these names need together."""
    return sorted({need for name in names for need in needs_of(parse(operations()[name].text))})


def missing(needs: Iterable[Need], granted: Collection[str]) -> list[str]:
    """Return the scopes to ask for: of each need that is not met, the usual one. Who may write may read."""
    may = set(granted) | {each.replace("write_", "read_", 1) for each in granted if each.startswith("write_")}
    return sorted({need[0] for need in needs if not may & set(need)})


class _Asking(Visitor):
    """What each field asks for: scopes of its own, else those of the type it leads to."""

    def __init__(self) -> None:
        super().__init__()
        self.needs: set[Need] = set()
        self.info = TypeInfo(admin_schema())

    def enter_field(self, node: FieldNode, *_: object) -> None:
        parent, kind = self.info.get_parent_type(), self.info.get_type()
        if parent and kind:
            plain = get_named_type(kind).name.removesuffix("Edge").removesuffix("Connection")
            found = _table().get(f"{parent.name}.{node.name.value}") or _table().get(plain)
            if found:
                self.needs.add(tuple(found))
