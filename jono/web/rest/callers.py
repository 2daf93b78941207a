"""Who calls: a program with a token, or a signed-in person; and what they may do."""

from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.contrib.auth.models import Permission, User
from django.http import HttpRequest
from ninja.security import HttpBearer, SessionAuth

from jono.kit.errors import gettext_noop
from jono.web.access import may
from jono.web.models import ApiToken
from jono.web.rest.problems import Problem
from jono.web.tokens import find_token


@dataclass
class Caller:
    """A user, and the token by which a program acts for them."""

    user: User
    token: ApiToken | None = None

    def may(self, permission: str) -> bool:
        """Whether the user may, and the token's permission set holds it."""
        return may(self.user, permission) and (self.token is None or permission in self._of_token)

    @cached_property
    def _of_token(self) -> set[str]:
        if self.token is None:
            return set()
        held = Permission.objects.filter(group=self.token.permission_set_id)
        return {f"{app}.{name}" for app, name in held.values_list("content_type__app_label", "codename")}


class Token(HttpBearer):
    """`Authorization: Bearer jono_...`"""

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        """Return who the token speaks for; raise Problem when it lets nobody in."""
        found = find_token(token)
        if found is None:
            raise Problem(
                401, gettext_noop("The token is not known, has expired or was revoked. Ask for another one.")
            )
        return Caller(found.user, found)


class SignedIn(SessionAuth):
    """The session of a person who is signed in, as on the documentation's page."""

    def __call__(self, request: HttpRequest) -> Caller | None:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return None
        user = super().__call__(request)
        return Caller(user) if isinstance(user, User) else None


def allow(request: HttpRequest, permission: str) -> User:
    """Return the user who calls; raise Problem unless they may."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    if not caller.may(permission):
        message = gettext_noop("This takes the permission %(permission)s, which the token or its user lacks.")
        raise Problem(403, message, permission=permission)
    return caller.user
