"""Every text people see is collected and translated, and the check that says so can fail."""

import pytest
from babel.messages import Catalog

from tools import messages


def test_every_text_is_translated_and_keeps_its_values() -> None:
    assert list(messages.problems()) == []


@pytest.mark.parametrize(
    ("finnish", "problem"),
    [
        ("", "is not translated"),
        ("Tilaus on tuotu.", "has other places for values: 'Tilaus on tuotu.'"),
        ("Tilaus %(nro)s on tuotu.", "has other places for values: 'Tilaus %(nro)s on tuotu.'"),
    ],
)
def test_a_missing_or_broken_translation_is_found(
    finnish: str, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    english = "Order %(no)s is imported."
    monkeypatch.setattr(messages, "collect", lambda: catalogue_of(english))
    monkeypatch.setattr(
        messages, "read", lambda language: catalogue_of(english, finnish if language == "fi" else "")
    )
    assert list(messages.problems()) == [f"fi: {english!r}: {problem}"]


def test_a_text_that_no_catalogue_has_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "collect", lambda: catalogue_of("New text"))
    monkeypatch.setattr(messages, "read", lambda _language: Catalog())
    assert list(messages.problems()) == [
        "en: (None, 'New text'): run update",
        "fi: (None, 'New text'): run update",
    ]


def test_texts_are_collected_from_code_and_templates() -> None:
    collected = {messages.key_of(message) for message in messages.collect()}
    assert (None, "Tell me what you want to do") in collected
    assert (None, "There is no Shopify shop %(shop)s.") in collected
    assert ("payment", "Pending") in collected


def catalogue_of(english: str, translation: str = "") -> Catalog:
    catalogue = Catalog()
    catalogue.add(english, translation)
    return catalogue
