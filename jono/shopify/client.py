"""A store as flows see it: its orders read whole, page by page, for as few query points as can be."""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, NoReturn, Protocol, Self, TypeVar

from pydantic import BaseModel

from jono.kit.clock import now
from jono.kit.errors import RetryLater, gettext_noop
from jono.kit.http import Http
from jono.shopify.answers import TooExpensiveError
from jono.shopify.api import (
    LineItemsOfOrder,
    OrderIds,
    OrderLineItemsNodes,
    Orders,
    OrdersById,
    OrdersCount,
    OrderShippingLinesNodes,
    ShippingLinesOfOrder,
    Shop,
)
from jono.shopify.calls import Listener, hear_nothing
from jono.shopify.connection import Connection, Found, allow_nothing
from jono.shopify.operations import operations
from jono.shopify.records import LineItem, Order, OrdersPage, ShippingLine, ShopDetails
from jono.shopify.throttle import Bucket, Pause, ThrottleStatus
from jono.shopify.tokens import Tokens

PAGE_SIZE = 244
"""The most orders that a query counts as ten: the 250 that Shopify allows would cost a tenth more."""

IDS_AT_ONCE = 250
"""As many records as a store looks up by id in one call."""

Result = TypeVar("Result", bound=BaseModel)
Told = TypeVar("Told", bound=BaseModel)


class PageInfo(Protocol):
    """Where a page of a connection ends."""

    has_next_page: bool
    end_cursor: str | None


class Store:
    """One store to talk to.

    `address` is what `jono.shopify.address.store_address` made, `token` the app's Admin API access token. Without
    `bucket` the points are shared with every other `Store` of that address in this process; `pause` is how to wait
    some seconds; `http` is a line to that address, which is the store's from then on.

    Nothing is changed unless `may_change`, asked each time, allows it by not raising. `listener` hears of each call.

    Every call raises UserError for what a person can mend (a token, a scope, an address) and RetryLater for what
    passes by itself (a store that is busy, away or slow), after a few attempts of its own.
    """

    def __init__(
        self,
        address: str,
        token: str | Tokens,
        *,
        http: Http | None = None,
        bucket: Bucket | None = None,
        pause: Pause = time.sleep,
        may_change: Callable[[], None] = allow_nothing,
        listener: Listener = hear_nothing,
    ) -> None:
        self.address = address
        self._http = http or Http(address)
        self._connection = Connection(
            address, token, self._http, bucket=bucket, pause=pause, may_change=may_change, listener=listener
        )

    @property
    def points_spent(self) -> int:
        """The query points that the store has charged so far."""
        return self._connection.points_spent

    @property
    def times_throttled(self) -> int:
        """How often the store had too few points left for a query, against our own count."""
        return self._connection.times_throttled

    @property
    def bucket_told(self) -> ThrottleStatus | None:
        """The bucket as the last answer told it."""
        return self._connection.told

    def cost_of(self, result: type[BaseModel], **variables: object) -> int:
        """Return the points that an operation asks for with these variables."""
        return self._connection.cost_of(operations()[result.__name__], variables)

    def execute(self, result: type[Result], **variables: object) -> Result:
        """Send the operation that `result`, a model of `jono.shopify.api`, is generated from; return its answer."""
        return result.model_validate(self._connection.send(operations()[result.__name__], variables))

    def change(self, result: type[Result], found: Found | None = None, **variables: object) -> Result:
        """Send a mutation; return its answer, in which no userErrors are left: those raise RefusedError.

        Where it stays in doubt whether the store has carried it out, `found` looks; what it returns (the data as
        the store would have answered) is the answer, and after None it is sent again. An idempotent operation
        needs none, but a key among its variables. Else InDoubtError. What a run changes goes by
        `jono.shopify.changes`, which remembers over a run's end.
        """
        return result.model_validate(self._connection.change(operations()[result.__name__], variables, found))

    def shop(self) -> ShopDetails:
        """Ask the store for itself: a cheap proof that the address and the token are right."""
        answer = self.execute(Shop)
        shop = answer.shop
        return ShopDetails(
            id=shop.id,
            name=shop.name,
            email=shop.email,
            myshopify_domain=shop.myshopify_domain,
            currency_code=shop.currency_code,
            taxes_included=shop.taxes_included,
            time_zone=shop.iana_timezone,
            weight_unit=shop.weight_unit,
            plan=shop.plan.public_display_name,
            is_plus=shop.plan.shopify_plus,
            is_development=shop.plan.partner_development,
            scopes=frozenset(each.handle for each in answer.current_app_installation.access_scopes),
        )

    def count_orders(self, since: datetime | None = None, *, open_only: bool = False) -> int:
        """Count the orders that `orders_updated_since` would read."""
        answer = self.execute(OrdersCount, query=search_of(since, open_only=open_only)).orders_count
        return answer.count if answer else 0

    def orders_updated_since(
        self, since: datetime | None = None, page_size: int = PAGE_SIZE, *, open_only: bool = False
    ) -> Iterator[OrdersPage]:
        """Yield pages of the orders updated at `since` or later (None: of all time), the longest unchanged first.

        Shopify's times count whole seconds and several orders may share one, so the second of `since` itself is
        read again: nothing is missed, and the reader meets some orders twice. With `open_only` neither archived
        nor cancelled orders.
        """
        after: str | None = None
        while True:
            search = search_of(since, open_only=open_only)
            answer = self.execute(Orders, query=search, first=page_size, after=after).orders
            more = answer.page_info.has_next_page
            read_to = max((order.updated_at for order in answer.nodes), default=None)
            yield OrdersPage(tuple(self._whole(order) for order in answer.nodes), not more, read_to)
            if not more:
                return
            after = answer.page_info.end_cursor

    def single_orders_updated_since(
        self, since: datetime | None = None, page_size: int = IDS_AT_ONCE, *, open_only: bool = False
    ) -> Iterator[OrdersPage]:
        """Yield the same orders as `orders_updated_since`: their ids are listed, then each is asked for by its id.

        Two calls a page in place of one, for a fraction of the points: a list of ids costs little, and so does a
        list of records that are named.
        """
        after: str | None = None
        while True:
            search = search_of(since, open_only=open_only)
            answer = self.execute(OrderIds, query=search, first=page_size, after=after).orders
            more = answer.page_info.has_next_page
            read_to = max((order.updated_at for order in answer.nodes), default=None)
            yield OrdersPage(tuple(self.orders([order.id for order in answer.nodes])), not more, read_to)
            if not more:
                return
            after = answer.page_info.end_cursor

    def orders(self, gids: Sequence[str]) -> list[Order]:
        """Return the orders of these ids, as they stand now; one that the store no longer has is left out."""
        found: list[Order] = []
        for start in range(0, len(gids), IDS_AT_ONCE):
            found += self._orders_by_id(gids[start : start + IDS_AT_ONCE])
        return found

    def order(self, gid: str) -> Order | None:
        """Return one order as it stands now, or None when the store no longer has it."""
        return next(iter(self.orders([gid])), None)

    def close(self) -> None:
        """Hang up."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _orders_by_id(self, gids: Sequence[str]) -> list[Order]:
        """Read orders by id, in halves when the store finds the whole too expensive."""
        try:
            nodes = self.execute(OrdersById, ids=list(gids)).nodes
        except TooExpensiveError:
            if len(gids) == 1:
                raise
            middle = len(gids) // 2
            return self._orders_by_id(gids[:middle]) + self._orders_by_id(gids[middle:])
        return [self._whole(node) for node in nodes if isinstance(node, Order)]

    def _whole(self, order: Order) -> Order:
        """Return the order with the lines and shipping lines that its page had no room for.

        It is the same whichever way it was read: a cursor, or a type beside it, is the way's and not the order's.
        """
        lines, charges = order.line_items, order.shipping_lines
        rest = [_as(OrderLineItemsNodes, line) for line in self._rest_of_lines(order, lines.page_info)]
        more = [
            _as(OrderShippingLinesNodes, charge) for charge in self._rest_of_charges(order, charges.page_info)
        ]
        return _as(
            Order,
            order,
            line_items=_whole_connection(lines, rest),
            shipping_lines=_whole_connection(charges, more),
        )

    def _rest_of_lines(self, order: Order, told: PageInfo) -> Iterator[LineItem]:
        while told.has_next_page:
            found = self.execute(LineItemsOfOrder, id=order.id, after=told.end_cursor).order or _gone(order)
            yield from found.line_items.nodes
            told = found.line_items.page_info

    def _rest_of_charges(self, order: Order, told: PageInfo) -> Iterator[ShippingLine]:
        while told.has_next_page:
            found = self.execute(ShippingLinesOfOrder, id=order.id, after=told.end_cursor).order or _gone(
                order
            )
            yield from found.shipping_lines.nodes
            told = found.shipping_lines.page_info


def search_of(since: datetime | None, *, open_only: bool) -> str | None:
    """Return the search for the orders updated at `since` or later, with `open_only` neither archived nor cancelled."""
    terms = ["status:open"] if open_only else []
    if since:
        terms.append(f"updated_at:>='{since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}'")
    return " ".join(terms) or None


def _whole_connection(connection: Told, rest: Sequence[BaseModel]) -> Told:
    """Return a page of a connection with the rest of its nodes, as one that ends."""
    told: Any = connection
    ended = told.page_info.model_copy(update={"has_next_page": False, "end_cursor": None})
    return connection.model_copy(update={"nodes": [*told.nodes, *rest], "page_info": ended})


def _as(model: type[Result], record: BaseModel, **other: object) -> Result:
    """Return a record as one of its plain model, whatever the operation that answered it calls its own."""
    fields = {name: getattr(record, name) for name in model.model_fields}
    return model.model_construct(**(fields | other))


def _gone(order: Order) -> NoReturn:
    raise RetryLater(
        now(), gettext_noop("Order %(name)s was deleted while it was being read."), name=order.name
    )
