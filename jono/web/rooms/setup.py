"""The pages of what holds for all of Jono: its users, the tokens of programs, its workers."""

from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _

from jono.web.pages import CardPage, Column, Field, Group, ListPage, Room
from jono.web.rooms import operations

users = ListPage(
    name="users",
    model=User,
    caption=_("Users"),
    keywords=_("people sign in password permission access"),
    icon="person",
    columns=[
        Column("username", _("User Name")),
        Column("full_name", _("Full Name"), value=User.get_full_name, wide=True),
        Column("email", _("E-mail")),
        Column("is_active", _("Enabled"), filter=True),
        Column("is_superuser", _("Administrator"), filter=True),
        Column("last_login", _("Last Signed In")),
    ],
    search=["username", "first_name", "last_name", "email"],
    order=["username"],
    card=CardPage(
        _("User"),
        [
            Group(
                _("General"),
                [
                    Field("username", _("User Name")),
                    Field("first_name", _("First Name"), editable=True),
                    Field("last_name", _("Last Name"), editable=True),
                    Field("email", _("E-mail"), editable=True),
                    Field(
                        "is_active", _("Enabled"), editable=True, help=_("Who is not enabled cannot sign in.")
                    ),
                    Field(
                        "is_superuser",
                        _("Administrator"),
                        help=_("An administrator may see and do everything."),
                    ),
                    Field(
                        "groups",
                        _("Permission Sets"),
                        editable=True,
                        help=_("What this person may see and do."),
                    ),
                    Field("last_login", _("Last Signed In")),
                    Field("date_joined", _("Created")),
                ],
            )
        ],
        title=User.get_username,
    ),
)

ROOM = Room(caption=_("Setup"), pages=[users, operations.tokens, operations.workers])
