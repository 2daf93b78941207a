"""A store as flows see it: its orders read whole, page by page, for as few query points as can be."""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import NoReturn, Self, TypeVar

from pydantic import BaseModel

from jono.kit.clock import now
from jono.kit.errors import RetryLater, gettext_noop
from jono.kit.http import Http
from jono.shopify.answers import TooExpensiveError
from jono.shopify.api import LineItemsOfOrder, Orders, OrdersById, OrdersCount, ShippingLinesOfOrder, Shop
from jono.shopify.calls import Listener, hear_nothing
from jono.shopify.connection import Connection, Found, allow_nothing
from jono.shopify.operations import operations
from jono.shopify.records import LineItem, Order, OrdersPage, ShippingLine, ShopDetails
from jono.shopify.throttle import Bucket, Pause
from jono.shopify.tokens import Tokens

PAGE_SIZE = 244
"""The most orders that a query counts as ten: the 250 that Shopify allows would cost a tenth more."""

_IDS_AT_ONCE = 250

Result = TypeVar("Result", bound=BaseModel)


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
        answer = self.execute(OrdersCount, query=_search(since, open_only)).orders_count
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
            answer = self.execute(
                Orders, query=_search(since, open_only), first=page_size, after=after
            ).orders
            more = answer.page_info.has_next_page
            yield OrdersPage(tuple(self._whole(order) for order in answer.nodes), is_last=not more)
            if not more:
                return
            after = answer.page_info.end_cursor

    def orders(self, gids: Sequence[str]) -> list[Order]:
        """Return the orders of these ids, as they stand now; one that the store no longer has is left out."""
        found: list[Order] = []
        for start in range(0, len(gids), _IDS_AT_ONCE):
            found += self._orders_by_id(gids[start : start + _IDS_AT_ONCE])
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
        """Return the order with the lines and shipping lines that its page had no room for."""
        lines, charges = order.line_items, order.shipping_lines
        update: dict[str, object] = {}
        if lines.page_info.has_next_page:
            rest = self._rest_of_lines(order, lines.page_info.end_cursor)
            update["line_items"] = lines.model_copy(update={"nodes": [*lines.nodes, *rest]})
        if charges.page_info.has_next_page:
            more = self._rest_of_charges(order, charges.page_info.end_cursor)
            update["shipping_lines"] = charges.model_copy(update={"nodes": [*charges.nodes, *more]})
        return order.model_copy(update=update) if update else order

    def _rest_of_lines(self, order: Order, after: str | None) -> Iterator[LineItem]:
        while after:
            found = self.execute(LineItemsOfOrder, id=order.id, after=after).order or _gone(order)
            yield from found.line_items.nodes
            after = (
                found.line_items.page_info.end_cursor if found.line_items.page_info.has_next_page else None
            )

    def _rest_of_charges(self, order: Order, after: str | None) -> Iterator[ShippingLine]:
        while after:
            found = self.execute(ShippingLinesOfOrder, id=order.id, after=after).order or _gone(order)
            yield from found.shipping_lines.nodes
            more = found.shipping_lines.page_info
            after = more.end_cursor if more.has_next_page else None


def _search(since: datetime | None, open_only: bool) -> str | None:
    terms = ["status:open"] if open_only else []
    if since:
        terms.append(f"updated_at:>='{since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}'")
    return " ".join(terms) or None


def _gone(order: Order) -> NoReturn:
    raise RetryLater(
        now(), gettext_noop("Order %(name)s was deleted while it was being read."), name=order.name
    )
