"""Staged uploads: an app asks where to put a file, puts it there, and names it in a later mutation."""

from email.parser import BytesParser
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from jono.sandbox import stored_files
from jono.sandbox.state import State

LARGEST = 104_857_600
UPLOAD_SECONDS = 24 * 3600
PATH = "/_uploads/"


def stage(state: State, address: str, wanted: dict[str, Any]) -> dict[str, Any]:
    """Return where a file may be put, as a `StagedMediaUploadTarget`."""
    key = f"tmp/{uuid4().hex}/{wanted['resource'].lower()}/{wanted['filename'].replace('/', '_')}"
    state.set(f"upload {key}", {"type": wanted["mimeType"], "until": state.clock.seconds() + UPLOAD_SECONDS})
    place = f"{address}{PATH}{quote(key)}"
    if wanted["httpMethod"] == "POST":
        parameters = {"success_action_status": "201", "Content-Type": wanted["mimeType"], "key": key}
        url = f"{address}{PATH}"
    else:
        parameters, url = {"content_type": wanted["mimeType"], "acl": "private"}, place
    listed = [{"name": name, "value": value} for name, value in parameters.items()]
    return {"url": url, "resourceUrl": place, "parameters": listed}


def put(state: State, key: str, content: bytes) -> bool:
    """Keep an uploaded file; False when nobody asked for a place for it, or too long ago."""
    staged = state.setting(f"upload {key}")
    if staged is None or state.clock.seconds() > staged["until"]:
        return False
    with state.writing():
        stored_files.remove(state, key)
        stored_files.append(state, key, content)
    return True


def read_form(content: bytes, media_type: str) -> tuple[str, bytes] | None:
    """Return the key and the file in a multipart form; None when it lacks either."""
    message = BytesParser().parsebytes(b"Content-Type: " + media_type.encode() + b"\r\n\r\n" + content)
    fields: dict[str, bytes] = {}
    for part in message.get_payload() if message.is_multipart() else ():
        name = part.get_param("name", header="content-disposition")  # type: ignore[union-attr]
        payload = part.get_payload(decode=True)  # type: ignore[union-attr]
        if isinstance(name, str) and isinstance(payload, bytes):
            fields[name] = payload
    if "key" not in fields or "file" not in fields:
        return None
    return fields["key"].decode().strip(), fields["file"]


def media_type_of(state: State, key: str) -> str:
    """Return the media type that a file was announced with."""
    return str((state.setting(f"upload {key}") or {"type": "application/octet-stream"})["type"])
