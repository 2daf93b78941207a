"""docs/operations.md tells every address of REST, every permission set, and only commands that there are."""

import json
import re
import shlex
from pathlib import Path

import pytest
from django.test import Client
from typer.testing import CliRunner

from jono.cli.commands import app
from jono.web.permission_sets import PERMISSION_SETS

DOCUMENT = (Path(__file__).parents[2] / "docs" / "operations.md").read_text()


def test_every_address_of_rest_is_told(client: Client) -> None:
    paths = client.get("/api/openapi.json").json()["paths"]
    parts = {
        part for path in paths for part in path.removeprefix("/api/v1").split("/") if part and "{" not in part
    }
    told = {part for words in re.findall(r"`/([\w/-]+)`", DOCUMENT) for part in words.split("/")}
    assert parts <= told


def test_every_permission_set_is_told() -> None:
    assert set(re.findall(r"^\| `(JONO \w+)` \|", DOCUMENT, re.MULTILINE)) == set(PERMISSION_SETS)


@pytest.mark.parametrize("line", re.findall(r"^    jono (.*)$", DOCUMENT, re.MULTILINE))
def test_every_command_is_one_that_jono_understands(line: str) -> None:
    answer = CliRunner().invoke(app, [*shlex.split(line), "--help"])
    assert answer.exit_code == 0, answer.output
    unknown = CliRunner().invoke(app, [*shlex.split(line), "--no-such-option", "--help"])
    assert unknown.exit_code == 2


def test_the_case_of_jono_jobs_next_is_answered() -> None:
    (cases,) = re.findall(r"<<'CASES'\n(.*?)CASES\n", DOCUMENT, re.DOTALL)
    answer = CliRunner().invoke(app, ["jobs", "next", "--json"], input=cases)
    (vector,) = json.loads(answer.stdout)["vectors"]
    assert (vector["next"], vector["initial"]) == ("2026-11-30 08:00:00", "2026-11-27 17:00:00")
