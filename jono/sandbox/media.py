"""Pictures: files that products and variants show."""

import mimetypes
from urllib.parse import urlsplit

from jono.sandbox.gids import gid
from jono.sandbox.state import Record, State
from jono.sandbox.values import time_text

FIRST_MEDIA_ID = 33_000_000_001


def put_image(state: State, source: str, alt: str | None) -> Record:
    """Keep a picture that lies at `source`; the store takes it at once."""
    [number] = state.take_numbers("MediaImage", FIRST_MEDIA_ID, 1)
    at = time_text(state.now())
    image = {"id": gid("ImageSource", number), "url": source, "altText": alt, "width": None, "height": None}
    media = {
        "id": gid("MediaImage", number),
        "alt": alt,
        "mediaContentType": "IMAGE",
        "status": "READY",
        "fileStatus": "READY",
        "mimeType": mimetypes.guess_type(urlsplit(source).path)[0],
        "createdAt": at,
        "updatedAt": at,
        "image": image,
        "preview": {"image": image},
    }
    state.put([media])
    return media


def is_address(source: str) -> bool:
    """Whether a picture could be fetched from there."""
    parts = urlsplit(source)
    return parts.scheme in ("http", "https") and bool(parts.hostname)
