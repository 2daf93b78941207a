"""Jono as it runs on a machine, and a person in front of it: Chromium on a whole installation."""

import os
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from tests.cli.test_run import command, data_directory, launched
from tools import chromium
from tools.messages import compile_all

WIDE, NARROW = (1280, 800), (400, 800)

# What a browser notes of answers that tests bring about: bad input, a page that is not there, a lost connection,
# a page left while it asks. (htmx says of every request without an answer that it ended, then why it had none.)
WANTED = (
    "status of 422",
    "status of 404",
    "status of 502",
    "Status Error Code 502",
    "htmx:afterRequest",
    "htmx:sendAbort",
)

expect.set_options(timeout=20_000)


User = tuple[str, str]
"""A user name and a password."""


@dataclass(frozen=True)
class Jono:
    """A running installation."""

    data: Path
    address: str
    user_name: str
    password: str

    def command(self, *arguments: str) -> dict[str, Any]:
        """What a command in a terminal answers."""
        return command(self.data, *arguments)


@pytest.fixture(scope="session")
def jono() -> Iterator[Jono]:
    """Jono with its sandbox store; the first orders are imported already."""
    compile_all()
    with data_directory() as data, launched(data) as launch:
        said = launch.listen()
        running = Jono(data, said["address"], said["user_name"], said["password"])
        running.command("sync", "orders", "--shop", "sandbox")
        yield running


@pytest.fixture(
    scope="package"
)  # it keeps an event loop in this thread, beside which Django refuses a database
def chrome() -> Iterator[Browser]:
    """Chromium; where there is none, its tests are skipped, but never on the machine that decides."""
    path = chromium.find()
    if path is None and not os.environ.get("CI"):
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def person(chrome: Browser, jono: Jono) -> Iterator[Callable[..., Page]]:
    """Sign a person in, on a screen of some size, in some language and light; nothing may break in the browser."""
    troubles: list[str] = []
    contexts = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and not any(wanted in message.text for wanted in WANTED):
            troubles.append(message.text)

    def sign_in(
        size: tuple[int, int] = WIDE, language: str = "en", light: str = "light", user: User | None = None
    ) -> Page:
        context = chrome.new_context(
            base_url=jono.address,
            viewport={"width": size[0], "height": size[1]},
            locale=language,
            color_scheme=light,  # type: ignore[arg-type]
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.goto("/sign-in")
        for field, text in zip(
            ("username", "password"), user or (jono.user_name, jono.password), strict=True
        ):
            page.locator(f"[name={field}]").fill(text)
        page.keyboard.press("Enter")
        page.wait_for_url("**/")
        return page

    yield sign_in
    for context in contexts:
        context.close()
    assert troubles == []


@pytest.fixture
def newcomer(jono: Jono, person: Callable[..., Page]) -> Page:
    """A new user at a desk, reading English: what they set for themselves is nobody else's."""
    said = jono.command("administrator", "--user-name", f"kaisa-{secrets.token_hex(4)}")
    return person(user=(said["user_name"], said["password"]))


@pytest.fixture
def page(person: Callable[..., Page]) -> Page:
    """The administrator at a desk, reading English."""
    return person()
