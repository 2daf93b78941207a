"""`jono store`: costs and scopes of an operation in a file, told without a store."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from jono.cli import REFUSED
from jono.cli.commands import app
from jono.cli.terminal import FAILED
from jono.shopify.operations import operations

QUERIES = Path(__file__).resolve().parents[2] / "jono" / "shopify" / "queries"
COUNT = "query Count { ordersCount { count } }"


def jono(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["store", *map(str, arguments)])


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
