"""What every test run stands on: a data directory of its own and a real PostgreSQL; how its tests are shared out.

A plugin, not a conftest: pytest reads it before pytest-django reads the settings.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

# No longer than a socket's path may be. Settings, secrets and the embedded server all live below it.
os.environ["JONO_DATA"] = tempfile.mkdtemp(prefix="jono-tests-", dir="/tmp")
# Processes that tests start are Jono as it is, whatever the person at the keyboard has set.
for name in ("JONO_KEY", "JONO_LANGUAGE", "JONO_TIME_ZONE", "JONO_HOSTS", "JONO_ORIGINS", "JONO_DEBUG"):
    os.environ.pop(name, None)


class Database:
    """The server that the whole run shares: `DATABASE_URL`'s, else an embedded one."""

    def pytest_sessionstart(self) -> None:
        self.keeper = subprocess.Popen(
            [sys.executable, Path(__file__).with_name("database.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl-C is for the run; the server goes after it
        )
        assert self.keeper.stdout
        if not self.keeper.stdout.readline():
            pytest.exit("There is no PostgreSQL to test with; the reason is above.", returncode=1)

    def pytest_unconfigure(self) -> None:
        self.keeper.communicate()


def pytest_configure(config: pytest.Config) -> None:
    shares_out = config.getoption("numprocesses", None) and not hasattr(config, "workerinput")
    if not shares_out:
        config.pluginmanager.register(Database())


@pytest.hookimpl(tryfirst=True)  # before the groups are read
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Share the tests out by file, the browser's as one since they share an installation.

    Those that start whole installations or servers come first, since they take longest; then, as pytest-django has
    put them, those that roll the database back before those that empty it.
    """
    for item in items:
        place = "browser" if item.get_closest_marker("browser") else item.path
        item.add_marker(pytest.mark.xdist_group(f"{place} {_empties_database(item)}"))
    items.sort(key=lambda item: not _is_an_installation(item))


def _empties_database(item: pytest.Item) -> bool:
    mark = item.get_closest_marker("django_db")
    return bool(mark and mark.kwargs.get("transaction")) or "transactional_db" in _fixtures(item)


def _is_an_installation(item: pytest.Item) -> bool:
    marked = item.get_closest_marker("browser") or item.get_closest_marker("crash")
    return (
        bool(marked)
        and not item.get_closest_marker("django_db")
        and "transactional_db" not in _fixtures(item)
    )


def _fixtures(item: pytest.Item) -> list[str]:
    return item.fixturenames if isinstance(item, pytest.Function) else []
