"""A sync started on a page runs in the background and says so at once, or while the page waits."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from jono.jobs import queue
from jono.jobs.models import JobQueueEntry, Run
from jono.office.models import SalesHeader
from jono.sandbox.drafts import Line, OrderDraft
from jono.shopify.models import Order, Shop
from jono.web.shown import address_of
from tests.sync.conftest import Kahvila, finish
from tests.sync.test_orders import VAT

SYNC = "/shopify-shops/kahvila/do/sync-orders"
IN_PLACE = {"HX-Request": "true"}


@pytest.fixture
def in_the_foreground(shop: Shop) -> Shop:
    shop.allow_background_syncs = False
    shop.save()
    return shop


def test_in_the_background_the_answer_names_the_entry_and_links_to_it(pages: Client, shop: Shop) -> None:
    answer = pages.post(SYNC, headers=IN_PLACE)
    entry = JobQueueEntry.objects.get()
    assert (
        f"Sync Orders from Shopify was started in the background as job queue entry {entry.pk}."
        in answer.text
    )
    assert f'<a href="/job-queue-entries/{entry.pk}">Show job queue entry</a>' in answer.text
    assert 'hx-swap-oob="beforeend"' in answer.text
    assert entry.status == JobQueueEntry.Status.IN_PROCESS
    finish(entry)


def test_in_the_foreground_the_page_waits_and_the_outcome_is_the_same(
    pages: Client, in_the_foreground: Shop, kahvila: Kahvila
) -> None:
    kahvila.place(OrderDraft(lines=(Line(sku="MUG", quantity=2),), taxes=(VAT,)))
    answer = pages.post(SYNC, headers=IN_PLACE)
    run = Run.objects.get()
    assert not JobQueueEntry.objects.exists()
    assert f'hx-post="/foreground/{run.pk}"' in answer.text
    assert "<progress" in pages.get(f"/foreground/{run.pk}/progress").text
    end = pages.post(f"/foreground/{run.pk}")
    assert "Ended well." in end.text
    assert SalesHeader.objects.get().shopify_order_no == "#1001"
    run.refresh_from_db()
    assert (run.status, run.tally.total, run.done) == (Run.Status.SUCCESS, 1, 1)


def test_a_run_in_the_foreground_is_performed_once_by_whoever_began_it(
    pages: Client, in_the_foreground: Shop, browser_of: Callable[..., Client]
) -> None:
    pages.post(SYNC, headers=IN_PLACE)
    run = Run.objects.get()
    matti = browser_of("jobs.view_run", "jobs.add_jobqueueentry")
    assert matti.post(f"/foreground/{run.pk}").status_code == 404
    first = pages.post(f"/foreground/{run.pk}")
    assert pages.post(f"/foreground/{run.pk}").text == first.text


def test_an_error_in_the_foreground_is_told_in_the_dialog(pages: Client, in_the_foreground: Shop) -> None:
    in_the_foreground.enabled = False
    in_the_foreground.save()
    pages.post(SYNC, headers=IN_PLACE)
    answer = pages.post(f"/foreground/{Run.objects.get().pk}")
    assert "Shop kahvila is not enabled. Switch on Enabled on its card." in answer.text


def test_a_run_that_stands_in_the_way_is_named(pages: Client, in_the_foreground: Shop) -> None:
    entry = queue.start_now(30104, "NORDIC", {"shop": "kahvila"})
    answer = pages.post(SYNC, headers=IN_PLACE)
    assert "is working on the same records now. Try again when it has ended." in answer.text
    assert Run.objects.count() == 1
    finish(entry)


def test_sales_documents_are_made_of_just_the_chosen_orders(
    pages: Client, shop: Shop, kahvila: Kahvila, liisa: User
) -> None:
    shop.orders_section.auto_create_sales_documents = False
    shop.orders_section.save()
    kahvila.place(*(OrderDraft(lines=(Line(sku="MUG"),), taxes=(VAT,)) for _order in range(3)))
    finish(queue.start_now(30104, "NORDIC", {"shop": "kahvila"}))
    chosen = Order.objects.get(shopify_order_no="#1002")
    pages.post("/shopify-orders/-/do/create-document", {"record": chosen.pk}, headers=IN_PLACE)
    finish(JobQueueEntry.objects.latest("pk"))
    assert [document.shopify_order_no for document in SalesHeader.objects.all()] == ["#1002"]


def test_an_order_is_not_made_into_a_document_twice(pages: Client, imported: Run) -> None:
    order = Order.objects.get(processed=True)
    answer = pages.post("/shopify-orders/-/do/create-document", {"record": order.pk}, headers=IN_PLACE)
    assert "Sales documents have been made of these orders already." in answer.text
    assert SalesHeader.objects.count() == 1


def test_order_and_document_lead_to_each_other(pages: Client, imported: Run) -> None:
    order, document = address_of(Order.objects.get(processed=True)), address_of(SalesHeader.objects.get())
    assert document.startswith("/sales-orders/")
    assert f'<a href="{document}">' in pages.get(order).text
    assert f'<a href="{order}">#1001</a>' in pages.get(document).text
