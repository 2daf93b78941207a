"""Other databases than the one all tests share: this process's ORM is turned to them for a while."""

import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import psutil
import pytest
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.postgresql.base import DatabaseWrapper

from jono import settings
from jono.kit import cluster, postgres

Mode = Literal["fast", "immediate"]


def turn_to(address: str, patience: float) -> None:
    """Let the ORM of this process, on all its threads, speak with the database at this libpq address from now on.

    `patience`: for how many seconds to wait for a connection.
    """
    database = settings._database(address)
    options: Any = database["OPTIONS"]
    options["pool"] |= {"timeout": patience, "reconnect_timeout": patience}
    _turn_to(database)


@contextmanager
def turned_to(address: str) -> Iterator[None]:
    """Let the ORM of this process speak with another database inside the block."""
    usual = dict(connection.settings_dict)
    _turn_to(settings._database(address))
    try:
        yield
    finally:
        _turn_to(usual)


def _turn_to(database: dict[str, object]) -> None:
    connection.close()
    wrapper = connections[DEFAULT_DB_ALIAS]
    assert isinstance(wrapper, DatabaseWrapper)
    wrapper.close_pool()
    wrapper.settings_dict.update(database)  # shared by the connections of all threads


class Server:
    """A PostgreSQL server of a test's own, which keeps what was committed as one in earnest does."""

    def __init__(self, address: str) -> None:
        self.address = address

    def restart(self, mode: Mode) -> None:
        """Cut everybody off and start again: in good order (fast), or as after a crash (immediate)."""
        if mode == "fast":
            cluster.stop()
        else:
            postmaster = psutil.Process(
                int((cluster.home() / "data" / "postmaster.pid").read_text().split()[0])
            )
            postmaster.send_signal(signal.SIGQUIT)
            postmaster.wait(20)
        cluster.start({})
        connection.close()


@contextmanager
def server() -> Iterator[Server]:
    """Start a server with Jono's tables; the ORM of this process speaks with it inside the block."""
    place = tempfile.mkdtemp(prefix="jono-tests-", dir="/tmp")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JONO_DATA", place)
        patch.delenv("DATABASE_URL", raising=False)
        with postgres.serve(), turned_to(postgres.address()):
            call_command("migrate", verbosity=0)
            yield Server(postgres.address())
        cluster.remove()
    shutil.rmtree(place)
