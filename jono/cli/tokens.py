"""`jono token`: the tokens by which programs come in over REST."""

from datetime import timedelta
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _
from rich.table import Table
from rich.text import Text

from jono.cli.database import database
from jono.cli.job_actions import user_named
from jono.cli.shown import moment
from jono.cli.terminal import Commands, Json, console, print_json
from jono.kit.clock import now
from jono.kit.errors import UserError, gettext_noop
from jono.web.models import ApiToken
from jono.web.permission_sets import READ
from jono.web.tokens import create_token, permission_set_named
from jono.web.tokens import revoke as let_nobody_in

LONGEST_LIFE = 36500  # days

app = typer.Typer(
    cls=Commands, no_args_is_help=True, help=_("Tokens for programs that use the REST interface.")
)


@app.command("create", help=_("Make a token, and show it this once."))
@database()
def create(
    name: Annotated[str, typer.Argument(help=_("What it is for."), show_default=False)],
    user: Annotated[str, typer.Option("--user", help=_("The user it acts for."), show_default=False)],
    permission_set: Annotated[
        str,
        typer.Option("--permission-set", help=_("What it may do, as far as its user may: a permission set.")),
    ] = READ.name,
    days: Annotated[
        int | None,
        typer.Option(
            "--days", min=1, max=LONGEST_LIFE, help=_("How long it lets programs in; left out: for ever.")
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Make a token."""
    holder = user_named(user)
    if holder is None:
        raise UserError(gettext_noop("Say for which user: --user"))
    expires_at = now() + timedelta(days=days) if days else None
    token, text = create_token(name, holder, permission_set_named(permission_set), expires_at)
    if as_json:
        print_json({**_document(token), "token": text})
    else:
        console.print(_("Copy the token now; it cannot be shown again:"))
        console.print(Text(text, style="bold"), soft_wrap=True)


@app.command("list", help=_("List the tokens; of their text only how it begins is known."))
@database()
def list_tokens(as_json: Json = False) -> None:
    """List the tokens."""
    tokens = list(ApiToken.objects.select_related("user", "permission_set"))
    if as_json:
        print_json([_document(token) for token in tokens])
        return
    table = Table(
        _("No."), _("Name"), _("Begins with"), _("User"), _("Permission Set"), _("Valid"), _("Last Used")
    )
    for token in tokens:
        who = (token.name, token.hint, token.user.get_username(), token.permission_set.name)
        valid = _("Yes") if token.valid else _("No")
        table.add_row(str(token.pk), *who, valid, moment(token.last_used_at))
    console.print(table)


@app.command("revoke", help=_("Let nobody in by a token any more."))
@database()
def revoke(
    token_no: Annotated[int, typer.Argument(help=_("The number of the token."), show_default=False)],
    as_json: Json = False,
) -> None:
    """Revoke a token."""
    found = ApiToken.objects.select_related("user", "permission_set").filter(pk=token_no).first()
    if found is None:
        raise UserError(gettext_noop("There is no token %(no)s. See: jono token list"), no=token_no)
    token = let_nobody_in(found)
    if as_json:
        print_json(_document(token))
    else:
        console.print(_("The token %(name)s is revoked.") % {"name": token.name})


def _document(token: ApiToken) -> dict[str, Any]:
    """A token for programs: all of it but its text."""
    return {
        "no": token.pk,
        "name": token.name,
        "begins_with": token.hint,
        "user": token.user.get_username(),
        "permission_set": token.permission_set.name,
        "valid": token.valid,
        "created_at": token.created_at,
        "expires_at": token.expires_at,
        "last_used_at": token.last_used_at,
        "revoked_at": token.revoked_at,
    }
