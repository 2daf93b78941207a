"""The files of bulk operations, at an address of their own: fetched line by line from any place in them, or put there.

No token goes there: the address itself is the permission. It holds for a week.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import BinaryIO
from urllib.parse import urlsplit

from jono.kit.clock import now
from jono.kit.errors import RetryLater, UserError, gettext_noop
from jono.kit.http import Download, Http

JSON_LINES = "text/jsonl"
_SOON = timedelta(seconds=5)


class ExpiredError(Exception):
    """The address of a file holds no longer."""


Line = tuple[bytes, int]
"""A line, and how many bytes of the file have been read with it."""


@contextmanager
def open_lines(url: str, store_address: str, start: int, size: int | None) -> Iterator[Iterator[Line]]:
    """Fetch the lines after the first `start` bytes of a file of `size` bytes.

    Where the size is not known, a last line without an end is taken for one that was cut off, and left out.
    Raises ExpiredError when the address holds no longer, and RetryLater, also in the middle, when the file breaks off.
    """
    origin, path = _parted(url, store_address)
    with Http(origin) as http, http.download(path, start) as download:
        if download.status == 416 and start:  # nothing lies beyond the start
            yield iter(())
        else:
            _check(download, origin)
            yield _lines(_beyond(download, start), start, size, origin)


def upload(url: str, store_address: str, fields: dict[str, str], file: BinaryIO) -> None:
    """Put a file where the store has made room for it; `fields` are what the store wants said beside it."""
    origin, path = _parted(url, store_address)
    with Http(origin) as http:
        answer = http.post_file(path, fields, file, JSON_LINES)
    if answer.status >= 500 or answer.status == 429:
        raise _later(
            gettext_noop("%(address)s is busy or out of order (HTTP %(status)s)."), origin, answer.status
        )
    if answer.status >= 300:
        raise UserError(
            gettext_noop("%(address)s did not take the file with the changes (HTTP %(status)s)."),
            address=origin,
            status=answer.status,
        )


def _parted(url: str, store_address: str) -> tuple[str, str]:
    """The host of an address and the rest of it; only what is encrypted is gone to, or the store itself."""
    parts = urlsplit(url)
    origin = f"{parts.scheme}://{parts.netloc}"
    if parts.scheme != "https" and origin != store_address:
        message = gettext_noop(
            "%(address)s names a place for its file that is not encrypted: %(place)s. It was left alone."
        )
        raise UserError(message, address=store_address, place=origin)
    return origin, parts.path + (f"?{parts.query}" if parts.query else "")


def _check(download: Download, origin: str) -> None:
    status = download.status
    if status in (200, 206):
        return
    if status >= 500 or status == 429:
        raise _later(gettext_noop("%(address)s is busy or out of order (HTTP %(status)s)."), origin, status)
    raise ExpiredError(f"{origin} answered with HTTP {status}")


def _beyond(download: Download, start: int) -> Iterator[bytes]:
    """The pieces beyond the start: all, when just those were sent."""
    left = start if download.status == 200 else 0
    for piece in download.pieces:
        yield piece[left:]
        left = max(0, left - len(piece))


def _lines(pieces: Iterator[bytes], start: int, size: int | None, origin: str) -> Iterator[Line]:
    end, rest = start, b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            end += len(line) + 1
            if line.strip():
                yield line, end
    if size is not None and end + len(rest) < size:
        raise _later(gettext_noop("The file from %(address)s broke off."), origin)
    if size is not None and rest.strip():
        yield rest, end + len(rest)


def _later(why: str, origin: str, status: int = 0) -> RetryLater:
    return RetryLater(now() + _SOON, why, address=origin, **({"status": status} if status else {}))
