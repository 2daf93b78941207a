"""The operations: each says its true cost, fits the schema, and answers in the models that are committed."""

import filecmp
import os
import subprocess
import sys
from pathlib import Path

import pytest
from graphql import (
    BreakingChangeType,
    FieldNode,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    OperationDefinitionNode,
    find_breaking_changes,
    get_named_type,
    introspection_from_schema,
    parse,
    validate,
)

from jono.shopify.cost import MAXIMUM, requested_cost
from jono.shopify.operations import Operation, operations
from jono.shopify.schema import API_VERSION, admin_schema, schema_text
from jono.shopify.schema_files import FOLDER, file_name, read_schema
from tools import prune_schema

ROOT = Path(__file__).resolve().parents[2]
EACH = [pytest.param(each, id=each.name) for each in operations().values()]


CHANGES = [pytest.param(each, id=each.name) for each in operations().values() if each.changes]


def real_file(version: str) -> Path:
    """The file of Shopify's whole Admin schema of one version."""
    folder = os.environ.get(FOLDER)
    if not folder:
        pytest.skip(f"{FOLDER} names no folder: tools/prune_schema.py --keep FOLDER makes one")
    return Path(folder) / file_name(version)


@pytest.mark.parametrize("operation", EACH)
def test_an_operation_says_what_it_costs(operation: Operation) -> None:
    assert operation.cost == requested_cost(admin_schema(), parse(operation.text))


@pytest.mark.parametrize("operation", EACH)
def test_an_operation_costs_no_more_than_a_store_allows(operation: Operation) -> None:
    assert operation.cost <= MAXIMUM


@pytest.mark.parametrize("operation", EACH)
def test_an_operation_fits_the_schema(operation: Operation) -> None:
    assert validate(admin_schema(), parse(operation.text)) == []


@pytest.mark.parametrize("version", prune_schema.CONTRACTS)
def test_all_operations_fit_the_real_schema(version: str) -> None:
    schema = read_schema(real_file(version)).schema
    assert {each.name: validate(schema, parse(each.text)) for each in operations().values()} == {
        name: [] for name in operations()
    }


def test_the_schema_is_a_part_of_the_real_one() -> None:
    changes = find_breaking_changes(admin_schema(), read_schema(real_file(API_VERSION)).schema)
    # `@deprecated` itself has grown with GraphQL; it is not Shopify's.
    assert [each for each in changes if each.type is not BreakingChangeType.DIRECTIVE_LOCATION_REMOVED] == []


def test_the_scopes_are_those_that_the_real_schema_tells() -> None:
    introspection = prune_schema.read(real_file(API_VERSION))
    assert prune_schema.scopes(introspection, schema_text()) == prune_schema.SCOPES.read_text()


@pytest.mark.parametrize("operation", CHANGES)
def test_every_mutation_asks_for_all_that_the_store_may_object_to(operation: Operation) -> None:
    assert missing_objections(operation, admin_schema()) == []


@pytest.mark.parametrize("version", prune_schema.CONTRACTS)
def test_no_mutation_leaves_out_what_the_real_store_may_object_to(version: str) -> None:
    schema = read_schema(real_file(version)).schema
    changes = [each for each in operations().values() if each.changes]
    assert [lack for each in changes for lack in missing_objections(each, schema)] == []


def test_an_objection_that_is_not_asked_for_or_goes_by_another_name_is_found() -> None:
    def lacks(selection: str) -> list[str]:
        text = f'mutation M{{webhookSubscriptionDelete(id:"1"){selection}}}'
        return missing_objections(Operation("M", text, 10), admin_schema())

    assert lacks("{deletedWebhookSubscriptionId}")
    assert lacks("{errors:userErrors{field message}}")
    assert lacks("{userErrors{message}}")
    assert lacks("{userErrors{field message}}") == []


def missing_objections(operation: Operation, schema: GraphQLSchema) -> list[str]:
    """What a mutation leaves out of the store's objections: whole lists of them, or what they say.

    Where the store repeats them in a list of its old ways, `userErrors`, beside a newer one, either will do.
    """
    [definition] = [
        each for each in parse(operation.text).definitions if isinstance(each, OperationDefinitionNode)
    ]
    assert schema.mutation_type
    return [
        lack
        for change in definition.selection_set.selections
        if isinstance(change, FieldNode)
        for lack in _lacks(change, schema.mutation_type.fields[change.name.value].type)
    ]


def _lacks(change: FieldNode, payload: GraphQLOutputType) -> list[str]:
    kind = get_named_type(payload)
    assert isinstance(kind, GraphQLObjectType) and change.selection_set
    lists = {
        name: field.type for name, field in kind.fields.items() if name.endswith(("userErrors", "UserErrors"))
    }
    asked = {
        each.name.value: each
        for each in change.selection_set.selections
        if isinstance(each, FieldNode) and each.name.value in lists and each.alias is None
    }
    if not asked:
        return [f"{change.name.value} asks for none of {sorted(lists)}"]
    keyed = any(each.name.value == "idempotent" for each in change.directives)
    return [
        f"{change.name.value}.{name}.{part}"
        for name, field in asked.items()
        for part in sorted(_parts(lists[name], keyed=keyed) - _names(field))
    ]


def _parts(objections: GraphQLOutputType, *, keyed: bool) -> set[str]:
    """What has to be asked of an objection: its code, too, where it tells that a key was in use."""
    kind = get_named_type(objections)
    assert isinstance(kind, GraphQLObjectType)
    wanted = {"field", "message", *(["code"] if keyed else [])}
    return wanted & set(kind.fields)


def _names(field: FieldNode) -> set[str]:
    assert field.selection_set
    return {each.name.value for each in field.selection_set.selections if isinstance(each, FieldNode)}


def test_the_schema_holds_no_more_than_is_asked_for() -> None:
    assert prune_schema.pruned(_introspection(admin_schema())) == schema_text()


def test_the_models_are_those_of_the_operations(tmp_path: Path) -> None:
    settings = (ROOT / "pyproject.toml").read_text()
    elsewhere = settings.replace(
        'target_package_path = "jono/shopify"', f'target_package_path = "{tmp_path}"'
    )
    config = tmp_path / "config.toml"
    config.write_text(elsewhere)
    codegen = [sys.executable, "-m", "ariadne_codegen", "models_only", "--config", str(config)]
    subprocess.run(codegen, cwd=ROOT, check=True, capture_output=True)
    made, committed = tmp_path / "api", ROOT / "jono" / "shopify" / "api"
    names = sorted(path.name for path in committed.glob("*.py"))
    assert sorted(path.name for path in made.glob("*.py")) == names
    assert filecmp.cmpfiles(made, committed, names, shallow=False) == (names, [], [])


def _introspection(schema: GraphQLSchema) -> prune_schema.Introspection:
    return dict(introspection_from_schema(schema, directive_is_repeatable=True))
