"""`jono store`: what an operation costs a store, and whether and with which scopes it may be sent."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _
from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSyntaxError,
    parse,
    separate_operations,
    validate,
)

from jono.cli.terminal import FAILED, Commands, Json, console, errors, print_json
from jono.kit.errors import UserError, gettext_noop
from jono.shopify.cost import MAXIMUM, requested_cost
from jono.shopify.operations import fragments
from jono.shopify.schema_files import FOLDER, AdminSchema, own_part, read_schema
from jono.shopify.scopes import needs_of

WHOLE_SCHEMA = gettext_noop(
    "Jono has only the part of the Admin schema that it speaks itself. To check against all of it, name a file of "
    "it by --schema, or a folder in JONO_ADMIN_SCHEMAS."
)

app = typer.Typer(cls=Commands, no_args_is_help=True, help=_("Look at operations before a store does."))

File = Annotated[Path, typer.Argument(help=_("A file of one GraphQL operation."), show_default=False)]
Variables = Annotated[
    Path | None, typer.Option("--variables", help=_("A JSON file of the operation's variables."))
]


Schema = Annotated[
    Path | None,
    typer.Option(
        "--schema",
        envvar=FOLDER,
        help=_("The whole Admin schema: a file of introspection as JSON or of SDL, or a folder of them."),
        show_default=False,
    ),
]


@app.command("cost", help=_("Print how many query points an operation asks for."))
def cost(file: File, variables: Variables = None, schema: Schema = None, as_json: Json = False) -> None:
    """Count what the store will count, without asking it."""
    known, document = _schema(schema), _document(file)
    for problem in validate(known.schema, document):
        raise _wrong(file, problem, known)
    points = requested_cost(known.schema, document, _variables(variables))
    if as_json:
        print_json({"file": str(file), "requested_query_cost": points, "maximum": MAXIMUM})
    else:
        message = _("%(points)s points. A single query may ask for %(maximum)s.")
        console.print(message % {"points": points, "maximum": MAXIMUM})
    if points > MAXIMUM:
        raise typer.Exit(FAILED)


@app.command("check", help=_("Check an operation against the schema, and name the access scopes it needs."))
def check(file: File, schema: Schema = None, as_json: Json = False) -> None:
    """Validate as the store does, against the part of its schema that Jono speaks, or against a whole one."""
    known, document = _schema(schema), _document(file)
    problems = [_place(problem) for problem in validate(known.schema, document)]
    scopes = [] if problems else [list(need) for need in needs_of(document, known.schema, known.scopes)]
    if as_json:
        print_json(
            {"file": str(file), "schema": known.name, "problems": problems, "needs_one_of_each": scopes}
        )
    else:
        _tell(known, problems, scopes)
    if problems:
        raise typer.Exit(FAILED)


def _tell(known: AdminSchema, problems: Sequence[str], scopes: Sequence[Sequence[str]]) -> None:
    if not problems:
        console.print(_("Valid by the Admin schema %(schema)s.") % {"schema": known.name})
    for need in scopes:
        console.print(_("Needs the access scope %(scopes)s.") % {"scopes": _(" or ").join(need)})
    for problem in problems:
        errors.print(problem, soft_wrap=True)
    if problems and known.is_part:
        errors.print(_(WHOLE_SCHEMA), soft_wrap=True)


def _schema(path: Path | None) -> AdminSchema:
    return read_schema(path) if path else own_part()


def _document(file: Path) -> DocumentNode:
    """Read an operation, and with it those of our own fragments that it does not hold itself."""
    try:
        document = parse(_read(file))
    except GraphQLSyntaxError as error:
        raise _wrong(file, error) from error
    held = {each.name.value for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    ours = (each for name, each in fragments().items() if name not in held)
    separated = list(separate_operations(DocumentNode(definitions=(*document.definitions, *ours))).values())
    if len(separated) != 1:
        raise UserError(gettext_noop("%(file)s does not hold exactly one operation."), file=str(file))
    return separated[0]


def _variables(file: Path | None) -> dict[str, Any]:
    if file is None:
        return {}
    try:
        given = json.loads(_read(file))
    except ValueError as error:
        raise UserError(
            gettext_noop("%(file)s is no JSON: %(reason)s."), file=str(file), reason=str(error)
        ) from error
    if not isinstance(given, dict):
        raise UserError(
            gettext_noop("%(file)s must hold one JSON object, a value for each variable."), file=str(file)
        )
    return given


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(
            gettext_noop("%(file)s cannot be read (%(reason)s)."), file=str(file), reason=str(error)
        ) from error


def _wrong(file: Path, error: GraphQLError, known: AdminSchema | None = None) -> UserError:
    problem = _place(error)
    if known and known.is_part:
        problem = f"{problem} {_(WHOLE_SCHEMA)}"
    return UserError(gettext_noop("%(file)s: %(problem)s"), file=str(file), problem=problem)


def _place(error: GraphQLError) -> str:
    line = f"{error.locations[0].line}:{error.locations[0].column}: " if error.locations else ""
    return f"{line}{error.message}"
