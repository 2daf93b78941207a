"""Every declared page shows its records in both languages, and every word on it has a translation."""

import re
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import conditional_escape
from django.utils.translation import override

from jono.jobs import alerts, failures, mend
from jono.jobs.models import AlertChannel, Category, Run
from jono.office.models import Company
from jono.sandbox.drafts import Line, OrderDraft
from jono.shopify.models import Shop
from jono.sync.models import ShipmentMethodMapping, VariantLink
from jono.web.frame import all_pages
from jono.web.list_views import records_of
from jono.web.listing import caption_of
from jono.web.pages import ListPage
from jono.web.shown import address_of
from tests import cast
from tests.sync.conftest import Kahvila, run_job
from tests.sync.test_orders import AINO, VAT
from tools.messages import key_of, read

PAGES = {page.name: page for page in all_pages()}
LANGUAGES = ("en", "fi")


@pytest.fixture
def a_little_of_everything(imported: Run, company: Company) -> None:
    cast.aino(company)
    Category.objects.create(code="NIGHT", description="At night")
    AlertChannel.objects.get_or_create(kind="banner")
    alerts.test_channel(AlertChannel.objects.get())
    mend.retry(failures.standing_of(imported))
    ShipmentMethodMapping.objects.get_or_create(shop=Shop.objects.get(), title="Posti")
    VariantLink.objects.get_or_create(
        shop=Shop.objects.get(), variant_gid="gid://shopify/ProductVariant/1", item_no="MUG"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_page_and_the_card_of_a_record_open(
    pages: Client, a_little_of_everything: None, language: str
) -> None:
    for page in PAGES.values():
        for address in addresses_of(page):
            answer = pages.get(address, headers={"accept-language": language})
            assert answer.status_code == 200, address
            with override(language):
                captions = (page.caption, page.card.caption if page.card else page.caption)
                assert any(conditional_escape(str(caption)) in answer.text for caption in captions), address
            if "/changes" not in address:
                assert f'<html lang="{language}"' in answer.text


def addresses_of(page: ListPage) -> Iterator[str]:
    yield reverse(page.name)
    if page.card and page.card.new:
        yield reverse(f"{page.name}-new")
    record = records_of(page).first()
    if record is not None and page.card:
        yield address_of(record)
        yield reverse(f"{page.name}-changes", args=[record])
        if page.card.editable and page.card.may_edit(record):
            yield reverse(f"{page.name}-edit", args=[record])


def test_there_is_something_to_see_on_the_pages_of_daily_work(
    a_little_of_everything: None, liisa: User
) -> None:
    daily = ("shopify-shops", "shopify-orders", "job-queue-entries", "job-queue-log-entries", "sales-orders")
    assert all(
        records_of(PAGES[name]).exists() for name in (*daily, "customers", "items", "vat-posting-setup")
    )


def test_every_caption_is_among_the_translated_texts() -> None:
    known = {key_of(message)[1] for message in read("en")}
    with override("en"):
        unknown = {caption for page in PAGES.values() for caption in captions_of(page)} - known
    assert not unknown


def captions_of(page: ListPage) -> Iterator[str]:
    yield str(page.caption)
    yield from (caption_of(page.model, column) for column in page.columns)
    yield from (str(action.caption) for action in page.actions)
    for text in (page.keywords, page.empty):
        if text:
            yield str(text)
    if page.card:
        yield str(page.card.caption)
        yield from (str(group.caption) for group in page.card.groups)
        yield from (
            str(field.caption) for group in page.card.groups for field in group.fields if field.caption
        )
        yield from (str(part.caption) for part in page.card.parts)
        yield from (str(action.caption) for action in page.card.actions)


def test_a_page_loads_nothing_from_elsewhere(pages: Client, imported: Run) -> None:
    for address in ("/", "/shopify-orders", address_of(imported)):
        answer = pages.get(address)
        assert not re.findall(r'(?:src|href)="(?:https?:)?//', answer.text)
        assert "<style" not in answer.text
        assert not re.findall(r"<script(?![^>]* src=)|\son[a-z]+=|\sstyle=", answer.text)
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "address",
    [
        "/job-queue-log-entries/987654",
        "/job-queue-log-entries/first",
        "/items/BOOK",
        "/shopify-shops/none",
        "/nowhere",
    ],
)
def test_what_is_not_there_is_told_so(pages: Client, imported: Run, address: str) -> None:
    answer = pages.get(address)
    assert answer.status_code == 404
    assert "There is no such page" in answer.text


def test_an_open_card_whose_record_goes_is_left_as_it_is(pages: Client, imported: Run) -> None:
    address = address_of(imported)
    imported.delete()
    for live in (address, f"{address}/changes"):
        assert pages.get(live, headers={"HX-Request": "true", "HX-Target": "records"}).status_code == 204


@pytest.mark.parametrize(
    "name", ["shopify-orders", "sales-orders", "job-queue-entries", "job-queue-log-entries"]
)
def test_a_longer_list_asks_no_more_of_the_database(
    pages: Client, imported: Run, shop: Shop, kahvila: Kahvila, name: str
) -> None:
    pages.get(f"/{name}")
    with CaptureQueriesContext(connection) as short:
        pages.get(f"/{name}")
    kahvila.place(*(OrderDraft(lines=(Line(sku="MUG"),), taxes=(VAT,), customer=AINO) for _order in range(3)))
    for _run in range(3):
        run_job(30104, shop)
    with CaptureQueriesContext(connection) as long:
        pages.get(f"/{name}")
    assert len(long) <= len(short)
