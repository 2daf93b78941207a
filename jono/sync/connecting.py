"""Tests a shop's connection: signs in, reads the store's own record, and says what is not as it should be."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from jono.jobs.registry import caption_of
from jono.kit.clock import now
from jono.kit.errors import UserError, gettext_noop
from jono.shopify.client import Store
from jono.shopify.models import Shop, ShopConnection
from jono.shopify.records import ShopDetails
from jono.shopify.schema import API_VERSION, accessible_until
from jono.sync.needs import lacks
from jono.sync.shops import store_of

ALARM_BEFORE = timedelta(days=60)


@dataclass(frozen=True)
class Tested:
    """The store that answered, and what is not as it should be."""

    store: ShopDetails
    problems: list[UserError]


def try_connection(shop: Shop) -> Tested:
    """Sign in to the shop's store and read it; raise UserError or RetryLater when that cannot be done at all."""
    with store_of(shop) as store:
        return examine(shop, store)


def examine(shop: Shop, store: Store) -> Tested:
    """Read the store over an open line, remember what it is called, and look for what needs a person."""
    details = store.shop()
    ShopConnection.objects.filter(shop=shop).update(
        store_domain=details.myshopify_domain.lower(), tested_at=now()
    )
    shop.connection.refresh_from_db()
    return Tested(details, [*missing_scopes(details), *version_problems(shop.connection, now())])


def version_problems(connection: ShopConnection, at: datetime) -> Iterator[UserError]:
    """Say that our API version is answered by another, or will be within sixty days."""
    until = accessible_until(API_VERSION)
    if connection.served_version not in ("", API_VERSION):
        yield UserError(
            gettext_noop(
                "The store answers as API version %(served)s; Jono asks for %(asked)s. Update Jono: fields may be "
                "gone or mean something else."
            ),
            served=connection.served_version,
            asked=API_VERSION,
        )
    elif at > until - ALARM_BEFORE:
        yield UserError(
            gettext_noop("Shopify stops answering as API version %(asked)s on %(date)s. Update Jono before."),
            asked=API_VERSION,
            date=f"{until:%Y-%m-%d}",
        )


def missing_scopes(details: ShopDetails) -> Iterator[UserError]:
    """Name each scope that the store's app was not granted, and the jobs that need it."""
    for lack in lacks(details.scopes):
        yield UserError(
            gettext_noop(
                "The store's app lacks the access scope %(scope)s, which is needed for: %(jobs)s. Grant it in the "
                "app's settings and install the app again."
            ),
            scope=lack.scope,
            jobs=", ".join(caption_of(report_id) for report_id in lack.report_ids),
        )
