"""The REST interface, whole: everything below /api."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, re_path
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI, Swagger
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from jono.web.rest import categories, entries, failed_records, problems, reports, runs
from jono.web.rest.callers import SignedIn, Token

DESCRIPTION = """
The job queue for programs, by the same rules as its pages. Send a token (`Authorization: Bearer jono_...`), which an
administrator makes under API Tokens; or, on this page, your own sign-in does. Messages come in the language of
`Accept-Language` (English, Finnish). Errors are problem documents (RFC 9457) that say what was wrong, where, and what
to do. Lists come a page at a time: go on at `next` until it is null.
"""


class Api(NinjaAPI):
    """NinjaAPI whose description says what its answers are: problem documents when something is wrong."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        room = operation.view_func.__module__.rpartition(".")[2]
        return f"{room}_{operation.view_func.__name__}"

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**options)
        for operations in schema["paths"].values():
            for operation in operations.values():
                for status, told in operation["responses"].items():
                    if int(status) >= 400:
                        told["content"] = {problems.CONTENT_TYPE: next(iter(told["content"].values()))}
        return schema


api = Api(
    title="Jono",
    version="1",
    description=DESCRIPTION,
    urls_namespace="rest",
    auth=[Token(), SignedIn()],
    docs=Swagger({"persistAuthorization": False}),
)
problems.tell_problems(api)
for prefix, router in {
    "/v1/job-queue-entries": entries.router,
    "/v1/job-queue-log-entries": runs.router,
    "/v1/failed-records": failed_records.router,
    "/v1/job-queue-categories": categories.router,
    "/v1": reports.router,
}.items():
    api.add_router(prefix, router)


def addresses() -> list[URLPattern]:
    """Return the addresses below /api. Who calls is asked by each operation, not by the sign-in page."""
    found = [address for address in api.urls[0] if isinstance(address, URLPattern)]
    for address in found:
        address.callback = _door(address.callback)
    return [*found, re_path("", _door(_no_such_address))]


def _door(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @login_not_required
    @csrf_exempt
    @wraps(view)
    def enter(request: HttpRequest, *places: Any, **named: Any) -> HttpResponse:
        try:
            answer = view(request, *places, **named)
        except Http404 as error:
            return problems.answer_not_found(request, error)
        if answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            return problems.answer_method_not_allowed(answer.headers["Allow"])
        return answer

    return enter


def _no_such_address(request: HttpRequest) -> HttpResponse:
    return problems.answer_not_found(request, Http404())
