"""What every test run stands on: a data directory of its own and a real PostgreSQL.

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
    config.pluginmanager.register(Database())
