"""What the commands share: the console, `--json`, the language, and how an error is told."""

import json
import sys
from collections.abc import Mapping
from typing import Annotated, Any

import typer
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import OperationalError, ProgrammingError
from django.utils.translation import gettext as _
from psycopg.errors import UndefinedColumn, UndefinedTable
from rich.console import Console
from rich.text import Text
from typer.core import TyperGroup

from jono.cli import REFUSED
from jono.kit.errors import RetryLater, UserError
from jono.kit.language import say

FAILED = 1

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)


def _remember(context: typer.Context, as_json: bool) -> bool:
    context.meta["json"] = as_json
    return as_json


Json = Annotated[
    bool,
    typer.Option("--json", help=_("Answer in JSON, for programs."), callback=_remember, show_default=False),
]


class Commands(TyperGroup):
    """A group of commands that tells an error a person can mend in a sentence, not in a traceback."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except (UserError, RetryLater, OperationalError, ProgrammingError) as error:
            code, message = explain(error)
            tell(message, as_json=ctx.meta.get("json", False))
            raise typer.Exit(code) from error


def explain(error: Exception) -> tuple[int, str]:
    """Return the exit code for an error and its words; raise it again when it is a bug."""
    match error:
        case UserError():
            return REFUSED, say(error.message, error.values)
        case RetryLater():
            return FAILED, say(error.why, error.values)
        case ProgrammingError(__cause__=UndefinedTable() | UndefinedColumn()):
            return REFUSED, _("The database is not set up for this version of Jono. Run: jono migrate")
        case OperationalError():
            return REFUSED, _("The database does not answer: %(reason)s") % {"reason": error}
    raise error


def tell(message: str, *, as_json: bool) -> None:
    """Tell an error: in red on standard error, or as JSON on standard output."""
    if as_json:
        print_json({"error": message})
    else:
        errors.print(Text(message, style="red"), soft_wrap=True)


def print_json(document: Any) -> None:
    """Print one JSON document; decimals become text, times ISO 8601."""
    json.dump(
        document,
        sys.stdout,
        cls=DjangoJSONEncoder,
        ensure_ascii=False,
        indent=2 if sys.stdout.isatty() else None,
    )
    sys.stdout.write("\n")
    sys.stdout.flush()


def language(environment: Mapping[str, str]) -> str:
    """Return the language to speak: `JONO_LANGUAGE`, else the terminal's when we know it, else the default."""
    for name in ("JONO_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        named = environment.get(name, "").replace("-", "_").split("_")[0].split(".")[0].lower()
        if named in dict(settings.LANGUAGES):
            return named
        if named:
            break
    return settings.LANGUAGE_CODE
