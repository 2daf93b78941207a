"""Alert channels: what must be true of one before it is kept, and the secret that a webhook signs with."""

import base64
import re
import secrets as random
from collections.abc import Iterator
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from jono.jobs.models import AlertChannel
from jono.jobs.news import tell
from jono.kit import secrets
from jono.kit.errors import UserError, gettext_noop

SECRET_PREFIX = "whsec_"  # noqa: S105 - how a secret begins, not one
SECRET_BYTES = 32

Kind = AlertChannel.Kind


def problems(channel: AlertChannel) -> Iterator[tuple[str, UserError]]:
    """Yield what is wrong with a channel, each with the field that is to be mended."""
    if channel.kind == Kind.EMAIL:
        addresses = addresses_of(channel)
        if not addresses:
            yield "addresses", UserError(gettext_noop("Enter at least one e-mail address."))
        for address in addresses:
            try:
                validate_email(address)
            except ValidationError:
                message = gettext_noop("%(address)s is not an e-mail address.")
                yield "addresses", UserError(message, address=address)
    if channel.kind == Kind.WEBHOOK and not _is_web_address(channel.url):
        yield "url", UserError(gettext_noop("Enter an address that begins with https:// or http://."))


@transaction.atomic
def keep(channel: AlertChannel) -> AlertChannel:
    """Write a channel; a webhook gets its secret. Raises UserError for the first thing that is not right."""
    for _, problem in problems(channel):
        raise problem
    if channel.kind == Kind.WEBHOOK and not channel.sealed_secret:
        channel.sealed_secret = secrets.encrypt(_make_secret())
    channel.rests_until_at = None
    channel.save()
    tell(channel)
    return channel


def remove(channel: AlertChannel) -> None:
    """Delete a channel with what was told on it. Raises UserError for the banner, which is always there."""
    if channel.kind == Kind.BANNER:
        raise UserError(gettext_noop("The banner cannot be deleted. Mute it, or turn it off."))
    channel.delete()


def renew_secret(channel: AlertChannel) -> str:
    """Give a webhook another secret and return it; from now on everything is signed with this one."""
    secret = _make_secret()
    channel.sealed_secret = secrets.encrypt(secret)
    channel.save(update_fields=["sealed_secret"])
    return secret


def secret_of(channel: AlertChannel) -> str:
    """Return a webhook's secret, as its receiver is to be given it."""
    return secrets.decrypt(channel.sealed_secret)


def addresses_of(channel: AlertChannel) -> list[str]:
    """Return the e-mail addresses of a channel, each once."""
    return list(dict.fromkeys(filter(None, re.split(r"[\s,;]+", channel.addresses))))


def _make_secret() -> str:
    return SECRET_PREFIX + base64.b64encode(random.token_bytes(SECRET_BYTES)).decode()


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"https", "http"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
