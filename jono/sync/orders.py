"""30104, Sync Orders from Shopify: the store's new and changed orders are copied, and become sales documents."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Self

from jono.jobs.registry import Parameters, job
from jono.jobs.work import Page, Work
from jono.kit.errors import UserError, gettext_noop
from jono.shopify import copies, records
from jono.shopify.api import Orders
from jono.shopify.client import IDS_AT_ONCE, PAGE_SIZE, Store, search_of
from jono.shopify.models import BulkOperation, Order, OrderSettings, Shop
from jono.shopify.throttle import Priority
from jono.shopify.ways import Way
from jono.shopify.webhooks import newest, settle, waiting
from jono.sync import bulk_reading
from jono.sync.documents import unprocessed, write_documents
from jono.sync.drafts import Rules
from jono.sync.models import Cursor, PaymentMethodMapping
from jono.sync.order_ways import Choice, choose_way, page_size, say_not_asked, say_why
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


@dataclass(frozen=True)
class Reading:
    """What is to be read: what has changed since; the first time all that is neither archived nor cancelled."""

    shop: Shop
    since: datetime | None
    first_time: bool

    @classmethod
    def of(cls, shop: Shop) -> Self:
        """Return what the cursor leaves to be read."""
        cursor = Cursor.objects.filter(shop=shop, flow=FLOW).first()
        since = cursor.updated_at - OVERLAP if cursor else None
        return cls(shop, since, first_time=cursor is None or not cursor.caught_up)


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
        with open_store(shop, work, Priority.BACKFILL if Reading.of(shop).first_time else None) as store:
            _import_changed(work, store, rules)


def _import_told(work: Work, rules: Rules) -> None:
    """Import the orders that webhooks have told of: each once, however often it was told of, as it stands now.

    Those that come meanwhile have another run follow, after its rest: a flood is not run after.
    """
    shop = rules.shop
    last = newest(shop)
    while told := waiting(shop, WEBHOOKS_AT_ONCE, last):
        with open_store(shop, work) as store:
            _import_only(work, store, rules, list(dict.fromkeys(told.values())), partial(settle, told))


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


def _import_changed(work: Work, store: Store, rules: Rules) -> None:
    """Read what has changed since the cursor: where that is lightest from a file of the store's, then what is left."""
    shop = rules.shop
    task = _left_over(work, shop)
    if task is None:
        reading = Reading.of(shop)
        choice = _choose(work, store, reading, file_too=shop.allow_outgoing_requests)
        if choice.best is Way.BULK and choice.way is not Way.BULK:
            say_not_asked(work, choice)
        if choice.way is Way.BULK:
            task = _begin_file(work, reading, choice.orders)
    if task:
        _import_file(work, store, rules, task)
        reading = Reading.of(shop)
        choice = _choose(work, store, reading, file_too=False)
    _import_pages(work, store, rules, reading, choice)


def _choose(work: Work, store: Store, reading: "Reading", *, file_too: bool) -> Choice:
    ways = set(Way) if file_too else set(Way) - {Way.BULK}
    choice = choose_way(store, reading.since, open_only=reading.first_time, allowed=ways)
    if choice.orders:
        say_why(work, choice)
    return choice


def _left_over(work: Work, shop: Shop) -> BulkOperation | None:
    """The file that an earlier run has asked for; not one that it only meant to ask for and that now may not be."""
    task = bulk_reading.under_way(shop, FLOW)
    if task and not task.gid and not shop.allow_outgoing_requests:
        with work.page():
            task.delete()
        return None
    if task:
        work.note(bulk_reading.GOES_ON)
    return task


def _begin_file(work: Work, reading: "Reading", orders: int) -> BulkOperation:
    search = search_of(reading.since, open_only=reading.first_time)
    return bulk_reading.begin(work, reading.shop, FLOW, Orders, orders, query=search)


def _import_file(work: Work, store: Store, rules: Rules, task: BulkOperation) -> None:
    """Import the orders in the store's file.

    Orders may change while the store writes it. So the cursor then stands where the store began, and what has changed
    since is read after it; or all, where the file could not be had whole and the cursor stays.
    """
    shop = rules.shop
    work.expect(max(0, task.expected - task.records))

    def deal(page: Page, orders: list[records.Order]) -> None:
        _import_page(page, copies.changed(shop, orders), rules)

    bulk_reading.read(
        work, store, task, records.Order, deal, lambda: _move_cursor(shop, task.began_at, caught_up=True)
    )


def _import_pages(work: Work, store: Store, rules: Rules, reading: "Reading", choice: Choice) -> None:
    shop = rules.shop
    for number, orders in enumerate(_pages(store, reading, choice)):
        changed = copies.changed(shop, orders.orders)
        if number == 0:
            work.expect(len(changed) if orders.is_last else choice.orders)
        with work.page() as page:
            _import_page(page, changed, rules)
            _move_cursor(shop, orders.read_to, caught_up=orders.is_last)
            note_missed(shop, changed)


def _pages(store: Store, reading: "Reading", choice: Choice) -> Iterator[records.OrdersPage]:
    if not choice.orders:
        return iter([records.OrdersPage((), is_last=True, read_to=None)])
    if choice.way is Way.SINGLE:
        size = page_size(choice, IDS_AT_ONCE)
        return store.single_orders_updated_since(reading.since, size, open_only=reading.first_time)
    size = page_size(choice, PAGE_SIZE)
    return store.orders_updated_since(reading.since, size, open_only=reading.first_time)


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


def _move_cursor(shop: Shop, read_to: datetime | None, *, caught_up: bool) -> None:
    """Note how far has been read; an empty store leaves no cursor, so that the next run is the first again."""
    cursor = Cursor.objects.filter(shop=shop, flow=FLOW).first()
    reached = [at for at in (read_to, cursor and cursor.updated_at) if at]
    if reached:
        Cursor.objects.update_or_create(
            shop=shop,
            flow=FLOW,
            defaults={
                "updated_at": max(reached),
                "caught_up": caught_up or bool(cursor and cursor.caught_up),
            },
        )
