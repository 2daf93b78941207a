"""Tokens for programs: made and shown once, recognised by their digest, revoked for good."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.contrib.auth.models import Group, User
from django.db.models import Q

from jono.kit.clock import now
from jono.kit.errors import UserError, gettext_noop
from jono.web.models import ApiToken

PREFIX = "jono_"
"""By it, programs that look for leaked secrets know ours."""
RANDOM_BYTES = 32
HINT_LENGTH = len(PREFIX) + 4
USE_NOTED_EVERY = timedelta(minutes=1)


def create_token(
    name: str, user: User, permission_set: Group, expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """Make a token; return it and its text, which cannot be had again. Raise UserError for one nobody could use."""
    if not name.strip():
        raise UserError(gettext_noop("Say what the token is for."))
    if expires_at and expires_at <= now():
        raise UserError(gettext_noop("The token would have expired already. Choose a later time, or none."))
    text = PREFIX + secrets.token_urlsafe(RANDOM_BYTES)
    token = ApiToken.objects.create(
        name=name.strip(),
        user=user,
        permission_set=permission_set,
        digest=_digest(text),
        hint=text[:HINT_LENGTH],
        expires_at=expires_at,
    )
    return token, text


def find_token(text: str) -> ApiToken | None:
    """Return the token with this text if it lets anybody in, and note that it was used, to the minute."""
    token = ApiToken.objects.select_related("user").filter(digest=_digest(text)).first()
    if token is None or not token.valid or not token.user.is_active:
        return None
    before = now() - USE_NOTED_EVERY
    if token.last_used_at is None or token.last_used_at < before:
        unnoted = Q(last_used_at=None) | Q(last_used_at__lt=before)
        ApiToken.objects.filter(unnoted, pk=token.pk).update(last_used_at=now())
    return token


def revoke(token: ApiToken) -> ApiToken:
    """Let nobody in by this token any more; raise UserError when that is so already."""
    if not ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now()):
        raise UserError(gettext_noop("The token %(name)s is revoked already."), name=token.name)
    token.refresh_from_db()
    return token


def permission_set_named(name: str) -> Group:
    """Return the permission set with this name; raise UserError naming those there are."""
    found = Group.objects.filter(name=name).first()
    if found is None:
        raise UserError(
            gettext_noop("There is no permission set %(name)s. The permission sets are: %(known)s."),
            name=name,
            known=", ".join(Group.objects.order_by("name").values_list("name", flat=True)) or "-",
        )
    return found


def _digest(text: str) -> str:
    """The digest of a token's text: it is long and random, so no slow digest is needed."""
    return hashlib.sha256(text.encode()).hexdigest()
