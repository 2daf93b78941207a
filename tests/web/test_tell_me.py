"""Tell me finds pages and actions by what people call them, in either language."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils.translation import override

from jono.web.tell_me import find

pytestmark = pytest.mark.django_db


def captions(person: User, asked: str) -> list[str]:
    with override("en"):
        return [str(finding.caption) for finding in find(person, asked)]


def test_shop_finds_the_shops_first(liisa: User) -> None:
    assert captions(liisa, "shop")[0] == "Shopify Shops"


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("job queue", "Job Queue Entries"),
        ("shopify or", "Shopify Orders"),
        ("invoices", "Sales Invoices"),
        ("kaupat", "Shopify Shops"),
        ("työjono", "Job Queue Entries"),
        ("asiakk", "Customers"),
        ("TILAUKSET", "Shopify Orders"),
        ("tax rates", "VAT Posting Setup"),
    ],
)
def test_words_of_either_language_find(liisa: User, asked: str, first: str) -> None:
    assert first in captions(liisa, asked)[:2]


def test_every_word_must_fit(liisa: User) -> None:
    assert captions(liisa, "shop banana") == []


def test_new_records_and_actions_are_found_too(liisa: User) -> None:
    assert "New: Job Queue Entry" in captions(liisa, "new job")
    assert "Sync Orders" in captions(liisa, "fetch orders")


def test_only_what_the_person_may_open_is_found(browser_of: Callable[..., Client]) -> None:
    browser = browser_of("shopify.view_order")
    found = browser.get("/tell-me?q=shop").text
    assert "Shopify Orders" in found
    assert "Shopify Shops" not in found


def test_nothing_found_is_said_with_the_word(pages: Client) -> None:
    assert "Nothing is called “&lt;b&gt;”" in pages.get("/tell-me", {"q": "<b>"}).text
