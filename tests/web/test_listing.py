"""Lists are searched, filtered, sorted and paged as the address says."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from jono.jobs.models import Run
from jono.web import listing

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(liisa: User) -> None:
    for name, first, enabled in (
        ("anna", "Anna", True),
        ("bertil", "Bertil", False),
        ("cecilia", "Cecilia", True),
    ):
        User.objects.create_user(name, f"{name}@nordic.example", first_name=first, is_active=enabled)


@pytest.fixture
def names(pages: Client, staff: None) -> Callable[[str], list[str]]:
    """What a list shows at an address, by each line's first column."""

    def names(query: str) -> list[str]:
        listed = pages.get(f"/users{query}").context["listing"]
        return [row.record.get_username() for row in listed.rows()]

    return names


def test_the_search_finds_every_word_in_any_of_its_fields(names: Callable[[str], list[str]]) -> None:
    assert names("?q=ANNA") == ["anna"]
    assert names("?q=nordic+ber") == ["bertil"]
    assert names("?q=anna+bertil") == []


def test_a_record_is_found_once_however_much_of_it_matches(pages: Client, imported: Run) -> None:
    listed = pages.get("/shopify-orders?q=virtanen").context["listing"]
    assert [row.record.shopify_order_no for row in listed.rows()] == ["#1001"]


def test_chips_filter_and_add_up(names: Callable[[str], list[str]]) -> None:
    assert names("?is_active=False") == ["bertil"]
    assert names("?is_active=False&is_active=True") == ["anna", "bertil", "cecilia", "liisa"]
    assert names("?is_active=True&is_superuser=True") == ["liisa"]


def test_a_filter_that_does_not_exist_is_as_none(names: Callable[[str], list[str]]) -> None:
    assert len(names("?is_active=perhaps&password=secret&page=x&sort=password")) == 4


def test_lists_sort_both_ways_and_blanks_come_last(names: Callable[[str], list[str]]) -> None:
    assert names("?sort=-username") == ["liisa", "cecilia", "bertil", "anna"]
    assert names("?sort=last_login")[0] == "liisa"
    assert names("?sort=-last_login")[0] == "liisa"


def test_long_lists_come_in_pages(
    pages: Client, names: Callable[[str], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "PAGE_SIZE", 3)
    assert names("") == ["anna", "bertil", "cecilia"]
    assert names("?page=2") == names("?page=9") == ["liisa"]
    second = pages.get("/users?page=2&q=nordic").text
    assert "4\u20134 of 4" in second
    assert 'href="?q=nordic&amp;page=1"' in second


def test_an_empty_list_says_what_to_do(pages: Client, staff: None) -> None:
    assert "enter your store&#x27;s address and access token" in pages.get("/shopify-shops").text
    narrowed = pages.get("/users?q=nobody").text
    assert "Nothing matches the search and filters." in narrowed
    assert "Show all" in narrowed


def test_htmx_is_answered_with_the_table_alone(pages: Client, staff: None) -> None:
    answer = pages.get("/users?q=anna", headers={"HX-Request": "true", "HX-Target": "users"})
    assert answer.text.lstrip().startswith("<section")
    assert "anna" in answer.text
    assert "bertil" not in answer.text
