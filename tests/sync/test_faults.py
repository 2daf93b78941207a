"""Whatever goes wrong on the way, an import ends in the state that it would have ended in had nothing gone wrong.

Two shops keep the same store in step, each with a company of its own. All goes wrong for the one, nothing for its
twin; and after each run both must have come to the same.
"""

import os
import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.request import Request, urlopen

import pytest
from django.db.models import Model, Sum

from jono.jobs import queue
from jono.jobs.models import JobQueueEntry, Run
from jono.jobs.work import Work
from jono.kit.http import Http
from jono.office.models import Customer, SalesHeader, SalesLine
from jono.sandbox.drafts import Line, OrderDraft
from jono.sandbox.orders import touch
from jono.sandbox.state import Record
from jono.sandbox.values import time_text
from jono.shopify.models import Order, OrderLine, OrderTaxLine, OrderTransaction, Shop, ShopCall
from jono.shopify.webhooks import Delivery, keep
from jono.sync import orders
from jono.sync.models import Cursor, PaymentMethodMapping
from tests import cast
from tests.sync.conftest import Kahvila, finish, make_shop
from tests.sync.test_orders import AINO, REDUCED_VAT, two_mugs

RUNS = int(os.environ.get("JONO_TEST_FAULTY_RUNS", "40"))
RUNS_OF_A_STORE = 10
KINDS = ["drop_answer", "status", "slow", "throttle"]
PATIENCE = 40
BEGAN_AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
# What differs between twins: whose a record is, and when and under which number it was written.
OWN_FIELDS = {"id", "shop", "company", "order", "document", "line", "no", "imported_at", "created_at"}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time is not what is tested here; stops are still noticed."""
    monkeypatch.setattr(Work, "sleep", lambda work, _seconds: work.check())


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few orders fill a page, so that runs break off between pages, too."""
    monkeypatch.setattr(orders, "PAGE_SIZE", 3)
    monkeypatch.setattr(orders, "IDS_AT_ONCE", 3)


@pytest.fixture
def twin(kahvila: Kahvila) -> Shop:
    """Another company's shop of the same store, for which nothing goes wrong."""
    return make_shop(cast.nordic("TWIN").code, kahvila.address, "twin")


@pytest.mark.parametrize("seed", range(-(-RUNS // RUNS_OF_A_STORE)))
def test_random_faults_end_in_the_same_state_as_none(
    shop: Shop, twin: Shop, kahvila: Kahvila, seed: int
) -> None:
    trouble = Trouble(kahvila, random.Random(seed))
    for number in range(RUNS_OF_A_STORE):
        trouble.trade(BEGAN_AT + timedelta(hours=number))
        told = number > 0 and trouble.dice.random() < 0.2
        faulty = trouble.import_under_faults(shop, trouble.tell(shop) if told else {})
        undisturbed = finish(queue.start_now(30104, twin.company_code, {"shop": twin.code}))
        if not told:  # what a webhook told of is read, and counted, though it had not changed
            assert (faulty, 0) == (undisturbed.done, undisturbed.failed)
        assert digests(shop) == digests(twin)
    assert ShopCall.objects.filter(shop=shop, has_error=True).exists()
    assert not ShopCall.objects.filter(shop=twin, has_error=True).exists()
    assert state_of(shop) == state_of(twin)
    owed = SalesHeader.objects.filter(company__code=shop.company_code).aggregate(
        total=Sum("amount_including_vat")
    )
    assert owed == Order.objects.filter(shop=shop, processed=True).aggregate(total=Sum("total_amount"))


@dataclass
class Trouble:
    """A store that trades, and what goes wrong on the way to it."""

    kahvila: Kahvila
    dice: random.Random

    def __post_init__(self) -> None:
        self.orders: list[Record] = []
        self.changed: list[Record] = []

    def trade(self, at: datetime) -> None:
        """Sell something, and let something become of what was sold before."""
        self.orders += self.kahvila.place(*[self._order(at) for _ in range(self.dice.randint(1, 4))])
        self.changed = []
        for index in self.dice.sample(range(len(self.orders)), k=min(2, len(self.orders))):
            later = at + timedelta(minutes=self.dice.randint(1, 3))
            self.orders[index] = touch(self.kahvila.state, self.orders[index], self._change(later), later)
            self.changed.append(self.orders[index])

    def tell(self, shop: Shop) -> dict[str, Any]:
        """Let webhooks tell of changes, twice and in any order; return how the import is to be asked for."""
        for number, order in enumerate(self.dice.choices(self.changed, k=4)):
            content = {"admin_graphql_api_id": order["id"]}
            at = f"{order['updatedAt']} {number}"
            keep(shop, Delivery("orders/updated", f"{order['id']} {at}", "", "", order["updatedAt"], content))
        return {"from_webhooks": True}

    def import_under_faults(self, shop: Shop, asked: dict[str, Any]) -> int:
        """Import while a good part of all requests goes wrong; return how many records came to be done.

        What is put off is started again until it ends; after webhooks, the store is polled as ever.
        """
        mix = {
            "kinds": KINDS,
            "rate": self.dice.choice([0.05, 0.1, 0.25]),
            "seed": self.dice.randrange(10**6),
        }
        with Http(self.kahvila.address) as back_door:
            back_door.post("/_control/faults", {"mix": {**mix, "seconds": 0.001}})
        done = sum(run_until_done(shop, each) for each in ([asked, {}] if asked else [{}]))
        with urlopen(Request(f"{self.kahvila.address}/_control/faults", method="DELETE")) as answer:
            assert answer.status == 200
        return done

    def _order(self, at: datetime) -> OrderDraft:
        """Two mugs; or so many lines that the store tells them in two parts."""
        if self.dice.random() < 0.9:
            gateway = self.dice.choice(["shopify_payments", "paypal", "manual"])
            return two_mugs(created_at=at, customer=AINO, shipping_address=AINO.address, gateway=gateway)
        return OrderDraft(lines=(Line(sku="BOOK"),) * 23, taxes=(REDUCED_VAT,), created_at=at)

    def _change(self, at: datetime) -> dict[str, Any]:
        changes: list[dict[str, Any]] = [
            {"note": f"Changed at {at}"},
            {"cancelledAt": time_text(at), "cancelReason": "CUSTOMER"},
            {"closed": True, "closedAt": time_text(at)},
        ]
        return self.dice.choices(changes, weights=[6, 1, 1])[0]


def run_until_done(shop: Shop, asked: dict[str, Any]) -> int:
    """Import, again whenever the run was put off; return how many records all its attempts have done."""
    entry, done = queue.start_now(30104, shop.company_code, {"shop": shop.code, **asked}), 0
    for _ in range(PATIENCE):
        run = finish(entry)
        done += run.done
        assert run.failed == 0
        if run.status == Run.Status.SUCCESS:
            return done
        entry.refresh_from_db()
        assert entry.status == JobQueueEntry.Status.READY, entry.error
        queue.restart(entry)
    raise AssertionError(f"not done after {PATIENCE} attempts")


def digests(shop: Shop) -> dict[str, str]:
    return dict(Order.objects.filter(shop=shop).values_list("gid", "digest"))


def state_of(shop: Shop) -> dict[str, Any]:
    """All that the imports have come to: the copies, the documents, how far was read."""
    documents = SalesHeader.objects.filter(company__code=shop.company_code)
    copies = {"order__shop": shop}
    return {
        "orders": facts(Order.objects.filter(shop=shop).order_by("gid")),
        "lines": facts(OrderLine.objects.filter(**copies).order_by("gid")),
        "taxes": facts(OrderTaxLine.objects.filter(**copies).order_by("order__gid", "line__gid", "amount")),
        "payments": facts(OrderTransaction.objects.filter(**copies).order_by("gid")),
        "cursor": facts(Cursor.objects.filter(shop=shop)),
        "gateways": facts(PaymentMethodMapping.objects.filter(shop=shop).order_by("gateway")),
        "documents": facts(documents.order_by("shopify_order_id")),
        "numbers": sorted(documents.values_list("document_type", "no")),
        "document lines": facts(
            SalesLine.objects.filter(document__in=documents).order_by("document__shopify_order_id", "line_no")
        ),
        "customers": facts(Customer.objects.filter(company__code=shop.company_code).order_by("no")),
    }


def facts(records: Iterable[Model]) -> list[dict[str, str]]:
    """What is written in records, others they refer to by name."""
    return [
        {
            field.name: str(getattr(record, field.name))
            for field in record._meta.concrete_fields
            if field.name not in OWN_FIELDS
        }
        for record in records
    ]
