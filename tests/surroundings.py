"""What every test run stands on: a data directory of its own and a real PostgreSQL; how its tests are shared out.

A plugin, not a conftest: pytest reads it before pytest-django reads the settings.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db.models import Model
from pytest_django import DjangoDbBlocker
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

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


class ByFile(LoadScopeScheduling):  # type: ignore[misc]
    """Shares the tests out by file, the browser's as one since they share an installation."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return str(Path(file).parent) if file.startswith("tests/browser/") else file


def pytest_configure(config: pytest.Config) -> None:
    shares_out = config.getoption("numprocesses", None) and not hasattr(config, "workerinput")
    if not shares_out:
        config.pluginmanager.register(Database())


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile:
    return ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what starts whole installations, since that takes longest."""
    items.sort(
        key=lambda item: item.path.name != "test_run.py" and item.get_closest_marker("browser") is None
    )


@pytest.fixture(scope="session")
def as_migrated(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> str:
    """What migrations put into Jono's tables."""
    from django.core import serializers

    with django_db_blocker.unblock():
        rows = (row for model in _models() for row in model._base_manager.all())
        return str(serializers.serialize("json", rows))


@pytest.fixture(autouse=True)
def whole_again(request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """After a test that emptied the database, put back what migrations put there: tests run in any order.

    It stands here, before pytest-django's own fixtures, to be torn down after them.
    """
    mark = request.node.get_closest_marker("django_db")
    if not (mark and mark.kwargs.get("transaction")) and "transactional_db" not in request.fixturenames:
        yield
        return
    rows = request.getfixturevalue("as_migrated")
    yield
    with django_db_blocker.unblock():
        _put_back(rows)


def _put_back(rows: str) -> None:
    from django.core import serializers
    from django.core.management.color import no_style
    from django.db import connection

    for row in serializers.deserialize("json", rows):
        row.save()
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), _models()):
            cursor.execute(statement)
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")  # no table of a model's: it was not emptied
    connection.close()


def _models() -> "list[type[Model]]":
    from django.apps import apps

    return [model for model in apps.get_models() if model.__module__.startswith("jono.")]
