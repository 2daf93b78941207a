"""Gives each request a number, which its log lines and its answer carry, and logs how it was answered."""

import logging
import re
from collections.abc import Callable
from time import monotonic
from uuid import uuid4

from django.http import HttpRequest, HttpResponse

from jono.kit import logs

HEADER = "X-Request-ID"

log = logging.getLogger(__name__)
_fit_to_log = re.compile(r"[\w.-]{8,64}", re.ASCII)


class RequestLog:
    """Middleware, after static files. A proxy's own X-Request-ID is taken over, so that its lines and ours meet.

    The path is logged, but not the query: people search for people.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        request_id = given if _fit_to_log.fullmatch(given) else uuid4().hex
        begun = monotonic()
        with logs.about(request_id=request_id):
            answer = self.get_response(request)
            took = round((monotonic() - begun) * 1000)
            log.info("%s %s: %s in %s ms", request.method, request.path, answer.status_code, took)
        answer[HEADER] = request_id
        return answer
