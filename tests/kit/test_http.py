"""HTTP: answers as they are, waits that end, tokens that stay where they were sent."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from jono.kit import http
from jono.kit.errors import RetryLater
from jono.kit.http import Answer, Http, UnreachableError


class Echo(BaseHTTPRequestHandler):
    """Answers with what it was sent, or as the path says."""

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["content-length"]))
        status = int(self.path.strip("/"))
        body = json.dumps({"sent": json.loads(content), "token": self.headers.get("X-Token")}).encode()
        self.send_response(status)
        self.send_header("Location", "http://elsewhere.example/")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def origin() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@contextmanager
def listening(answer: bytes | None) -> Iterator[str]:
    """Somebody who takes a call and says `answer`, or nothing, and hangs up when the call is over."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def take_a_call() -> None:
            caller, _ = server.accept()
            with caller:
                if answer is not None:
                    caller.recv(65536)
                    caller.sendall(answer)
                while answer is None and caller.recv(65536):
                    pass  # until the caller hangs up

        thread = threading.Thread(target=take_a_call)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        thread.join()


def test_whatever_is_answered_is_an_answer(origin: str) -> None:
    with Http(origin) as line:
        for status in (200, 404, 500):
            answer = line.post(f"/{status}", {"a": 1}, headers={"X-Token": "t"})
            assert answer.status == status
            assert answer.json() == {"sent": {"a": 1}, "token": "t"}


def test_numbers_stay_exact() -> None:
    assert Answer(200, {}, b'{"rate": 0.255, "count": 3}').json() == {"rate": Decimal("0.255"), "count": 3}


def test_no_redirect_is_followed(origin: str) -> None:
    with Http(origin) as line:
        answer = line.post("/307", {})
    assert (answer.status, answer.headers["location"]) == (307, "http://elsewhere.example/")


def test_whoever_does_not_answer_in_time_is_for_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "ANSWER_SECONDS", 0.05)
    with (
        listening(None) as address,
        Http(address) as line,
        pytest.raises(RetryLater, match="did not answer in time"),
    ):
        line.post("/", {})


def test_whoever_hangs_up_is_for_later() -> None:
    with listening(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf") as address, Http(address) as line:
        with pytest.raises(RetryLater, match="broke"):
            line.post("/", {})


def test_nobody_at_an_address_is_told_with_the_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with (
        Http(f"http://127.0.0.1:{port}") as line,
        pytest.raises(UnreachableError, match=f"127.0.0.1:{port} cannot"),
    ):
        line.post("/", {})


def test_a_proxy_of_the_world_outside_is_not_asked_about_this_machine(
    origin: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with Http(origin) as line:
        assert line.post("/200", {}).status == 200
