"""Chooses how to read a shop's changed orders: in one file, page by page, or each by its id; and says why."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from jono.jobs.work import Work
from jono.kit.errors import Value, gettext_noop
from jono.shopify.api import BulkOperation, BulkOperationRunQuery, OrderIds, Orders, OrdersById
from jono.shopify.client import IDS_AT_ONCE, PAGE_SIZE, Store
from jono.shopify.throttle import ThrottleStatus
from jono.shopify.ways import Estimate, Points, Prices, Way, choose, estimate

LOOKS = 10
"""How often a bulk operation is looked at until it has ended, about."""
UNTOLD = ThrottleStatus(maximum=1000, available=1000, restore_rate=50)

CHOSEN = {
    Way.BULK: gettext_noop(
        "%(orders)s orders are read from one file that the store prepares: about %(bulk_time)s and %(bulk_points)s "
        "query points. By their ids it would be %(single_time)s and %(single_points)s, page by page %(pages_time)s "
        "and %(pages_points)s."
    ),
    Way.PAGES: gettext_noop(
        "%(orders)s orders are read page by page: about %(pages_time)s and %(pages_points)s query points. By their "
        "ids it would be %(single_time)s and %(single_points)s, from one file that the store prepares %(bulk_time)s "
        "and %(bulk_points)s."
    ),
    Way.SINGLE: gettext_noop(
        "%(orders)s orders are read by their ids: about %(single_time)s and %(single_points)s query points. Page by "
        "page it would be %(pages_time)s and %(pages_points)s, from one file that the store prepares %(bulk_time)s "
        "and %(bulk_points)s."
    ),
}
NOT_ASKED = gettext_noop(
    "One file that the store prepares would be lighter, at about %(bulk_time)s, but the store may not be asked to "
    "prepare one: Allow Data Sync to Shopify is off."
)


@dataclass(frozen=True)
class Choice:
    """How so many orders are to be read, and what each way would take."""

    orders: int
    way: Way
    best: Way
    estimates: dict[Way, Estimate]


def choose_way(
    store: Store, since: datetime | None, *, open_only: bool, allowed: Collection[Way] = tuple(Way)
) -> Choice:
    """Count the orders to read and choose the lightest of the ways that are allowed."""
    orders = store.count_orders(since, open_only=open_only)
    told = store.bucket_told or UNTOLD
    estimates = estimate(orders, Points(told.available, told.restore_rate), _prices(store, orders))
    if not orders:
        return Choice(orders, Way.PAGES, Way.PAGES, estimates)
    return Choice(orders, choose(estimates, allowed), choose(estimates), estimates)


def say_why(work: Work, choice: Choice) -> None:
    """Note on the run which way was chosen, and what the others would have taken."""
    told: dict[str, Value] = {"orders": choice.orders}
    for way, each in choice.estimates.items():
        told |= {f"{way}_time": _time(each.seconds), f"{way}_points": each.points}
    work.note(CHOSEN[choice.way], **told)


def say_not_asked(work: Work, choice: Choice) -> None:
    """Note that the lightest way is closed by the shop's own switch."""
    work.note(NOT_ASKED, bulk_time=_time(choice.estimates[Way.BULK].seconds))


def page_size(choice: Choice, most: int) -> int:
    """How many orders to ask for at once: a page costs by what it could hold."""
    return max(1, min(choice.orders, most))


def _prices(store: Store, orders: int) -> Prices:
    page, ids = max(1, min(orders, PAGE_SIZE)), max(1, min(orders, IDS_AT_ONCE))
    return Prices(
        page=store.cost_of(Orders, first=page),
        page_size=PAGE_SIZE,
        ids=store.cost_of(OrderIds, first=ids),
        by_id=store.cost_of(OrdersById),
        ids_size=IDS_AT_ONCE,
        file=store.cost_of(BulkOperationRunQuery) + LOOKS * store.cost_of(BulkOperation),
    )


def _time(seconds: float) -> str:
    """Seconds, minutes or hours, as they are written in every language."""
    for unit, length in (("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{round(seconds / length)} {unit}"
    return f"{max(1, round(seconds))} s"
