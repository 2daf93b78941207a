"""Every command speaks to people and to programs, in their language, and says with its exit code how it went."""

import json
from collections.abc import Iterator

import pytest
import typer
from django.contrib.auth import get_user_model
from django.db import OperationalError, ProgrammingError, connection
from typer.main import get_command
from typer.testing import CliRunner

from jono.cli.commands import app
from jono.cli.terminal import Commands, Json, language
from jono.kit.clock import now
from jono.kit.errors import RetryLater, UserError

NO_SHOP = "There is no shop %(shop)s."
FULL = "The store is busy."


def commands(group: typer.core.TyperGroup, path: str = "") -> Iterator[tuple[str, typer.core.TyperCommand]]:
    for name, command in group.commands.items():
        if isinstance(command, typer.core.TyperGroup):
            yield from commands(command, f"{path}{name} ")
        elif isinstance(command, typer.core.TyperCommand):
            yield f"{path}{name}", command


def every_command() -> list[tuple[str, typer.core.TyperCommand]]:
    group = get_command(app)
    assert isinstance(group, typer.core.TyperGroup)
    return list(commands(group))


def failing_with(error: Exception) -> typer.Typer:
    """An app of one command that ends in `error`."""
    failing = typer.Typer(cls=Commands, pretty_exceptions_enable=False)

    @failing.callback()
    def group() -> None: ...

    @failing.command()
    def fail(as_json: Json = False) -> None:
        raise error

    return failing


@pytest.mark.parametrize(
    ("path", "command"), every_command(), ids=lambda it: it if isinstance(it, str) else ""
)
def test_every_command_answers_in_json_when_asked(path: str, command: typer.core.TyperCommand) -> None:
    assert "--json" in {name for parameter in command.params for name in parameter.opts}
    assert command.help


def test_what_is_not_understood_is_exit_code_2() -> None:
    assert CliRunner().invoke(app, ["jobs", "list", "--no-such-option"]).exit_code == 2


def test_what_a_person_can_mend_is_told_in_a_sentence_with_exit_code_3() -> None:
    answer = CliRunner().invoke(failing_with(UserError(NO_SHOP, shop="x")), ["fail"])
    assert (answer.exit_code, answer.stderr, answer.stdout) == (3, "There is no shop x.\n", "")


def test_what_comes_too_early_is_exit_code_1() -> None:
    answer = CliRunner().invoke(failing_with(RetryLater(now(), FULL)), ["fail"])
    assert (answer.exit_code, answer.stderr) == (1, "The store is busy.\n")


def test_an_error_is_json_too_when_json_was_asked_for() -> None:
    answer = CliRunner().invoke(failing_with(UserError(NO_SHOP, shop="ä")), ["fail", "--json"])
    assert json.loads(answer.stdout) == {"error": "There is no shop ä."}
    assert answer.stderr == ""


def test_a_bug_keeps_its_traceback() -> None:
    answer = CliRunner().invoke(failing_with(ZeroDivisionError()), ["fail"])
    assert isinstance(answer.exception, ZeroDivisionError)
    answer = CliRunner().invoke(failing_with(ProgrammingError("syntax error")), ["fail"])
    assert isinstance(answer.exception, ProgrammingError)


def test_a_database_that_went_away_is_told_in_a_sentence() -> None:
    answer = CliRunner().invoke(failing_with(OperationalError("gone")), ["fail"])
    assert (answer.exit_code, answer.stderr) == (3, "The database does not answer: gone\n")


@pytest.mark.django_db(transaction=True)
def test_a_database_that_was_never_set_up_is_told_with_what_to_do() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE jobs_jobqueueentry RENAME TO elsewhere")
        try:
            answer = CliRunner().invoke(app, ["jobs", "list"])
        finally:
            cursor.execute("ALTER TABLE elsewhere RENAME TO jobs_jobqueueentry")
    assert (answer.exit_code, answer.stderr[-24:]) == (3, "version of Jono. Run: jono migrate\n"[-24:])


@pytest.mark.parametrize(
    ("environment", "spoken"),
    [
        ({}, "en"),
        ({"LANG": "fi_FI.UTF-8"}, "fi"),
        ({"LANG": "fi"}, "fi"),
        ({"LC_ALL": "C.UTF-8", "LANG": "fi_FI.UTF-8"}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "fi_FI", "LANG": "en_US.UTF-8"}, "fi"),
        ({"JONO_LANGUAGE": "fi", "LANG": "en_US.UTF-8"}, "fi"),
        ({"LANG": "sv_FI.UTF-8"}, "en"),
    ],
)
def test_it_speaks_the_terminals_language_when_it_knows_it(environment: dict[str, str], spoken: str) -> None:
    assert language(environment) == spoken


@pytest.mark.django_db
def test_a_database_that_is_up_to_date_is_left_as_it_is() -> None:
    assert json.loads(CliRunner().invoke(app, ["migrate", "--json"]).stdout) == {"applied": []}


@pytest.mark.django_db
def test_an_administrator_gets_a_password_that_works() -> None:
    answer = CliRunner().invoke(app, ["administrator", "--user-name", "aino", "--json"])
    password = json.loads(answer.stdout)["password"]
    aino = get_user_model().objects.get(username="aino")
    assert aino.check_password(password)
    assert aino.is_superuser
