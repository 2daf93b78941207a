"""`jono token`: made for a user within a permission set, shown once, revoked for good."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from typer.testing import CliRunner

from jono.cli.commands import app
from jono.cli.database import bring_up_to_date
from jono.web.models import ApiToken

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def liisa() -> None:
    """Liisa, and the permission sets that `jono migrate` makes."""
    bring_up_to_date()
    User.objects.create_superuser("liisa")


def token(*words: str, code: int = 0) -> Any:
    result = CliRunner().invoke(app, ["token", *words, "--json"])
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def test_a_token_lets_a_program_in_until_it_is_revoked() -> None:
    made = token("create", "Warehouse", "--user", "liisa", "--permission-set", "JONO EDIT", "--days", "90")
    program = Client(headers={"Authorization": f"Bearer {made['token']}"})
    assert program.get("/api/v1/job-queue-entries").status_code == 200
    (listed,) = token("list")
    assert made == {**listed, "last_used_at": None, "token": made["token"]}
    assert (listed["permission_set"], listed["valid"]) == ("JONO EDIT", True)
    assert token("revoke", str(made["no"]))["valid"] is False
    assert program.get("/api/v1/job-queue-entries").status_code == 401
    assert token("revoke", str(made["no"]), code=3)["error"] == "The token Warehouse is revoked already."


def test_a_token_is_shown_to_people_once() -> None:
    shown = CliRunner().invoke(app, ["token", "create", "Warehouse", "--user", "liisa"]).stdout
    (text,) = [line for line in shown.splitlines() if line.startswith("jono_")]
    listed = CliRunner().invoke(app, ["token", "list"]).stdout
    assert text not in listed
    assert ApiToken.objects.get().permission_set.name == "JONO READ"


def test_what_there_is_not_is_told() -> None:
    assert token("create", "x", "--user", "nobody", code=3)["error"] == "There is no user nobody."
    unknown = token("create", "x", "--user", "liisa", "--permission-set", "ALL", code=3)["error"]
    assert unknown == (
        "There is no permission set ALL. The permission sets are: JONO ADMIN, JONO EDIT, JONO READ."
    )
    assert token("create", " ", "--user", "liisa", code=3)["error"] == "Say what the token is for."
    assert token("revoke", "99", code=3)["error"] == "There is no token 99. See: jono token list"
