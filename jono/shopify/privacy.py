"""Forgets people where a store says that the law wants it: `customers/redact` and `shop/redact`."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from jono.shopify.models import Order, OrderAddress, PrivacyRequest, Shop, ShopCall

WARN_BEFORE = timedelta(days=7)
CUSTOMER, STORE = "customers/redact", "shop/redact"


def unanswered(shop: Shop) -> QuerySet[PrivacyRequest]:
    """Return what still has to be answered, the oldest first."""
    return PrivacyRequest.objects.filter(shop=shop, answered_at=None).order_by("answer_by_date", "id")


@transaction.atomic
def forget(request: PrivacyRequest) -> int:
    """Take what is personal out of our copies of the orders that are to be redacted; return how many those are.

    Doing it again does no harm, and nothing is done for a request of another kind. What stands in the company's
    books is for a person to judge: bookkeeping has a law of its own.
    """
    if request.topic not in (CUSTOMER, STORE):
        return 0
    orders = _orders(request)
    OrderAddress.objects.filter(order__in=orders).delete()
    _calls(request).delete()
    return orders.update(
        email="", phone_no="", work_description="", po_number="", error_message="", error_values={}
    )


def _orders(request: PrivacyRequest) -> QuerySet[Order]:
    """The orders that the store names; where it names none, all of the customer's."""
    orders = Order.objects.filter(shop=request.shop_id)
    if request.topic == STORE:
        return orders
    if request.order_gids:
        return orders.filter(gid__in=request.order_gids)
    return orders.filter(customer_gid=request.customer_gid) if request.customer_gid else orders.none()


def _calls(request: PrivacyRequest) -> QuerySet[ShopCall]:
    """The logged calls that may speak of the same people."""
    calls = ShopCall.objects.filter(shop=request.shop_id)
    if request.topic == STORE:
        return calls
    about = Q()
    for gid in filter(None, (request.customer_gid, *request.order_gids)):
        about |= Q(request__contains=f'"{gid}"') | Q(response__contains=f'"{gid}"')
    return calls.filter(about) if about else calls.none()
