"""The access scopes that operations need, by the schema (`scopes.json`, made by `tools/prune_schema.py`)."""

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLSchema,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    parse,
    visit,
)

from jono.shopify.operations import operations
from jono.shopify.schema import admin_schema

Need = tuple[str, ...]
"""Scopes of which any one will do, the usual one first."""


Scopes = Mapping[str, Sequence[str]]
"""The scopes of which one opens a type, or a field as `Type.field`."""


@cache
def own_scopes() -> Scopes:
    """Return the scopes of the part of the schema that Jono speaks."""
    text = files("jono.shopify").joinpath("scopes.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def scopes_told(introspection: Mapping[str, Any]) -> Scopes:
    """Return the scopes that the vendor's introspection tells; an ordinary one tells none."""
    told: dict[str, list[str]] = {}
    for kind in introspection["__schema"]["types"]:
        changes = kind["name"] == "Mutation"
        told[kind["name"]] = _scopes_in(kind.get("requiredAccess"), writes=False)
        for field in kind.get("fields") or ():
            told[f"{kind['name']}.{field['name']}"] = _scopes_in(field.get("requiredAccess"), writes=changes)
    return {name: scopes for name, scopes in sorted(told.items()) if scopes}


def _scopes_in(words: str | None, *, writes: bool) -> list[str]:
    """Return the scopes that a sentence names; a bare `orders` is a mutation's `write_orders`."""
    found = re.findall(r"`(\w+)`", (words or "").split(" Also: ")[0])
    prefix = "write_" if writes else "read_"
    return [each if each.startswith(("read_", "write_")) else prefix + each for each in found]


def needs_of(
    document: DocumentNode, schema: GraphQLSchema | None = None, scopes: Scopes | None = None
) -> list[Need]:
    """Return what a document, valid against the schema (ours unless given), needs: one scope of each tuple."""
    asking = _Asking(schema or admin_schema(), own_scopes() if scopes is None else scopes)
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

    def __init__(self, schema: GraphQLSchema, scopes: Scopes) -> None:
        super().__init__()
        self.needs: set[Need] = set()
        self.info = TypeInfo(schema)
        self._scopes = scopes

    def enter_field(self, node: FieldNode, *_: object) -> None:
        parent, kind = self.info.get_parent_type(), self.info.get_type()
        if parent and kind:
            plain = get_named_type(kind).name.removesuffix("Edge").removesuffix("Connection")
            found = self._scopes.get(f"{parent.name}.{node.name.value}") or self._scopes.get(plain)
            if found:
                self.needs.add(tuple(found))
