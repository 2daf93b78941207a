"""Where Jono keeps its own files on this machine."""

import os
from pathlib import Path


def data_directory() -> Path:
    """Return `JONO_DATA`, else `.jono` beside the working copy's `pyproject.toml`, else below the current folder.

    Made on first use and readable by its owner alone: it holds the key of the secrets.
    """
    named = os.environ.get("JONO_DATA")
    place = Path(named).expanduser().resolve() if named else _working_copy() / ".jono"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def _working_copy() -> Path:
    root = Path(__file__).resolve().parents[2]
    return root if (root / "pyproject.toml").exists() else Path.cwd()
