"""`jono jobs category`: the categories of the job queue."""

from typing import Annotated

import typer
from django.utils.translation import gettext as _
from rich.table import Table

from jono.cli.database import database
from jono.cli.terminal import Commands, Json, console, print_json
from jono.jobs.models import Category
from jono.kit.errors import UserError, gettext_noop
from jono.web.rest.documents import CategoryDocument
from jono.web.rest.finding import category_coded

app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    help=_("Job queue categories: of the entries of one, one runs at a time."),
)
Code = Annotated[str, typer.Argument(help=_("The code of the category."), show_default=False)]
Description = Annotated[str, typer.Option("--description", help=_("What it is for."))]

LONGEST_CODE, LONGEST_DESCRIPTION = 10, 100


@app.command("list", help=_("List the categories."))
@database()
def list_categories(as_json: Json = False) -> None:
    """List the categories."""
    categories = list(Category.objects.all())
    if as_json:
        print_json([CategoryDocument.of(category).model_dump() for category in categories])
        return
    table = Table(_("Code"), _("Description"))
    for category in categories:
        table.add_row(category.code, category.description)
    console.print(table)


@app.command("create", help=_("Add a category."))
@database()
def create(code: Code, description: Description = "", as_json: Json = False) -> None:
    """Add a category."""
    if not 0 < len(code.strip()) <= LONGEST_CODE or len(description) > LONGEST_DESCRIPTION:
        message = gettext_noop("A code has 1 to %(code)s characters, a description at most %(description)s.")
        raise UserError(message, code=LONGEST_CODE, description=LONGEST_DESCRIPTION)
    category, made = Category.objects.get_or_create(code=code.strip(), defaults={"description": description})
    if not made:
        raise UserError(gettext_noop("There is a job queue category %(code)s already."), code=category.code)
    _answer(category, as_json)


@app.command("delete", help=_("Delete a category; its code stays on its entries."))
@database()
def delete(code: Code, as_json: Json = False) -> None:
    """Delete a category."""
    category_coded(code).delete()
    if as_json:
        print_json({"deleted": code})
    else:
        console.print(_("Job queue category %(code)s is deleted.") % {"code": code})


def _answer(category: Category, as_json: bool) -> None:
    if as_json:
        print_json(CategoryDocument.of(category).model_dump())
    else:
        console.print(_("Job queue category %(code)s is there.") % {"code": category.code})
