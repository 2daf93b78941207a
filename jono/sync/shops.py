"""Opens a shop for a flow: its row with all sections, and its store to talk to."""

from django.conf import settings

from jono.jobs.work import Work
from jono.kit.errors import UserError, gettext_noop
from jono.shopify.address import store_address
from jono.shopify.client import Store
from jono.shopify.models import Shop
from jono.shopify.shared_bucket import SharedBucket
from jono.shopify.throttle import Priority


def open_shop(code: str) -> Shop:
    """Return the shop with its sections; raise UserError when there is none or it is not enabled."""
    sections = ("connection", "orders_section", "customers_section", "products_section")
    shop = Shop.objects.select_related(*sections).filter(code=code).first()
    if shop is None:
        raise UserError(gettext_noop("There is no Shopify shop %(shop)s."), shop=code)
    if not shop.enabled:
        raise UserError(
            gettext_noop("Shop %(shop)s is not enabled. Switch on Enabled on its card."), shop=code
        )
    return shop


def open_store(shop: Shop, work: Work, priority: Priority | None = None) -> Store:
    """Return the shop's store, to talk to; raise UserError when its address or token is missing or wrong.

    Its cost bucket is shared with everybody who talks to that store, those who are awaited first. Waiting for it,
    the run notices when it is asked to stop.
    """
    token = shop.connection.access_token
    if not token:
        raise UserError(
            gettext_noop("Shop %(shop)s has no access token. Enter it on its card."), shop=shop.code
        )
    address = store_address(shop.shopify_url, sandbox_allowed=settings.JONO_SANDBOX_ALLOWED)
    if priority is None:
        priority = Priority.INTERACTIVE if work.awaited else Priority.SCHEDULED
    return Store(address, token, bucket=SharedBucket(address, priority), pause=work.sleep)
