"""30104, Sync Orders from Shopify: the store's new and changed orders are copied, and become sales documents."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import timedelta
from functools import partial

from jono.jobs.registry import Parameters, job
from jono.jobs.work import Page, Work
from jono.kit.errors import UserError, gettext_noop
from jono.shopify import copies, records
from jono.shopify.client import Store
from jono.shopify.models import Order, OrderSettings, Shop
from jono.shopify.throttle import Priority
from jono.shopify.webhooks import settle, waiting_gids
from jono.sync.documents import unprocessed, write_documents
from jono.sync.drafts import Rules
from jono.sync.models import Cursor, PaymentMethodMapping
from jono.sync.shops import open_shop, open_store
from jono.sync.webhooks import note_missed

FLOW = "orders"
OVERLAP = timedelta(minutes=2)
"""How far before its cursor a run reads again: the store's search lags behind its records."""

WEBHOOKS_AT_ONCE = 1000

FOR_DOCUMENTS = ("{company}//items", "{company}//customers", "{company}//sales documents")
"""What only making sales documents of the orders takes: the whole company's."""

ARCHIVED = gettext_noop("The order was archived in the store before it was imported.")
CHANGED = gettext_noop(
    "The order was changed in the store after sales document %(no)s was made from it. The change is not carried "
    "over: mend the document, or cancel it."
)
GONE = gettext_noop("The store no longer has this order.")


class ImportOrders(Parameters):
    """Whose orders; or just those that webhooks have told of since the last time."""

    shop: str
    from_webhooks: bool = False


def _spared(parameters: ImportOrders) -> Collection[str]:
    """Spare the company where the shop just copies orders: then shops of one company need not take turns."""
    makes_documents = OrderSettings.objects.filter(shop=parameters.shop, auto_create_sales_documents=True)
    return () if makes_documents.exists() else FOR_DOCUMENTS


@job(
    30104,
    caption=gettext_noop("Sync Orders from Shopify"),
    parameters=ImportOrders,
    reads=("{company}//items",),
    writes=("{company}/{shop}/orders", "{company}//customers", "{company}//sales documents"),
    spared=_spared,
)
def import_orders(work: Work, parameters: ImportOrders) -> None:
    """Copy what has changed in the store since the cursor, or just the orders named, oldest change first."""
    shop = open_shop(parameters.shop)
    if not work.holds(f"{shop.company_code}//sales documents"):
        # For this run, even if it was switched on since the run was started.
        shop.orders_section.auto_create_sales_documents = False
    rules = Rules.of(shop)
    if parameters.from_webhooks:
        _import_told(work, rules)
    elif parameters.only:
        with open_store(shop, work) as store:
            _import_only(work, store, rules, parameters.only)
    else:
        cursor = Cursor.objects.filter(shop=shop, flow=FLOW).first()
        with open_store(shop, work, None if cursor and cursor.caught_up else Priority.BACKFILL) as store:
            _import_changed(work, store, rules, cursor)


def _import_told(work: Work, rules: Rules) -> None:
    """Import the orders that webhooks have told of: each once, however often it was told of, as it stands now."""
    shop = rules.shop
    gids, last = waiting_gids(shop, WEBHOOKS_AT_ONCE)
    while gids:
        with open_store(shop, work) as store:
            _import_only(work, store, rules, gids, partial(settle, shop, last))
        gids, last = waiting_gids(shop, WEBHOOKS_AT_ONCE)


def _import_only(
    work: Work, store: Store, rules: Rules, gids: Sequence[str], then: Callable[[], None] = lambda: None
) -> None:
    """Import the orders of these ids; `then` is done in the page that writes them."""
    work.expect(len(gids))
    found = store.orders(gids)
    missing = set(gids) - {order.id for order in found}
    with work.page() as page:
        for gid in sorted(missing):
            page.fail(gid, gid.rpartition("/")[2], UserError(GONE))
        _import_page(page, found, rules)
        then()


def _import_changed(work: Work, store: Store, rules: Rules, cursor: Cursor | None) -> None:
    shop = rules.shop
    since = cursor.updated_at - OVERLAP if cursor else None
    first_time = cursor is None or not cursor.caught_up
    for number, orders in enumerate(store.orders_updated_since(since, open_only=first_time)):
        changed = copies.changed(shop, orders.orders)
        if number == 0:
            total = len(changed) if orders.is_last else store.count_orders(since, open_only=first_time)
            work.expect(total)
        with work.page() as page:
            _import_page(page, changed, rules)
            _move_cursor(shop, orders)
            note_missed(shop, changed)


def _import_page(page: Page, orders: Sequence[records.Order], rules: Rules) -> None:
    """Copy a page of orders and make their documents; each order ends as one record of the page."""
    shop = rules.shop
    known = {
        order.gid: order for order in Order.objects.filter(shop=shop, gid__in=[order.id for order in orders])
    }
    wanted = []
    for order in orders:
        if order.closed and order.id not in known:
            page.skip(*_name(order), ARCHIVED)
        else:
            wanted.append(order)
    written = page.write(wanted, lambda some: copies.copy(shop, some), _name)
    _add_payment_methods(shop, written)
    due = _due(shop, written) if rules.orders.auto_create_sales_documents else []
    write_documents(page, due, rules)
    told = {order.gid for order in due}
    for order in written:
        if order.id not in told:
            _note(page, order, known.get(order.id))


def _due(shop: Shop, orders: Iterable[records.Order]) -> list[Order]:
    gids = [order.id for order in orders]
    return list(unprocessed(shop, gids).order_by("pk")) if gids else []


def _note(page: Page, order: records.Order, known: Order | None) -> None:
    changed = known and known.processed and known.total_amount != order.total_price_set.shop_money.amount
    if known and changed:
        page.skip(*_name(order), CHANGED, no=known.sales_document.document_no)
    else:
        page.done(*_name(order))


def _name(order: records.Order) -> tuple[str, str]:
    return order.id, order.name


def _add_payment_methods(shop: Shop, orders: Iterable[records.Order]) -> None:
    """Add a row to the shop's Payment Method Mapping for each way to pay that is new."""
    gateways = {payment.gateway for order in orders for payment in order.transactions if payment.gateway}
    PaymentMethodMapping.objects.bulk_create(
        [PaymentMethodMapping(shop=shop, gateway=gateway) for gateway in sorted(gateways)],
        ignore_conflicts=True,
    )


def _move_cursor(shop: Shop, orders: records.OrdersPage) -> None:
    """Note how far has been read; an empty store leaves no cursor, so that the next run is the first again."""
    cursor = Cursor.objects.filter(shop=shop, flow=FLOW).first()
    read_to = [order.updated_at for order in orders.orders] + ([cursor.updated_at] if cursor else [])
    if read_to:
        Cursor.objects.update_or_create(
            shop=shop,
            flow=FLOW,
            defaults={
                "updated_at": max(read_to),
                "caught_up": orders.is_last or bool(cursor and cursor.caught_up),
            },
        )
