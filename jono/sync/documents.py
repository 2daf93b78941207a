"""30103, Shopify Create Sales Orders: the shop's orders become sales documents of its company."""

from collections.abc import Iterable, Sequence

from django.db.models import Q, QuerySet

from jono.erp import port
from jono.erp.connect import erp_of
from jono.jobs.registry import Parameters, job
from jono.jobs.work import Page, Work
from jono.kit.errors import UserError, gettext_noop, words_of
from jono.shopify.models import Order, OrderLine, Shop
from jono.sync.buyers import find_buyers
from jono.sync.drafts import Rules, draft
from jono.sync.goods import find_goods
from jono.sync.models import SalesDocumentLink
from jono.sync.shops import open_shop

PAGE_SIZE = 250

CANCELLED = gettext_noop("The order was cancelled in the store before a sales document was made.")


class CreateDocuments(Parameters):
    """Whose orders."""

    shop: str


@job(
    30103,
    caption=gettext_noop("Create Sales Documents from Shopify Orders"),
    parameters=CreateDocuments,
    reads=("{company}//items",),
    writes=("{company}/{shop}/orders", "{company}//customers", "{company}//sales documents"),
)
def create_documents(work: Work, parameters: CreateDocuments) -> None:
    """Make a sales document of each unprocessed order; one that cannot be keeps its reason and is tried next time."""
    shop = open_shop(parameters.shop)
    waiting = unprocessed(shop, parameters.only)
    work.expect(waiting.count())
    if parameters.only:
        with work.page() as page:
            _note_processed(page, shop, parameters.only)
    rules, last = Rules.of(shop), 0
    while orders := list(waiting.filter(pk__gt=last).order_by("pk")[:PAGE_SIZE]):
        with work.page() as page:
            write_documents(page, orders, rules)
        last = orders[-1].pk


def _note_processed(page: Page, shop: Shop, gids: Sequence[str]) -> None:
    """Count the orders asked for by name whose documents were made meanwhile: they are as they should be."""
    for order in Order.objects.filter(shop=shop, gid__in=gids, processed=True):
        page.done(order.gid, order.shopify_order_no)


def unprocessed(shop: Shop, only: Sequence[str] = ()) -> QuerySet[Order]:
    """Return the orders of a shop that still await their sales document; a cancelled one is told of once."""
    orders = Order.objects.filter(shop=shop, processed=False).prefetch_related(
        "addresses", "lines__tax_lines", "shipping_charges__tax_lines", "transactions"
    )
    told = Q(cancelled_at__isnull=False) & ~Q(error_message="")
    return orders.filter(gid__in=only) if only else orders.exclude(told)


def write_documents(page: Page, orders: Sequence[Order], rules: Rules) -> None:
    """Make the sales documents of a page of orders, each by itself, and note what became of each order."""
    erp = erp_of(rules.shop.company_code)
    wanted = []
    for order in orders:
        if order.cancelled_at:
            order.error_message, order.error_values = CANCELLED, {}
            page.skip(order.gid, order.shopify_order_no, CANCELLED)
        else:
            wanted.append(order)
    answers = _make(erp, wanted, rules)
    for order in wanted:
        _note(page, order, answers[order.pk])
    Order.objects.bulk_update(orders, ["processed", "error_message", "error_values"])


Answer = port.SalesDocumentRef | UserError


def _make(erp: port.Erp, orders: Sequence[Order], rules: Rules) -> dict[int, Answer]:
    drafts, answers = _draft(erp, orders, rules)
    made = erp.create_sales_documents([document for _, document in drafts])
    answers |= {order.pk: answer for (order, _), answer in zip(drafts, made, strict=True)}
    _link(rules.shop, answers)
    if rules.orders.auto_release_sales_documents:
        answers |= _release(erp, answers)
    return answers


def _draft(
    erp: port.Erp, orders: Sequence[Order], rules: Rules
) -> tuple[list[tuple[Order, port.SalesDocument]], dict[int, Answer]]:
    """The documents to be made, and the orders that cannot become one."""
    buyers = find_buyers(rules.shop, erp, orders)
    goods = find_goods(rules.shop, erp, (line for order in orders for line in _sold(order)))
    drafts, refused = [], dict[int, Answer]()
    for order in orders:
        buyer = buyers[order.pk]
        try:
            if isinstance(buyer, UserError):
                raise buyer
            drafts.append((order, draft(order, buyer, goods, rules)))
        except UserError as error:
            refused[order.pk] = error
    return drafts, refused


def _sold(order: Order) -> Iterable[OrderLine]:
    return (
        line
        for line in order.lines.all()
        if line.quantity and not (line.tip or line.gift_card or line.custom)
    )


def _link(shop: Shop, answers: dict[int, Answer]) -> None:
    made = [
        SalesDocumentLink(
            order_id=order_pk,
            company_code=shop.company_code,
            document_type=answer.document_type.value,
            document_no=answer.no,
            document_id=answer.id,
        )
        for order_pk, answer in answers.items()
        if isinstance(answer, port.SalesDocumentRef)
    ]
    # Released in vain before: the link is there already.
    SalesDocumentLink.objects.bulk_create(made, ignore_conflicts=True)


def _release(erp: port.Erp, answers: dict[int, Answer]) -> dict[int, Answer]:
    made = {pk: answer for pk, answer in answers.items() if isinstance(answer, port.SalesDocumentRef)}
    released = erp.release_sales_documents(list(made.values()))
    return dict(zip(made, released, strict=True))


def _note(page: Page, order: Order, answer: Answer) -> None:
    if isinstance(answer, UserError):
        order.error_message, order.error_values = words_of(answer)
        page.fail(order.gid, order.shopify_order_no, answer)
    else:
        order.processed, order.error_message, order.error_values = True, "", {}
        page.done(order.gid, order.shopify_order_no)
