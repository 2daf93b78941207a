"""Who may see and do what: each page and action names the permission it needs."""

from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied

from jono.web.pages import Action, ListPage

Person = User | AnonymousUser


def may(person: Person, permission: str) -> bool:
    """Whether this person holds the permission; everybody holds the one without a name."""
    return not permission or person.has_perm(permission)


def may_open(person: Person, page: ListPage) -> bool:
    """Whether this person may see the page's records."""
    return may(person, page.permission("view"))


def may_do(person: Person, page: ListPage, action: Action) -> bool:
    """Whether this person may take the action; one that names no permission needs that to change the record."""
    return may(person, action.permission or page.permission("change"))


def require(allowed: bool) -> None:
    """Turn a no into the page that says so."""
    if not allowed:
        raise PermissionDenied
