"""Workers killed at each stage of an import from the store's file: every order once, and one operation at the store."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import chain, count

import pytest

from jono.jobs import queue
from jono.jobs.models import JobQueueEntry, Run
from jono.jobs.outcome import Tally
from jono.jobs.perform import perform
from jono.jobs.work import Page, Work
from jono.kit.clock import now
from jono.kit.errors import UserError
from jono.kit.http import Answer, Download, Http
from jono.office.models import Company
from jono.shopify.models import BulkOperation, Order
from jono.sync import bulk_reading
from jono.sync.models import Cursor
from tests.sync.bulk_store import let_time_pass, operations_in, poor_kahvila, start
from tests.sync.conftest import finish, make_shop
from tests.sync.test_orders import two_mugs

ORDERS, PAGE = 3, 2
EVERY = int(os.environ.get("JONO_TEST_EVERY_STAGE", "3"))
ASKING = range(4, 9)
"""The stages in which the store is asked for its file: the request, its answer, and what is written down of both."""
LEAST_STAGES = 20


class Killed(BaseException):
    """The worker is gone: nothing of it runs any further."""


class Fate:
    """Kills the worker at the so-many-th of its steps: a request sent, one answered, a page written or committed."""

    def __init__(self) -> None:
        self.left = 0
        self.at_work = False

    def step(self) -> None:
        if self.at_work:
            self.left -= 1
            if self.left == 0:
                raise Killed

    def work(self, entry: JobQueueEntry) -> list[Run]:
        """Perform the entry's run; when it is killed, another goes on. Return both."""
        self.at_work = True
        try:
            return [finish(entry)]
        except Killed:
            dead = entry.runs.get(ended_at=None)
        finally:
            self.at_work = False
        heir = queue.take_over(dead, UserError("The worker is gone."))
        assert heir
        perform(heir.pk, heir.token)
        return [Run.objects.get(pk=run.pk) for run in (dead, heir)]


@pytest.fixture
def fate(monkeypatch: pytest.MonkeyPatch) -> Fate:
    fate = Fate()
    send, download, page = Http._send, Http.download, Work.page

    def fatal_send(http: Http, request: object) -> Answer:
        answer = send(http, request)  # type: ignore[arg-type]
        fate.step()
        return answer

    @contextmanager
    def fatal_download(http: Http, path: str, start: int = 0) -> Iterator[Download]:
        with download(http, path, start) as found:
            fate.step()
            yield found

    @contextmanager
    def fatal_page(work: Work) -> Iterator[Page]:
        with page(work) as opened:
            yield opened
            fate.step()
        fate.step()

    monkeypatch.setattr(Http, "_send", fatal_send)
    monkeypatch.setattr(Http, "download", fatal_download)
    monkeypatch.setattr(Work, "page", fatal_page)
    monkeypatch.setattr(bulk_reading, "PAGE_SIZE", PAGE)
    return fate


@pytest.mark.django_db
def test_killed_at_any_step_it_ends_with_every_order_once(company: Company, fate: Fate) -> None:
    with poor_kahvila() as kahvila:
        long_ago = now() - timedelta(days=1)
        kahvila.place(*(two_mugs(created_at=long_ago) for _ in range(ORDERS)))
        shop = make_shop(company.code, kahvila.address)
        shop.orders_section.auto_create_sales_documents = False
        shop.orders_section.save()
        for imported, stage in enumerate(chain(ASKING, count(9, EVERY)), start=1):
            fate.left = stage
            entry = start(shop)
            runs = fate.work(entry)
            while runs[-1].status == Run.Status.PUT_OFF:
                let_time_pass(kahvila)
                runs += fate.work(queue.restart(entry))
            assert runs[-1].status == Run.Status.SUCCESS, runs[-1].error
            assert sum((run.tally for run in runs), Tally()) == Tally(done=ORDERS)
            assert Order.objects.count() == ORDERS
            assert len(operations_in(kahvila)) == imported, "one operation for each import"
            assert not BulkOperation.objects.exists()
            if fate.left > 0:
                break
            Order.objects.all().delete()
            Cursor.objects.all().delete()
    assert stage > LEAST_STAGES
