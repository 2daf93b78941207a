"""A line to the database that a test can cut: all that goes over it stops, or every connection on it ends."""

import socket
import threading
from contextlib import suppress
from pathlib import Path
from typing import Literal, Self

from psycopg.conninfo import conninfo_to_dict, make_conninfo

How = Literal["in silence", "with a hang-up"]


class Line:
    """A TCP port of this machine that leads to the database at a libpq address.

    Cut in silence, bytes and new callers are held up until the line is mended, as when packets are lost and sent
    again. Cut with a hang-up, connections are closed and new callers turned away.
    """

    def __init__(self, address: str) -> None:
        self._far = conninfo_to_dict(address)
        self._whole = threading.Event()
        self._whole.set()
        self.called = threading.Event()
        self._ends: list[socket.socket] = []
        self._listener = self._listen(0)
        self._port = self._listener.getsockname()[1]
        self.address = make_conninfo(address, host="127.0.0.1", port=self._port)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._hang_up()
        self._whole.set()

    def cut(self, how: How) -> None:
        """Let nothing through any more."""
        self._whole.clear()
        if how == "with a hang-up":
            self._hang_up()

    def give_up(self) -> None:
        """Let the connections of a line cut in silence be taken for lost; new callers are still held up."""
        while self._ends:
            _close(self._ends.pop())

    def mend(self) -> None:
        """Let everything through again."""
        self._whole.set()
        if self._listener.fileno() == -1:
            self._listener = self._listen(self._port)

    def _listen(self, port: int) -> socket.socket:
        listener = socket.create_server(("127.0.0.1", port))
        threading.Thread(target=self._answer, args=[listener], daemon=True).start()
        return listener

    def _answer(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                self.called.set()
                self._whole.wait()
                far = self._dial()
                self._ends += near, far
                for source, sink in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=[source, sink], daemon=True).start()

    def _dial(self) -> socket.socket:
        host, port = str(self._far["host"]), int(self._far.get("port") or 5432)
        if not host.startswith("/"):
            return socket.create_connection((host, port))
        far = socket.socket(socket.AF_UNIX)
        far.connect(str(Path(host, f".s.PGSQL.{port}")))
        return far

    def _carry(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while carried := source.recv(65536):
                self._whole.wait()
                sink.sendall(carried)
        _close(source)
        _close(sink)

    def _hang_up(self) -> None:
        _close(self._listener)
        self.give_up()


def _close(end: socket.socket) -> None:
    """Close a socket that another thread may be waiting at: a mere close would not wake it."""
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
