"""`jono store`: costs and scopes of an operation in a file, told without a store."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from graphql import build_schema, introspection_from_schema
from typer.testing import CliRunner, Result

from jono.cli import REFUSED
from jono.cli.commands import app
from jono.cli.terminal import FAILED
from jono.shopify.operations import operations
from jono.shopify.schema import API_VERSION
from jono.shopify.schema_files import FOLDER, file_name

QUERIES = Path(__file__).resolve().parents[2] / "jono" / "shopify" / "queries"
COUNT = "query Count { ordersCount { count } }"


def jono(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["store", *map(str, arguments)])


@pytest.fixture(autouse=True)
def no_whole_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests may have whole schemas at hand."""
    monkeypatch.delenv(FOLDER, raising=False)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "operation.graphql"


def test_the_cost_of_an_operation_of_ours_is_what_it_says(file: Path) -> None:
    told = json.loads(jono("cost", QUERIES / "orders.graphql", "--json").stdout)
    assert told["requested_query_cost"] == operations()["Orders"].cost


def test_variables_count(tmp_path: Path) -> None:
    variables = tmp_path / "variables.json"
    variables.write_text('{"first": 10}')
    answer = jono("cost", QUERIES / "orders.graphql", "--variables", variables, "--json")
    assert json.loads(answer.stdout)["requested_query_cost"] < operations()["Orders"].cost / 2


def test_a_cost_is_told_in_words(file: Path) -> None:
    file.write_text(COUNT)
    assert jono("cost", file).stdout == "10 points. A single query may ask for 1000.\n"


def test_an_operation_dearer_than_a_store_allows_fails(file: Path) -> None:
    lines = "lineItems(first: 250) { nodes { variant { product { id } } taxLines { title } } }"
    file.write_text(f"query Dear {{ orders(first: 250) {{ nodes {{ {lines} a: {lines} b: {lines} }} }} }}")
    answer = jono("cost", file, "--json")
    assert json.loads(answer.stdout)["requested_query_cost"] > 1000
    assert answer.exit_code == FAILED


def test_a_check_names_the_scopes(file: Path) -> None:
    file.write_text(COUNT)
    told = json.loads(jono("check", file, "--json").stdout)
    assert told["problems"] == []
    assert told["needs_one_of_each"] == [["read_orders", "read_marketplace_orders"]]
    assert "read_orders or read_marketplace_orders" in jono("check", file).stdout


def test_what_does_not_fit_the_schema_is_told_with_its_place(file: Path) -> None:
    file.write_text("query Odd {\n  shop { colour }\n}")
    answer = jono("check", file, "--json")
    assert answer.exit_code == FAILED
    [problem] = json.loads(answer.stdout)["problems"]
    assert problem.startswith("2:10: Cannot query field 'colour'")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("query {", "Syntax Error"),
        (f"{COUNT} query B {{ shop {{ id }} }}", "exactly one operation"),
        (None, "cannot be read"),
    ],
)
def test_what_is_no_operation_is_refused_in_words(file: Path, text: str | None, problem: str) -> None:
    if text:
        file.write_text(text)
    answer = jono("cost", file, "--json")
    assert answer.exit_code == REFUSED
    assert problem in json.loads(answer.stdout)["error"]


WHOLE = """
schema { query: QueryRoot }
type QueryRoot { shop: Shop!, publications(first: Int): PublicationConnection! }
type Shop { id: ID! }
type PublicationConnection { nodes: [Publication!]! }
type Publication { id: ID!, autoPublish: Boolean! }
"""
BEYOND_US = "query Ours { publications(first: 10) { nodes { id autoPublish } } }"


def introspection(access: str) -> str:
    """The schema as its vendor tells it, with the access that publications need."""
    told: dict[str, Any] = dict(introspection_from_schema(build_schema(WHOLE)))
    for kind in told["__schema"]["types"]:
        if kind["name"] == "Publication":
            kind["requiredAccess"] = access
    return json.dumps({"data": told})


def test_what_jono_does_not_speak_is_refused_with_how_to_check_it(file: Path) -> None:
    file.write_text(BEYOND_US)
    check, cost = jono("check", file), jono("cost", file)
    assert (check.exit_code, cost.exit_code) == (FAILED, REFUSED)
    assert "--schema" in check.stderr
    assert "--schema" in cost.stderr


@pytest.mark.parametrize("packed", [False, True])
def test_a_whole_schema_checks_costs_and_names_scopes(file: Path, tmp_path: Path, packed: bool) -> None:
    file.write_text(BEYOND_US)
    text = introspection("`read_publications` access scope.").encode()
    whole = tmp_path / ("whole.json.gz" if packed else "whole.json")
    whole.write_bytes(gzip.compress(text) if packed else text)
    told = json.loads(jono("check", file, "--schema", whole, "--json").stdout)
    assert told["problems"] == []
    assert told["needs_one_of_each"] == [["read_publications"]]
    assert json.loads(jono("cost", file, "--schema", whole, "--json").stdout)["requested_query_cost"] == 6


def test_a_folder_of_schemas_in_the_environment_does_as_well(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text(BEYOND_US)
    packed = gzip.compress(introspection("`read_publications` access scope.").encode())
    (tmp_path / file_name(API_VERSION)).write_bytes(packed)
    monkeypatch.setenv(FOLDER, str(tmp_path))
    answer = jono("check", file)
    assert answer.exit_code == 0
    assert f"Valid by the Admin schema {file_name(API_VERSION)}." in answer.stdout


def test_a_schema_may_be_sdl_and_what_is_wrong_with_it_is_wrong(file: Path, tmp_path: Path) -> None:
    whole = tmp_path / "whole.graphql"
    whole.write_text(WHOLE)
    file.write_text("{ publications(first: 10) { nodes { colour } } }")
    answer = jono("check", file, "--schema", whole)
    assert answer.exit_code == FAILED
    assert "colour" in answer.stderr
    assert "--schema" not in answer.stderr


@pytest.mark.parametrize("content", ["{}", "[1]", "{", "type Query {", "no schema at all"])
def test_what_is_no_schema_is_refused_in_words(file: Path, tmp_path: Path, content: str) -> None:
    file.write_text(COUNT)
    wrong = tmp_path / "wrong.json"
    wrong.write_text(content)
    answer = jono("check", file, "--schema", wrong)
    assert answer.exit_code == REFUSED
    assert "is no GraphQL schema" in answer.stderr.replace("\n", " ")
