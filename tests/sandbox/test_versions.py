"""Versions of the API: which are accessible, and what falls forward."""

from datetime import UTC, datetime

import pytest

from jono.sandbox.versions import accessible_until, answering_version

AUTUMN = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("2026-10", "2026-10"), ("2026-01", "2026-01"), ("2025-10", "2026-01"), ("2019-04", "2026-01"),
        ("unstable", "unstable"), ("2027-01", None), ("2026-02", None), ("latest", None), ("2026-10-01", None),
    ],
)  # fmt: skip
def test_a_retired_version_falls_forward_and_an_unheard_of_one_is_none(
    asked: str, answered: str | None
) -> None:
    assert answering_version(asked, AUTUMN) == answered


def test_a_version_is_accessible_for_a_year_and_two_weeks() -> None:
    assert accessible_until("2026-04") == datetime(2027, 4, 16, 15, tzinfo=UTC)
    at = datetime(2027, 4, 16, 14, 59, tzinfo=UTC)
    assert answering_version("2026-04", at) == "2026-04"
    assert answering_version("2026-04", at.replace(hour=15)) == "2026-07"
