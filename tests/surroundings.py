"""What every test run stands on: a data directory of its own and a real PostgreSQL.

A plugin, not a conftest: pytest reads it before pytest-django reads the settings.
"""

import os
import shutil
import tempfile
from contextlib import ExitStack

import pytest

# No longer than a socket's path may be. Settings, secrets and the embedded server all live below it.
os.environ["JONO_DATA"] = tempfile.mkdtemp(prefix="jono-tests-", dir="/tmp")
# Processes that tests start are Jono as it is, whatever the person at the keyboard has set.
for name in ("JONO_KEY", "JONO_LANGUAGE", "JONO_TIME_ZONE", "JONO_HOSTS", "JONO_ORIGINS", "JONO_DEBUG"):
    os.environ.pop(name, None)

from jono.kit import cluster, postgres  # noqa: E402

# Nothing here outlives the run, so nothing has to reach the disk.
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Database:
    """The server that the whole run shares: `DATABASE_URL`'s, else an embedded one."""

    def __init__(self) -> None:
        self.stack = ExitStack()

    def pytest_sessionstart(self) -> None:
        self.stack.enter_context(postgres.serve(**FORGETFUL))

    def pytest_unconfigure(self) -> None:
        self.stack.close()
        if not os.environ.get("DATABASE_URL"):
            cluster.remove()
        shutil.rmtree(os.environ["JONO_DATA"], ignore_errors=True)


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Database())
