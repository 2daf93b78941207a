"""Scopes: what each job needs is computed, documented, and told when it is missing."""

from datetime import timedelta
from pathlib import Path

import pytest

from jono.jobs.registry import jobs
from jono.kit.clock import now
from jono.sandbox.access import grant
from jono.shopify.models import Shop, ShopConnection
from jono.shopify.operations import operations
from jono.shopify.schema import API_VERSION, accessible_until
from jono.shopify.scopes import missing, needs_of_operations
from jono.sync.connecting import try_connection, version_problems
from jono.sync.needs import BULK_CHANGES, CONNECTING, OPERATIONS_OF_JOBS, lacks, scopes_to_ask_for
from tests.sync.conftest import Kahvila

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "scopes.md"


def test_every_operation_belongs_to_a_job() -> None:
    used = {*CONNECTING, *BULK_CHANGES, *(name for names in OPERATIONS_OF_JOBS.values() for name in names)}
    assert used == set(operations())


def test_every_job_says_what_it_asks() -> None:
    assert set(OPERATIONS_OF_JOBS) == {job.report_id for job in jobs()}


def test_the_document_lists_what_is_computed() -> None:
    rows = [f"| {job.report_id} {job.caption} | {needed(job.report_id)} |" for job in jobs()]
    text = DOCUMENT.read_text()
    assert [row for row in rows if row not in text] == []
    assert f"`{','.join(scopes_to_ask_for())}`" in text


def needed(report_id: int) -> str:
    scopes = missing(needs_of_operations(OPERATIONS_OF_JOBS[report_id]), ())
    return ", ".join(f"`{scope}`" for scope in scopes) or "none"


def test_who_may_write_may_read() -> None:
    assert missing([("read_orders",)], {"write_orders"}) == []
    assert missing([("read_orders", "read_marketplace_orders")], {"read_marketplace_orders"}) == []
    assert missing([("read_orders",)], {"read_products"}) == ["read_orders"]


def test_a_missing_scope_names_the_jobs_that_need_it() -> None:
    granted = set(scopes_to_ask_for()) - {"read_customers"}
    [lack] = lacks(granted)
    assert (lack.scope, lack.report_ids) == ("read_customers", (30104,))


def test_trying_a_connection_finds_the_scopes_that_are_missing(shop: Shop, kahvila: Kahvila) -> None:
    grant(kahvila.state, set(scopes_to_ask_for()) - {"read_locations"})
    [problem] = try_connection(shop).problems
    assert "read_locations" in str(problem)
    assert "Sync Orders from Shopify" in str(problem)


def test_a_good_connection_has_no_problems_and_is_remembered(shop: Shop, kahvila: Kahvila) -> None:
    tried = try_connection(shop)
    assert tried.problems == []
    known = ShopConnection.objects.get(shop=shop)
    assert known.tested_at
    assert known.store_domain == tried.store.myshopify_domain


@pytest.mark.parametrize(("days", "problems"), [(61, 0), (59, 1)])
def test_sixty_days_before_the_version_ends_it_is_told(days: int, problems: int) -> None:
    at = accessible_until(API_VERSION) - timedelta(days=days)
    assert len(list(version_problems(ShopConnection(served_version=API_VERSION), at))) == problems


def test_an_answer_of_another_version_is_told_at_once() -> None:
    [problem] = version_problems(ShopConnection(served_version="2027-01"), now())
    assert "2027-01" in str(problem)
