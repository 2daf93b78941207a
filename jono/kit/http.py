"""HTTP as Jono speaks it: synchronous, every wait bounded, never sent on to another host.

The only file that knows httpx. What can go wrong on the way is told in two words:

- `UnreachableError`: nobody could be met at the address; a person can mend that.
- `RetryLater`: somebody was there and did not answer in time, or hung up.

Whatever was answered, of any status, is an `Answer`: what a status means is for the caller to say.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cache
from ssl import SSLContext
from types import TracebackType
from typing import BinaryIO, Self
from urllib.parse import urlsplit

import httpx

from jono.kit.clock import now
from jono.kit.errors import RetryLater, UserError, gettext_noop

CONNECT_SECONDS = 10
ANSWER_SECONDS = 30
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class UnreachableError(UserError):
    """Nobody could be met at an address: no such name, nobody listens, or no trust in who answers."""


@dataclass(frozen=True)
class Answer:
    """What came back: a status, headers by their lower-case names, and the body as it is."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> object:
        """Return the body read as JSON, its numbers with a point as Decimal; ValueError when it is none."""
        return json.loads(self.body, parse_float=Decimal)


@cache
def _trusted() -> SSLContext:
    """Whom we trust on the other end, read once: it takes longer than most calls."""
    return httpx.create_ssl_context()


@dataclass(frozen=True)
class Download:
    """A file on its way: a status, headers by their lower-case names, and the body in pieces as they come."""

    status: int
    headers: Mapping[str, str]
    pieces: Iterator[bytes]


class Http:
    """A line to one host, kept open between requests; threads may share it.

    `origin` is `https://host` or `http://host:port`. No redirect is followed: a token must never travel to a host
    that nobody entered.
    """

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self._client = httpx.Client(
            base_url=origin,
            headers={"User-Agent": "Jono"},
            timeout=httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS),
            follow_redirects=False,
            verify=_trusted(),
            # A proxy from the environment is for the world outside, not for this machine.
            trust_env=urlsplit(origin).hostname not in _LOOPBACK,
        )

    def post(self, path: str, content: object, headers: Mapping[str, str] | None = None) -> Answer:
        """Send `content` as JSON to `path` and return the answer; raises UnreachableError or RetryLater."""
        return self._send(self._client.build_request("POST", path, json=content, headers=headers))

    def post_form(self, path: str, fields: Mapping[str, str]) -> Answer:
        """Send `fields` as a form to `path` and return the answer; raises UnreachableError or RetryLater."""
        return self._send(self._client.build_request("POST", path, data=fields))

    def post_bytes(self, path: str, body: bytes, media_type: str, headers: Mapping[str, str]) -> Answer:
        """Send a body just as it is, such as one that was signed; raises UnreachableError or RetryLater."""
        sent = {"Content-Type": media_type, **headers}
        return self._send(self._client.build_request("POST", path, content=body, headers=sent))

    def post_file(self, path: str, fields: Mapping[str, str], file: BinaryIO, media_type: str) -> Answer:
        """Send a form that ends with a file, read as it is sent; raises UnreachableError or RetryLater."""
        files = {"file": ("file", file, media_type)}
        return self._send(self._client.build_request("POST", path, data=fields, files=files))

    @contextmanager
    def download(self, path: str, start: int = 0) -> Iterator[Download]:
        """Fetch what is at `path` piece by piece; raises UnreachableError or RetryLater, also between two pieces.

        Beyond `start` bytes just the rest is asked for. Who grants that answers with status 206.
        """
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={start}-"} if start else {})
        request = self._client.build_request("GET", path, headers=headers)
        with self._in_our_words():
            response = self._client.send(request, stream=True)
            try:
                yield Download(response.status_code, dict(response.headers), response.iter_bytes())
            finally:
                response.close()

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _send(self, request: httpx.Request) -> Answer:
        with self._in_our_words():
            response = self._client.send(request)
        return Answer(response.status_code, dict(response.headers), response.content)

    @contextmanager
    def _in_our_words(self) -> Iterator[None]:
        """Say what goes wrong on the way in the two words of this file."""
        try:
            yield
        except httpx.TimeoutException:
            raise self._later(gettext_noop("%(address)s did not answer in time.")) from None
        except (httpx.ConnectError, httpx.ProxyError, httpx.UnsupportedProtocol) as error:
            raise UnreachableError(
                gettext_noop(
                    "%(address)s cannot be reached (%(reason)s). Check the address and the network."
                ),
                address=self.origin,
                reason=str(error),
            ) from error
        except httpx.TransportError as error:
            broken = gettext_noop("The connection to %(address)s broke (%(reason)s).")
            raise self._later(broken, reason=str(error)) from error

    def _later(self, why: str, **values: str) -> RetryLater:
        return RetryLater(now() + timedelta(seconds=5), why, address=self.origin, **values)
