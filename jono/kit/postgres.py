"""The database: the server that `DATABASE_URL` names, else a PostgreSQL of our own, embedded.

The embedded server needs no port and no password. It listens on a Unix socket alone, lets in only the system
user it was made for (`peer`), and its clients insist on the system user they expect behind it (`requirepeer`):
the kernel vouches for both. Whoever needs it holds a shared lock meanwhile: the first starts it, the last stops
it.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import psycopg
from psycopg.conninfo import make_conninfo

from jono.kit import cluster, programs
from jono.kit.errors import UserError, gettext_noop

DATABASE = "jono"
START_PATIENCE = 120.0  # seconds: after a crash PostgreSQL reads its journal first


def address() -> str:
    """Return the libpq address of Jono's database; `serve` sees to it that somebody answers there."""
    return os.environ.get("DATABASE_URL") or _embedded_address(DATABASE)


@contextmanager
def serve(**settings: str) -> Iterator[None]:
    """Keep the database at `address` up inside the `with`; `settings` are PostgreSQL's, if it is started here.

    A server that `DATABASE_URL` names is only asked whether it lets us in. Raises UserError, with the reason, when
    it does not or when none can start.
    """
    if os.environ.get("DATABASE_URL"):
        _ask_named()
        yield
        return
    home = cluster.ensure_home()
    with (home / "users.lock").open("a") as users:
        with _turn(home):
            fcntl.flock(users, fcntl.LOCK_SH)
            _ensure_answer(settings)
        try:
            yield
        finally:
            with _turn(home):
                if _is_last(users):
                    cluster.stop()


def is_up() -> bool:
    """Whether the embedded server runs; a server that `DATABASE_URL` names is not ours to watch."""
    return bool(os.environ.get("DATABASE_URL")) or cluster.is_running()


@contextmanager
def _turn(home: Path) -> Iterator[None]:
    """Let one process at a time start or stop the server."""
    with (home / "turn.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _is_last(users: IO[str]) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _ask_named() -> None:
    try:
        psycopg.connect(address(), connect_timeout=10).close()
    except psycopg.Error as error:
        message = gettext_noop("The database that DATABASE_URL names does not let us in: %(reason)s")
        raise UserError(message, reason=str(error)) from error


def _ensure_answer(settings: dict[str, str]) -> None:
    """Return when the server lets us in: one left running is joined, one just stopping is started anew."""
    deadline = time.monotonic() + START_PATIENCE
    while True:
        if not cluster.is_running():
            cluster.start(settings)
        try:
            return _ensure_database()
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline:
                message = gettext_noop(
                    "The embedded PostgreSQL does not answer (%(reason)s). Its log is %(log)s."
                )
                raise UserError(message, reason=str(error), log=str(cluster.log())) from error
        time.sleep(0.1)


def _ensure_database() -> None:
    with psycopg.connect(_embedded_address("postgres"), autocommit=True) as connection:
        found = connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE])
        if not found.rowcount:
            connection.execute(f"CREATE DATABASE {DATABASE}")


def _embedded_address(database: str) -> str:
    return make_conninfo(
        dbname=database,
        host=str(cluster.socket_directory()),
        port=5432,
        user=programs.own_user(),
        requirepeer=programs.server_user(),
    )
