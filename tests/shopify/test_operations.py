"""The operations: each says its true cost, fits the schema, and answers in the models that are committed."""

import filecmp
import os
import subprocess
import sys
from pathlib import Path

import pytest
from graphql import (
    BreakingChangeType,
    GraphQLSchema,
    find_breaking_changes,
    introspection_from_schema,
    parse,
    validate,
)

from jono.shopify.cost import MAXIMUM, requested_cost
from jono.shopify.operations import Operation, operations
from jono.shopify.schema import admin_schema, schema_text
from tools import prune_schema

ROOT = Path(__file__).resolve().parents[2]
EACH = [pytest.param(each, id=each.name) for each in operations().values()]


def real_schema(version: str) -> GraphQLSchema:
    """Shopify's whole Admin schema of one version."""
    folder = os.environ.get("JONO_ADMIN_SCHEMAS")
    if not folder:
        pytest.skip("JONO_ADMIN_SCHEMAS names no folder: tools/prune_schema.py --keep FOLDER makes one")
    return prune_schema.full_schema(prune_schema.read(Path(folder) / prune_schema.file_name(version)))


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
    schema = real_schema(version)
    assert {each.name: validate(schema, parse(each.text)) for each in operations().values()} == {
        name: [] for name in operations()
    }


def test_the_schema_is_a_part_of_the_real_one() -> None:
    changes = find_breaking_changes(admin_schema(), real_schema(prune_schema.VERSION))
    # `@deprecated` itself has grown with GraphQL; it is not Shopify's.
    assert [each for each in changes if each.type is not BreakingChangeType.DIRECTIVE_LOCATION_REMOVED] == []


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
