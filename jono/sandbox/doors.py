"""The doors of a store over HTTP: requests in, answers out, as Shopify's front would give them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from pydantic import BaseModel, ValidationError

from jono.sandbox import apps, refusals, stored_files, uploads
from jono.sandbox.answering import Desk, Request, answer
from jono.sandbox.computed import FILES
from jono.sandbox.faults import FaultKind
from jono.sandbox.versions import answering_version

LARGEST_BODY = 10_000_000
_GRAPHQL = re.compile(r"/admin/api/([^/]+)/graphql\.json")
_SIGN_IN = "/admin/oauth/access_token"


class _Query(BaseModel):
    query: str
    variables: dict[str, Any] | None = None
    operationName: str | None = None  # noqa: N815 - GraphQL's name


@dataclass(frozen=True)
class Visit:
    """A request as it came in."""

    method: str
    path: str
    headers: Mapping[str, str]
    content: bytes
    client: str | None = None
    query: str = ""

    @property
    def address(self) -> str:
        """The address by which the store was called."""
        return f"http://{self.headers.get('host', '127.0.0.1')}"


@dataclass(frozen=True)
class Response:
    """An answer: JSON from `body`, or `content` as it is. A `broken` one never arrives whole."""

    status: int
    body: Any = None
    content: Iterable[bytes] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    broken: bool = False


def body_limit(path: str) -> int:
    """How many bytes a request to a path may bring."""
    return uploads.LARGEST if path.startswith(uploads.PATH) else LARGEST_BODY


def respond(desk: Desk, token: str, visit: Visit) -> Response:
    """Answer a request at one of the doors that an app knows."""
    if found := _GRAPHQL.fullmatch(visit.path):
        return _graphql(desk, token, visit, found[1])
    if visit.path == _SIGN_IN and visit.method == "POST":
        status, body = apps.sign_in(desk.state, visit.content, visit.headers.get("content-type", ""))
        return Response(status, body)
    if visit.path.startswith(uploads.PATH):
        return _upload(desk, visit)
    if visit.path.startswith(FILES) and visit.method == "GET":
        return _download(desk, visit.path.removeprefix(FILES))
    return Response(HTTPStatus.NOT_FOUND, {"errors": "Not Found"})


def _graphql(desk: Desk, token: str, visit: Visit, asked_version: str) -> Response:
    version = answering_version(asked_version, desk.state.now())
    if version is None or visit.method != "POST":
        return Response(HTTPStatus.NOT_FOUND, {"errors": "Not Found"})
    headers = {"X-Shopify-API-Version": version}
    if not apps.may_enter(desk.state, visit.headers.get("x-shopify-access-token", ""), token):
        return Response(HTTPStatus.UNAUTHORIZED, refusals.wrong_token(), headers=headers)
    try:
        asked = _Query.model_validate_json(visit.content)
    except ValidationError:
        return Response(HTTPStatus.BAD_REQUEST, refusals.no_query(), headers=headers)
    request = Request(asked.query, asked.variables or {}, asked.operationName, version, visit.address)
    return _with_faults(desk, request, headers)


def _with_faults(desk: Desk, request: Request, headers: Mapping[str, str]) -> Response:
    """The answer, unless something goes wrong before it, or after its effect."""
    status = desk.faults.take(FaultKind.STATUS, request.query)
    if status and not status.after:
        return Response(status.status, {"errors": HTTPStatus(status.status).phrase}, headers=headers)
    body = answer(desk, request)
    if status:
        return Response(status.status, {"errors": HTTPStatus(status.status).phrase}, headers=headers)
    broken = desk.faults.take(FaultKind.DROP_ANSWER, request.query) is not None
    return Response(HTTPStatus.OK, body, headers=headers, broken=broken)


def _upload(desk: Desk, visit: Visit) -> Response:
    """A file put at the place that was staged for it, as a form or by itself; and fetched again."""
    key, content = unquote(visit.path.removeprefix(uploads.PATH)), visit.content
    if visit.method == "GET" and stored_files.exists(desk.state, key):
        kind = uploads.media_type_of(desk.state, key)
        return Response(
            HTTPStatus.OK, content=stored_files.parts(desk.state, key), headers={"Content-Type": kind}
        )
    if visit.method not in ("POST", "PUT"):
        return Response(HTTPStatus.NOT_FOUND, {"errors": "Not Found"})
    if visit.method == "POST":
        form = uploads.read_form(content, visit.headers.get("content-type", ""))
        if form is None:
            return _cloud_error(HTTPStatus.BAD_REQUEST, "MalformedPOSTRequest")
        key, content = form
    if not uploads.put(desk.state, key, content):
        return _cloud_error(HTTPStatus.FORBIDDEN, "AccessDenied")
    return Response(HTTPStatus.CREATED if visit.method == "POST" else HTTPStatus.OK, content=())


def _download(desk: Desk, name: str) -> Response:
    """The file of a bulk operation; it is gone when its address has expired."""
    if not stored_files.exists(desk.state, name) or not _is_fetchable(desk, name):
        return _cloud_error(HTTPStatus.BAD_REQUEST, "ExpiredToken")
    content = stored_files.parts(desk.state, name)
    headers = {"Content-Type": "application/jsonl"}
    if desk.faults.take(FaultKind.TRUNCATE_JSONL, name):
        half = stored_files.size(desk.state, name) // 2
        return Response(HTTPStatus.OK, content=_until(content, half), headers=headers, broken=True)
    return Response(HTTPStatus.OK, content=content, headers=headers)


def _is_fetchable(desk: Desk, name: str) -> bool:
    of_file = (each for each in desk.state.all("BulkOperation") if each["_file"] == name)
    return any(desk.state.clock.seconds() < each.get("_until", 0) for each in of_file)


def _until(content: Iterator[bytes], size: int) -> Iterator[bytes]:
    for part in content:
        yield part[:size]
        size -= len(part)
        if size <= 0:
            return


def _cloud_error(status: HTTPStatus, code: str) -> Response:
    text = f"<?xml version='1.0' encoding='UTF-8'?><Error><Code>{code}</Code></Error>"
    return Response(status, content=(text.encode(),), headers={"Content-Type": "application/xml"})
