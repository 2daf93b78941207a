"""Orders read from a file that the store prepares: each once, whatever becomes of the store, the file or the worker."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from jono.jobs import queue
from jono.jobs.models import JobQueueEntry, Run
from jono.jobs.work import Work
from jono.kit.clock import now
from jono.office.models import Company, SalesHeader
from jono.sandbox.bulk.operations import URL_SECONDS
from jono.sandbox.orders import touch
from jono.shopify.api import BulkOperationRunQuery
from jono.shopify.client import Store
from jono.shopify.copies import digest_of
from jono.shopify.models import BulkOperation, Order, Shop
from jono.shopify.webhooks import Delivery
from jono.sync import bulk_reading
from jono.sync.models import Cursor
from jono.sync.webhooks import accept
from tests.stores import TOKEN
from tests.sync.bulk_store import fault, go_through, let_time_pass, operations_in, poor_kahvila, start
from tests.sync.conftest import Kahvila, finish, make_shop
from tests.sync.test_orders import two_mugs

pytestmark = pytest.mark.django_db


@pytest.fixture
def kahvila() -> Iterator[Kahvila]:
    with poor_kahvila() as kahvila:
        yield kahvila


@pytest.fixture
def shop(company: Company, kahvila: Kahvila) -> Shop:
    """Its orders are copied, and documents made of them in another job."""
    shop = make_shop(company.code, kahvila.address)
    shop.orders_section.auto_create_sales_documents = False
    shop.orders_section.save()
    return shop


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_reading, "PAGE_SIZE", 2)


def place(kahvila: Kahvila, orders: int) -> None:
    long_ago = now() - timedelta(days=1)
    kahvila.place(*(two_mugs(created_at=long_ago + timedelta(minutes=n)) for n in range(orders)))


def copies(shop: Shop) -> dict[str, str]:
    return dict(Order.objects.filter(shop=shop).values_list("gid", "digest"))


def in_the_store(kahvila: Kahvila) -> dict[str, str]:
    """What a reader of pages copies."""
    with Store(kahvila.address, TOKEN) as store:
        return {order.id: digest_of(order) for page in store.orders_updated_since() for order in page.orders}


def test_while_the_store_prepares_its_file_the_run_is_put_off_then_every_order_is_imported_once(
    shop: Shop, kahvila: Kahvila, small_pages: None
) -> None:
    place(kahvila, 5)
    shop.orders_section.auto_create_sales_documents = True
    shop.orders_section.save()
    entry = start(shop)
    first = finish(entry)
    entry.refresh_from_db()
    assert (first.status, entry.status) == (Run.Status.PUT_OFF, JobQueueEntry.Status.READY)
    assert "5 orders are read from one file" in first.told_notes[0]
    assert "preparing the file: 0 of about 5" in first.error
    assert entry.earliest_start_at and entry.earliest_start_at > now()
    let_time_pass(kahvila)
    last = finish(queue.restart(entry))
    assert (last.status, last.done, last.expected) == (Run.Status.SUCCESS, 5, 5)
    assert copies(shop) == in_the_store(kahvila)
    assert SalesHeader.objects.count() == 5
    assert len(operations_in(kahvila)) == 1
    assert not BulkOperation.objects.exists()


def test_what_changed_while_the_store_wrote_its_file_is_read_after_it(shop: Shop, kahvila: Kahvila) -> None:
    place(kahvila, 3)
    entry = start(shop)
    finish(entry)
    [operation] = operations_in(kahvila)
    let_time_pass(kahvila)
    touch(kahvila.state, kahvila.state.all("Order")[0], {"note": "Ring the bell"})
    kahvila.place(two_mugs())
    runs = go_through(entry, kahvila)
    assert runs[-1].status == Run.Status.SUCCESS
    assert copies(shop) == in_the_store(kahvila)
    cursor = Cursor.objects.get()
    assert cursor.caught_up
    assert f"{cursor.updated_at:%Y-%m-%dT%H:%M:%SZ}" >= operation["createdAt"]


def test_an_order_too_long_for_a_page_comes_whole_from_a_file(shop: Shop, kahvila: Kahvila) -> None:
    lines = two_mugs().lines * 23
    kahvila.place(two_mugs(), two_mugs().model_copy(update={"lines": lines}), two_mugs())
    go_through(start(shop), kahvila)
    assert copies(shop) == in_the_store(kahvila)
    assert sorted(order.lines.count() for order in Order.objects.all()) == [1, 1, 23]


def test_a_file_that_breaks_off_is_read_on_from_there(
    shop: Shop, kahvila: Kahvila, small_pages: None
) -> None:
    place(kahvila, 9)
    entry = start(shop)
    finish(entry)
    let_time_pass(kahvila)
    fault(kahvila, kind="truncate_jsonl")
    broken, last = go_through(entry, kahvila)
    assert (broken.status, last.status) == (Run.Status.PUT_OFF, Run.Status.SUCCESS)
    assert 0 < broken.done < 9
    assert broken.done + last.done == 9
    assert len(operations_in(kahvila)) == 1
    assert copies(shop) == in_the_store(kahvila)


def test_what_a_failed_operation_had_written_counts_and_the_store_is_asked_once_more(
    shop: Shop, kahvila: Kahvila
) -> None:
    place(kahvila, 105)
    fault(kahvila, kind="bulk_fail")
    runs = go_through(start(shop), kahvila)
    notes = [note for run in runs for note in run.told_notes]
    assert sum(run.done for run in runs) == 105
    assert any(
        "could not prepare the whole file (INTERNAL_SERVER_ERROR). The 99 records" in note for note in notes
    )
    assert len(operations_in(kahvila)) == 2
    assert copies(shop) == in_the_store(kahvila)


def test_a_store_that_fails_twice_is_not_asked_for_a_third_file(shop: Shop, kahvila: Kahvila) -> None:
    place(kahvila, 3)
    fault(kahvila, kind="bulk_fail", times=None)
    runs = go_through(start(shop), kahvila)
    assert "3 orders are read by their ids" in runs[-1].told_notes[-1]
    assert len(operations_in(kahvila)) == 2
    assert copies(shop) == in_the_store(kahvila)


def test_an_operation_cancelled_at_the_store_leaves_the_orders_to_be_read_otherwise(
    shop: Shop, kahvila: Kahvila
) -> None:
    place(kahvila, 3)
    entry = start(shop)
    finish(entry)
    [operation] = operations_in(kahvila)
    kahvila.state.put([operation | {"status": "CANCELED"}])
    assert go_through(entry, kahvila)[-1].status == Run.Status.SUCCESS
    assert copies(shop) == in_the_store(kahvila)


def test_a_file_that_the_store_keeps_no_longer_is_asked_for_anew(shop: Shop, kahvila: Kahvila) -> None:
    place(kahvila, 3)
    entry = start(shop)
    finish(entry)
    let_time_pass(kahvila)
    let_time_pass(kahvila, URL_SECONDS + 1)
    runs = go_through(entry, kahvila)
    assert any("keeps the file that it prepared no longer" in note for run in runs for note in run.told_notes)
    assert copies(shop) == in_the_store(kahvila)
    assert len(operations_in(kahvila)) == 2


def test_a_store_with_too_much_under_way_is_asked_later(shop: Shop, kahvila: Kahvila) -> None:
    place(kahvila, 3)
    with Store(kahvila.address, TOKEN, may_change=lambda: None) as store:
        for _ in range(5):
            store.change(BulkOperationRunQuery, query="{ orders { edges { node { id } } } }")
    entry = start(shop)
    run = finish(entry)
    assert run.status == Run.Status.PUT_OFF
    assert "as many bulk operations under way as it can" in run.error
    let_time_pass(kahvila)
    go_through(entry, kahvila)
    assert copies(shop) == in_the_store(kahvila)


def test_a_shop_that_sends_nothing_out_asks_for_no_file_and_says_so(shop: Shop, kahvila: Kahvila) -> None:
    place(kahvila, 3)
    Shop.objects.update(allow_outgoing_requests=False)
    [run] = go_through(start(shop), kahvila)
    assert (run.status, run.done) == (Run.Status.SUCCESS, 3)
    assert "Allow Data Sync to Shopify is off" in run.told_notes[-1]
    assert operations_in(kahvila) == []


def test_the_store_s_word_that_it_is_done_wakes_the_entry(shop: Shop, kahvila: Kahvila) -> None:
    place(kahvila, 3)
    entry = start(shop)
    finish(entry)
    accept(shop, finished(BulkOperation.objects.get().gid))
    entry.refresh_from_db()
    assert entry.earliest_start_at and entry.earliest_start_at <= now()
    queue.set_on_hold(entry)
    accept(shop, finished(BulkOperation.objects.get().gid))
    entry.refresh_from_db()
    assert entry.status == JobQueueEntry.Status.ON_HOLD


def finished(gid: str) -> Delivery:
    content = {"admin_graphql_api_id": gid}
    return Delivery("bulk_operations/finish", f"told-{gid}", "", "", "", content)


def test_a_stop_cancels_what_the_store_is_at_and_a_pause_does_not(
    shop: Shop, kahvila: Kahvila, monkeypatch: pytest.MonkeyPatch
) -> None:
    place(kahvila, 3)
    entry = start(shop)
    run = stopped_while_it_looks(entry, monkeypatch, pause=True)
    assert run.status == Run.Status.STOPPED
    assert [each["status"] for each in operations_in(kahvila)] == ["RUNNING"]
    run = stopped_while_it_looks(queue.resume(entry), monkeypatch, pause=False)
    assert run.status == Run.Status.STOPPED
    let_time_pass(kahvila)
    assert [each["status"] for each in operations_in(kahvila)] == ["CANCELED"]
    assert not BulkOperation.objects.exists()
    go_through(entry, kahvila)
    assert copies(shop) == in_the_store(kahvila)


def stopped_while_it_looks(entry: JobQueueEntry, monkeypatch: pytest.MonkeyPatch, *, pause: bool) -> Run:
    """Perform a run that a person stops, or pauses, just when it asks the store how far it is."""
    check = Work.check

    def stop_first(work: Work) -> None:
        queue.request_stop(work.run, pause=pause)
        check(work)

    with monkeypatch.context() as patch:
        patch.setattr(Work, "check", stop_first)
        return finish(entry)
