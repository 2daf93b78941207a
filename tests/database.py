"""Keeps a PostgreSQL up for a test run until the run is over, however it ends: finished, stopped or killed.

A process of its own: its standard input closes when the run is gone.
"""

import os
import shutil
import sys

from jono.kit import cluster, postgres

# Nothing of it outlives the run, so nothing has to reach the disk.
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def main() -> None:
    """Say so once the server answers; then wait for the end, and clear all away."""
    try:
        with postgres.serve(**FORGETFUL):
            print("up", flush=True)
            sys.stdin.read()
    finally:
        if not os.environ.get("DATABASE_URL"):
            cluster.remove()
        shutil.rmtree(os.environ["JONO_DATA"], ignore_errors=True)


if __name__ == "__main__":
    main()
