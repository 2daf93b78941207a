"""The administrator: the first user, who can do everything."""

import secrets
from typing import Annotated

import typer
from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from jono.cli.database import database
from jono.cli.terminal import Json, console, print_json
from jono.kit.places import kept

USER_NAME = "admin"
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another


@database()
def administrator(
    user_name: Annotated[str, typer.Option("--user-name", help=_("The user."))] = USER_NAME,
    as_json: Json = False,
) -> None:
    """Make a user an administrator with a new password, and show it."""
    password = new_password()
    user, _made = get_user_model().objects.get_or_create(username=user_name)
    user.is_staff = user.is_superuser = user.is_active = True
    user.set_password(password)
    user.save()
    if as_json:
        print_json({"user_name": user_name, "password": password})
    else:
        console.print(
            _("%(user)s signs in with the password %(password)s") % {"user": user_name, "password": password}
        )


def first_administrator() -> str | None:
    """Return the password of the user `admin`, who is made when there is no administrator yet.

    The password is kept in the data directory, so that it can be shown again; None when it is another by now.
    """
    users = get_user_model().objects
    password = kept("admin.password", new_password)
    if not users.filter(is_superuser=True).exists():
        users.create_superuser(USER_NAME, password=password)
    user = users.filter(username=USER_NAME).first()
    return password if user and user.check_password(password) else None


def new_password() -> str:
    """Return a password that nobody guesses and everybody can type."""
    return "-".join("".join(secrets.choice(LETTERS) for _letter in range(4)) for _group in range(4))
