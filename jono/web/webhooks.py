"""Takes webhooks in: proves them, writes a row, wakes the entry that looks into it, and answers.

Nothing is read from the store or the ERP here, so that Shopify has its answer in time at any load. Answers other
than 2xx make Shopify send again, and in the end take the subscription away: they are for what is not ours.
"""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from jono.kit.clock import now
from jono.shopify.models import Shop
from jono.shopify.webhooks import Delivery, is_genuine, read
from jono.sync.webhooks import accept

LONGEST_BODY = 2_000_000


@csrf_exempt
@login_not_required
@require_POST
def receive(request: HttpRequest, shop_code: str) -> HttpResponse:
    """Take in a webhook of a shop's store: 200 when it is ours, known or not; 401, 404, 413 or 400 when it is not."""
    shop = Shop.objects.select_related("connection", "orders_section").filter(code=shop_code).first()
    if shop is None:
        return HttpResponse("No such shop.", status=404, content_type="text/plain")
    try:
        body = request.body
    except RequestDataTooBig:
        return HttpResponse("Too large.", status=413, content_type="text/plain")
    signature = request.headers.get("X-Shopify-Hmac-Sha256", "")
    if not is_genuine(body, signature, shop.connection.signing_secrets(now())):
        return HttpResponse("Not signed by this shop's app.", status=401, content_type="text/plain")
    delivery = _delivery(request, body)
    if delivery is None:
        return HttpResponse("Not a webhook.", status=400, content_type="text/plain")
    domain = shop.connection.store_domain
    if domain and delivery.domain.lower() != domain:
        return HttpResponse("Another store's.", status=404, content_type="text/plain")
    accept(shop, delivery)
    return HttpResponse(status=200)


def _delivery(request: HttpRequest, body: bytes) -> Delivery | None:
    content = read(body)
    webhook_id = request.headers.get("X-Shopify-Webhook-Id", "")
    if content is None or not webhook_id or len(webhook_id) > 100:
        return None
    return Delivery(
        topic=request.headers.get("X-Shopify-Topic", "")[:100],
        webhook_id=webhook_id,
        event_id=request.headers.get("X-Shopify-Event-Id", "")[:100],
        domain=request.headers.get("X-Shopify-Shop-Domain", ""),
        triggered_at=request.headers.get("X-Shopify-Triggered-At", ""),
        content=content,
    )
