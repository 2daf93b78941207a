"""What people do with a shop's connection: test it, and say that a privacy request was answered."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest

from jono.kit.clock import now
from jono.kit.errors import RetryLater, UserError, gettext_noop
from jono.shopify import privacy
from jono.shopify.models import PrivacyRequest, Shop
from jono.sync.connecting import try_connection
from jono.sync.store_check import arrange
from jono.web.notices import tell, tell_error
from jono.web.queue_actions import person


def test_connection(request: HttpRequest, shops: Sequence[Shop]) -> None:
    """Sign in to the store, say which it is, and what is not as it should be."""
    shop = shops[0]
    try:
        tried = try_connection(shop)
    except RetryLater as later:
        raise UserError(later.why, **later.values) from later
    tell(
        request,
        gettext_noop("Connected with the store %(name)s (%(domain)s)."),
        name=tried.store.name,
        domain=tried.store.myshopify_domain,
    )
    for problem in tried.problems:
        tell_error(request, problem)
    check_if_enabled(request, shop)


def check_if_enabled(request: HttpRequest, shop: Shop) -> None:
    """Have an enabled shop's connection checked, now and once a day."""
    if shop.enabled:
        arrange(shop, person(request))


def mark_as_answered(request: HttpRequest, requests: Sequence[PrivacyRequest]) -> None:
    """Note that what was asked about personal data has been answered; whom the store wants forgotten is forgotten."""
    for each in requests:
        privacy.forget(each)
    PrivacyRequest.objects.filter(pk__in=[each.pk for each in requests], answered_at=None).update(
        answered_at=now()
    )
    tell(request, gettext_noop("Marked as answered."), level=messages.SUCCESS)
