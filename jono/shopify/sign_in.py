"""Signs a shop's app in by the client credentials grant: its tokens live a day and are renewed by one worker at a time.

For an app and a store of the same organisation; there is no refresh token, a new one is simply asked for. Whoever
changes the row's `renewing_until` asks; the others go on with the present token, or wait for the new one.
"""

from collections.abc import Callable
from datetime import timedelta

from django.db.models import Q
from pydantic import BaseModel

from jono.kit.clock import now
from jono.kit.errors import RetryLater, UserError, gettext_noop
from jono.kit.http import Answer, Http
from jono.kit.secrets import encrypt
from jono.shopify.models import Shop, ShopConnection
from jono.shopify.throttle import Pause
from jono.shopify.tokens import FixedToken, Tokens, checked

RENEW_BEFORE = timedelta(minutes=30)
FORCED_AT_MOST_EVERY = timedelta(minutes=1)
RENEWING_TAKES = timedelta(seconds=60)
_LOOK_SECONDS = 0.5


class _Granted(BaseModel):
    access_token: str
    expires_in: int
    scope: str = ""


def tokens_of(shop: Shop, address: str, pause: Pause) -> Tokens:
    """Return where the shop's line gets its token from; raise UserError when what it takes is not filled in."""
    connection = shop.connection
    if connection.sign_in_method == ShopConnection.SignInMethod.CLIENT_CREDENTIALS:
        if not connection.client_id or not connection.sealed_client_secret:
            raise UserError(
                gettext_noop("Shop %(shop)s has no client ID and secret. Enter them on its card."),
                shop=shop.code,
            )
        return RenewedTokens(shop.code, address, pause)
    if not connection.sealed_token:
        raise UserError(
            gettext_noop("Shop %(shop)s has no access token. Enter it on its card."), shop=shop.code
        )
    return FixedToken(connection.access_token)


class RenewedTokens:
    """The tokens of a shop that signs in with client ID and secret; all workers share the row they are kept in."""

    def __init__(
        self, shop_code: str, address: str, pause: Pause, open_line: Callable[[str], Http] = Http
    ) -> None:
        self._shop_code = shop_code
        self._address = address
        self._pause = pause
        self._open_line = open_line

    def current(self) -> str:
        """Return a token that is valid for some time to come, renewing it when it grows old."""
        row = self._row()
        if not row.token_expires_at or row.token_expires_at < now() + RENEW_BEFORE:
            return self._renew(row)
        return row.access_token

    def renewed(self, refused: str) -> str | None:
        """Return a token other than the refused one: asked for anew, but no more than once a minute."""
        row = self._row()
        if row.access_token not in ("", refused):
            return row.access_token
        if row.token_renewed_at and row.token_renewed_at > now() - FORCED_AT_MOST_EVERY:
            return None
        ShopConnection.objects.filter(pk=row.pk, sealed_token=row.sealed_token).update(token_expires_at=None)
        return self._renew(self._row())

    def _row(self) -> ShopConnection:
        return ShopConnection.objects.get(shop=self._shop_code)

    def _renew(self, row: ShopConnection) -> str:
        """Renew the token if nobody else does, else use the present one, or wait for theirs when there is none."""
        gives_up_at = now() + RENEWING_TAKES
        while True:
            if self._claim(row):
                return self._ask(row)
            row = self._row()
            if row.token_expires_at and row.token_expires_at > now() + timedelta(minutes=1):
                return row.access_token
            if now() > gives_up_at:
                why = gettext_noop("Another worker is signing in to %(address)s.")
                raise RetryLater(now() + FORCED_AT_MOST_EVERY, why, address=self._address)
            self._pause(_LOOK_SECONDS)

    def _claim(self, row: ShopConnection) -> bool:
        at = now()
        free = Q(renewing_until=None) | Q(renewing_until__lt=at)
        unchanged = ShopConnection.objects.filter(free, pk=row.pk, sealed_token=row.sealed_token)
        return bool(unchanged.update(renewing_until=at + RENEWING_TAKES))

    def _ask(self, row: ShopConnection) -> str:
        try:
            granted = self._granted(row)
            token = checked(granted.access_token)
        except BaseException:
            ShopConnection.objects.filter(pk=row.pk).update(renewing_until=None)
            raise
        at = now()
        ShopConnection.objects.filter(pk=row.pk).update(
            sealed_token=encrypt(token),
            token_expires_at=at + timedelta(seconds=granted.expires_in),
            token_renewed_at=at,
            renewing_until=None,
        )
        return token

    def _granted(self, row: ShopConnection) -> _Granted:
        with self._open_line(self._address) as line:
            answer = line.post_form(
                "/admin/oauth/access_token",
                {
                    "grant_type": "client_credentials",
                    "client_id": row.client_id,
                    "client_secret": row.client_secret,
                },
            )
        if answer.status == 429 or answer.status >= 500:
            why = gettext_noop("%(address)s is busy or out of order (HTTP %(status)s).")
            raise RetryLater(now() + FORCED_AT_MOST_EVERY, why, address=self._address, status=answer.status)
        granted = _read(answer) if answer.status == 200 else None
        if granted is None:
            raise UserError(
                gettext_noop(
                    "%(address)s does not let the app sign in with its client ID and secret (%(reason)s). See in the "
                    "Dev Dashboard that they are right, and that the app is installed in this store."
                ),
                address=self._address,
                reason=_reason(answer),
            )
        return granted


def _read(answer: Answer) -> _Granted | None:
    """What was granted; None where the answer, though it says all is well, grants nothing."""
    try:
        return _Granted.model_validate(answer.json())
    except ValueError:
        return None


def _reason(answer: Answer) -> str:
    try:
        told = answer.json()
    except ValueError:
        told = None
    words = told.get("error_description") or told.get("error") if isinstance(told, dict) else None
    return str(words or f"HTTP {answer.status}")[:200]
