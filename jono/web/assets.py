"""Static files: their address changes with their content, so that browsers may keep them."""

import hashlib
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware  # type: ignore[import-untyped]
from whitenoise.responders import StaticFile  # type: ignore[import-untyped]


class FingerprintedFiles(StaticFilesStorage):
    """Adds a fingerprint of the file to its address. The files stay where the packages put them: no build step."""

    def url(self, name: str | None) -> str:
        """Return a file's address with its fingerprint."""
        address: str = super().url(name)
        read = _fingerprint.__wrapped__ if settings.DEBUG else _fingerprint
        return f"{address}?{read(name)}" if name else address


@cache
def _fingerprint(name: str) -> str:
    found = finders.find(name)
    if not isinstance(found, str):
        raise ValueError(f"no static file {name}")  # what WhiteNoise takes for: none of ours
    return hashlib.sha256(Path(found).read_bytes()).hexdigest()[:12]


class Files(WhiteNoiseMiddleware):  # type: ignore[misc]
    """WhiteNoise, with each file sent whole: they are small, and an asynchronous server streams files badly."""

    @staticmethod
    def serve(static_file: StaticFile, request: HttpRequest) -> HttpResponse:
        """Answer with a file."""
        found = static_file.get_response(request.method, request.META)
        content = b"" if found.file is None else found.file.read()
        if found.file is not None:
            found.file.close()
        return HttpResponse(content, status=int(found.status), headers=dict(found.headers))
