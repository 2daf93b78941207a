"""The processes of `jono run`: each writes to a log of its own, and none outlives the one that started it."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

LARGEST_LOG = 5_000_000  # bytes; then the log starts anew and the old one is kept beside it
PATIENCE = 12.0  # seconds to end in good order


class Child:
    """One process: `jono` with `arguments`, its output appended to `log`."""

    def __init__(self, name: str, arguments: Sequence[str], log: Path, sockets: Sequence[int] = ()) -> None:
        self.name = name
        self.log = log
        if log.exists() and log.stat().st_size > LARGEST_LOG:
            log.rename(log.with_suffix(".old.log"))
        self._command = [sys.executable, "-m", "jono", *arguments, "--with-parent"]
        self._sockets = sockets
        self.start()

    def start(self) -> None:
        """Start the process, anew when it has ended; Ctrl-C at the terminal does not reach it, we do."""
        with self.log.open("ab") as output:
            self._written_before = output.tell()
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
                pass_fds=self._sockets,
                start_new_session=True,
            )

    @property
    def exit_code(self) -> int | None:
        """Its exit code (negative: the signal that ended it), None while it runs."""
        return self._process.poll()

    def last_words(self, lines: int = 12) -> str:
        """Return the end of what it wrote since it started."""
        with self.log.open("rb") as log:
            log.seek(self._written_before)
            return "\n".join(log.read().decode(errors="replace").strip().splitlines()[-lines:])

    def stop(self) -> None:
        """Ask the process to end, and end it when it does not; whoever interrupts the wait ends it at once."""
        with suppress(subprocess.TimeoutExpired):
            try:
                self._process.terminate()
                self._process.wait(PATIENCE)
            finally:
                self._process.kill()
        self._process.wait()
        if self._process.stdin:
            self._process.stdin.close()


def _end_with_parent(with_parent: bool) -> bool:
    """End this process in good order when the one that started it is gone: our standard input closes then."""

    def watch() -> None:
        while os.read(sys.stdin.fileno(), 1):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    if with_parent:
        threading.Thread(target=watch, name="parent", daemon=True).start()
    return with_parent


WithParent = Annotated[bool, typer.Option("--with-parent", hidden=True, callback=_end_with_parent)]
