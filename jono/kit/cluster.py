"""The embedded PostgreSQL's cluster: its home, its making, start and stop."""

import os
import re
import secrets
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import psutil

from jono.kit import programs
from jono.kit.errors import UserError, gettext_noop
from jono.kit.places import data_directory, kept

NOBODYS_NUMBER = 2**31 - 1  # above every system's highest process number
LONGEST_SOCKET_DIRECTORY = 85  # bytes: a socket's whole path may have 104 on macOS, 108 on Linux


def home() -> Path:
    """Return where the cluster keeps its data, log and locks."""
    return programs.ROOTS_PLACE / _name() if programs.as_root() else data_directory() / "postgres"


def socket_directory() -> Path:
    """Return where the server's socket lies: at home, or aside when that path is too long for one."""
    place = home()
    if len(os.fsencode(place)) <= LONGEST_SOCKET_DIRECTORY and re.fullmatch(
        r"[\w./-]+", str(place), re.ASCII
    ):
        return place
    return Path(f"/tmp/jono-{_name()}")  # noqa: S108 - nobody guesses the name, nobody else may enter


def ensure_home() -> Path:
    """Return the home, made when it is not there, which only its owner may enter."""
    place = home()
    if not (place / "made-for").exists():
        programs.ensure_place()
        place.mkdir(mode=0o700, exist_ok=True)
        programs.give_to_server(place)
        (place / "made-for").write_text(f"{data_directory()}\n")
    return place


def is_running() -> bool:
    """Whether the process in postmaster.pid is our server, not a stranger who got its number since."""
    socket = f"unix_socket_directories={socket_directory()}"
    try:
        return socket in _postmaster().cmdline()
    except (OSError, ValueError, psutil.Error):
        return False


def start(settings: Mapping[str, str]) -> None:
    """Start the server, making its data first when there is none; raise UserError with its last words on failure."""
    place, socket = home(), socket_directory()
    if not (place / "data").exists():
        _make_data(place)
    _forget_a_crash()
    if not socket.exists():
        socket.mkdir(mode=0o700)
        programs.give_to_server(socket)
    ours = {"listen_addresses": "''", "unix_socket_directories": str(socket), "log_checkpoints": "off"}
    options = " ".join(f"-c {name}={value}" for name, value in {**ours, **settings}.items())
    try:
        programs.run(
            place, "pg_ctl", "start", "--wait", "--timeout=120", "-D", "data", "-l", "log", "-o", options
        )
    except UserError as error:
        message = gettext_noop("The embedded PostgreSQL did not start. Its last words (%(log)s):\n%(words)s")
        raise UserError(message, log=str(log()), words=_last_words()) from error


def stop() -> None:
    """Stop the server in good order; its clients are cut off."""
    if is_running():
        try:
            programs.run(home(), "pg_ctl", "stop", "--wait", "--mode=fast", "-D", "data")
        except UserError:
            if is_running():  # it did not just end by itself
                raise
    if socket_directory() != home():
        with suppress(OSError):
            socket_directory().rmdir()


def remove() -> None:
    """Remove the cluster with all its data; it must not be running."""
    shutil.rmtree(home(), ignore_errors=True)


def log() -> Path:
    """Return where the server writes its log."""
    return home() / "log"


def _name() -> str:
    """Return a name for this data directory that no other has and nobody guesses."""
    return kept("postgres.name", lambda: secrets.token_hex(6))


def _make_data(place: Path) -> None:
    making = place / "data.new"
    shutil.rmtree(making, ignore_errors=True)
    encoding = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    access = [f"--username={programs.own_user()}", "--auth-local=peer", "--auth-host=reject"]
    programs.run(place, "initdb", "-D", "data.new", *encoding, *access)
    making.rename(place / "data")


def _pid_file() -> Path:
    return home() / "data" / "postmaster.pid"


def _postmaster() -> psutil.Process:
    return psutil.Process(int(_pid_file().read_text().split("\n")[0]))


def _forget_a_crash() -> None:
    """Let go of what a crashed server left, when another process, or its own shadow, has its number by now.

    PostgreSQL would take that process for the server. So postmaster.pid gets a number that no process has. The rest
    of it stays: by it PostgreSQL finds out whether a process of the crashed server still works on the data.
    """
    (socket_directory() / ".s.PGSQL.5432.lock").unlink(missing_ok=True)
    with suppress(OSError, ValueError, psutil.Error):
        if not _is_postgres(_postmaster()):
            left = _pid_file().read_text().split("\n")
            _pid_file().write_text("\n".join([str(NOBODYS_NUMBER), *left[1:]]))


def _is_postgres(process: psutil.Process) -> bool:
    try:
        words = process.cmdline()
    except psutil.ZombieProcess:
        return False
    return bool(words) and "postgres" in words[0]  # one that is just dying has no words left


def _last_words() -> str:
    written = log().read_text(errors="replace") if log().exists() else ""
    return "\n".join(written.splitlines()[-12:])
