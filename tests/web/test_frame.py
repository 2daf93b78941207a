"""What stands around every page: language, appearance, files, and the pages for when something is wrong."""

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.test.utils import override_settings

from jono.web.assets import FingerprintedFiles

pytestmark = pytest.mark.django_db


def test_the_chosen_language_stays(pages: Client) -> None:
    answer = pages.post("/language", {"language": "fi", "next": "/users"})
    assert answer.headers["Location"] == "/users"
    assert "Käyttäjät" in pages.get("/users").text
    assert '<html lang="fi"' in pages.get("/").text


def test_the_browser_says_which_language_before_anybody_chose(client: Client) -> None:
    assert "Kirjaudu sisään" in client.get("/sign-in", headers={"accept-language": "fi-FI,en;q=0.5"}).text
    assert "Sign in" in client.get("/sign-in", headers={"accept-language": "sv"}).text


def test_the_chosen_appearance_stays_until_another_is_chosen(pages: Client) -> None:
    assert "data-theme" not in pages.get("/").text.split("<head>")[0]
    pages.post("/theme", {"theme": "dark"})
    assert 'data-theme="dark"' in pages.get("/").text
    pages.post("/theme", {"theme": ""})
    assert "data-theme" not in pages.get("/").text.split("<head>")[0]


def test_what_a_person_has_chosen_holds_in_every_browser(pages: Client, liisa: User) -> None:
    pages.post("/theme", {"theme": "dark"})
    pages.post("/language", {"language": "fi", "next": "/"})
    elsewhere = Client(headers={"accept-language": "en"})
    elsewhere.cookies["jono_theme"] = "light"
    assert 'lang="en" data-theme="light"' in elsewhere.get("/sign-in").text
    elsewhere.force_login(liisa)
    assert 'lang="fi" data-theme="dark"' in elsewhere.get("/").text
    elsewhere.post("/language", {"language": "en", "next": "/"})
    assert 'lang="en" data-theme="dark"' in pages.get("/").text


def test_a_language_that_is_none_changes_nothing(pages: Client) -> None:
    pages.post("/language", {"language": "xx", "next": "/"})
    pages.post("/theme", {"theme": "pink"})
    assert '<html lang="en">' in pages.get("/").text


def test_a_files_address_changes_with_its_content(client: Client) -> None:
    address = FingerprintedFiles().url("jono/jono.css")
    name, _mark, fingerprint = address.partition("?")
    assert name == "/static/jono/jono.css"
    assert len(fingerprint) == 12
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"].startswith(f"max-age={settings.WHITENOISE_MAX_AGE}")
    assert b"--accent" in answer.content
    with pytest.raises(ValueError, match="no static file"):
        FingerprintedFiles().url("jono/nothing.css")


def test_a_browser_keeps_no_page(pages: Client) -> None:
    assert pages.get("/users").headers["Cache-Control"] == "no-store"


@override_settings(ROOT_URLCONF="tests.web.broken")
def test_a_bug_is_told_without_its_insides(pages: Client) -> None:
    pages.raise_request_exception = False
    answer = pages.get("/broken")
    assert answer.status_code == 500
    assert "Something broke in Jono" in answer.text
    assert "ZeroDivisionError" not in answer.text
