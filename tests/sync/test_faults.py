"""Whatever goes wrong on the way, an import ends in the state that it would have ended in had nothing gone wrong."""

import os
import random
from datetime import UTC, datetime, timedelta
from urllib.request import Request, urlopen

import pytest
from django.db.models import Count, Sum

from jono.jobs import queue
from jono.jobs.models import JobQueueEntry, Run
from jono.jobs.work import Work
from jono.kit.http import Http
from jono.office.models import SalesHeader
from jono.sandbox.drafts import Line, OrderDraft
from jono.sandbox.orders import touch
from jono.sandbox.state import Record
from jono.shopify.client import Store
from jono.shopify.copies import digest_of
from jono.shopify.models import Order, Shop, ShopCall
from tests.stores import TOKEN
from tests.sync.conftest import Kahvila, finish
from tests.sync.test_orders import REDUCED_VAT, two_mugs

RUNS = int(os.environ.get("JONO_TEST_FAULTY_RUNS", "6"))
KINDS = ["drop_answer", "status", "slow", "throttle"]
PATIENCE = 40
BEGAN_AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time is not what is tested here; stops are still noticed."""
    monkeypatch.setattr(Work, "sleep", lambda work, _seconds: work.check())


def test_random_faults_end_in_the_same_state_as_none(shop: Shop, kahvila: Kahvila) -> None:
    dice = random.Random(20261123)
    placed: list[Record] = []
    for number in range(RUNS):
        at = BEGAN_AT + timedelta(hours=number)
        placed += kahvila.place(*[some_order(dice, at) for _ in range(dice.randint(1, 4))])
        for order in dice.sample(placed, k=min(2, len(placed))):
            touch(kahvila.state, order, {"note": f"Changed in run {number}"}, at + timedelta(minutes=1))
        import_under_faults(shop, kahvila, dice)
        assert copies(shop) == in_the_store(kahvila)
    assert ShopCall.objects.filter(has_error=True).count() > RUNS / 4, (
        "too little went wrong to test anything"
    )
    assert Order.objects.filter(processed=False).count() == 0
    once = SalesHeader.objects.values("shopify_order_id").annotate(times=Count("id"))
    assert [row["times"] for row in once] == [1] * len(placed)
    owed = SalesHeader.objects.aggregate(total=Sum("amount_including_vat"))["total"]
    assert owed == Order.objects.aggregate(total=Sum("total_amount"))["total"]


def some_order(dice: random.Random, at: datetime) -> OrderDraft:
    """Two mugs; or so many lines that the store tells them in two parts."""
    if dice.random() < 0.8:
        return two_mugs(created_at=at)
    return OrderDraft(lines=(Line(sku="BOOK"),) * 23, taxes=(REDUCED_VAT,), created_at=at)


def import_under_faults(shop: Shop, kahvila: Kahvila, dice: random.Random) -> None:
    """Import while a good part of all requests goes wrong; what is put off is started again until it ends."""
    mix = {
        "kinds": KINDS,
        "rate": dice.choice([0.05, 0.1, 0.25]),
        "seed": dice.randrange(10**6),
        "seconds": 0.01,
    }
    with Http(kahvila.address) as back_door:
        back_door.post("/_control/faults", {"mix": mix})
        entry, times = queue.start_now(30104, shop.company_code, {"shop": shop.code}), 0
        while finish(entry).status != Run.Status.SUCCESS:
            entry.refresh_from_db()
            assert entry.status == JobQueueEntry.Status.READY, entry.error
            times += 1
            assert times < PATIENCE
            queue.restart(entry)
    with urlopen(Request(f"{kahvila.address}/_control/faults", method="DELETE")) as answer:
        assert answer.status == 200


def copies(shop: Shop) -> dict[str, str]:
    return dict(Order.objects.filter(shop=shop).values_list("gid", "digest"))


def in_the_store(kahvila: Kahvila) -> dict[str, str]:
    """What a reader copies whom nothing disturbs."""
    with Store(kahvila.address, TOKEN) as store:
        return {order.id: digest_of(order) for page in store.orders_updated_since() for order in page.orders}
