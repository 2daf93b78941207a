"""The browser of the browser tests: found, fetched, or missed out loud."""

from pathlib import Path

import pytest

from tools import chromium


@pytest.fixture
def browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Chromium that the system has."""
    program = tmp_path / "google-chrome"
    program.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    return program


@pytest.fixture
def none_to_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chromium, "find", lambda: None)
    monkeypatch.setattr(chromium, "install", lambda: False)


def test_the_systems_browser_is_found(browser: Path) -> None:
    assert chromium.find() == browser


@pytest.mark.usefixtures("none_to_be_had")
def test_without_one_a_person_is_told_what_becomes_of_the_tests(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("CI", raising=False)
    chromium.main()
    assert "will be skipped" in capsys.readouterr().out


@pytest.mark.usefixtures("none_to_be_had")
def test_where_nobody_reads_along_missing_one_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(SystemExit):
        chromium.main()
