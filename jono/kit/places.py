"""Where Jono keeps its own files on this machine."""

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


def data_directory() -> Path:
    """Return `JONO_DATA`, else `.jono` beside the working copy's `pyproject.toml`, else in the current folder.

    Made on first use and readable by its owner alone: it holds the key of the secrets.
    """
    named = os.environ.get("JONO_DATA")
    place = Path(named).expanduser().resolve() if named else _working_copy() / ".jono"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def kept(name: str, make: Callable[[], str]) -> str:
    """Return the text of the data directory's file `name`; the first time, let `make` say it and keep it.

    Readable by its owner alone (mode 0600). Whoever asks at the same moment gets the same text: the file is
    written aside and linked into place, whole, by the first.
    """
    path = data_directory() / name
    if not path.exists():
        descriptor, written = tempfile.mkstemp(dir=path.parent, prefix=f"{name}.")
        with os.fdopen(descriptor, "w") as file:
            file.write(make())
        with suppress(FileExistsError):
            os.link(written, path)
        Path(written).unlink()
    return path.read_text().strip()


def _working_copy() -> Path:
    root = Path(__file__).resolve().parents[2]
    return root if (root / "pyproject.toml").exists() else Path.cwd()
