"""What is told when a request cannot be answered: what was wrong, where, and what to do (RFC 9457 problem documents).

- 400, 422: the request is not right; `errors` names each place and what is wrong there;
- 401, 403: who asks is not known, or may not;
- 404: there is no such thing;
- 409: it cannot be done as things stand;
- 500: an error in Jono; the log has it under the request's number;
- 503: not now.
"""

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import BaseModel, Field

from jono.kit.clock import now
from jono.kit.errors import RetryLater, UserError, Value, gettext_noop
from jono.kit.language import say
from jono.web.rest.drafts import NotRight
from jono.web.rest.finding import NotFound
from jono.web.rest.words import place_of, words_for

PARAMETERS_OF_VIEWS = {"draft", "changes", "query", "chosen", "category"}
CONTENT_TYPE = "application/problem+json"

log = logging.getLogger(__name__)


class Fault(BaseModel):
    """One thing that is wrong in a request."""

    where: str = Field(description="Such as body.run_on[0] or query.limit")
    detail: str


class ProblemDocument(BaseModel):
    """Why a request could not be answered, in the reader's language."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[Fault] = []


PROBLEMS: dict[Any, Any] = dict.fromkeys((400, 401, 403, 404, 409, 422, 503), ProblemDocument)
"""What any operation may answer instead."""


class Problem(Exception):  # noqa: N818
    """A request ends here with this status; `message` is marked with `gettext_noop`."""

    def __init__(self, status: int, message: str, /, **values: Value) -> None:
        super().__init__(status, message, values)
        self.status = status
        self.message = message
        self.values = values


def answer(status: int, detail: str, errors: Sequence[Fault] = ()) -> HttpResponse:
    """Return a problem document as an answer."""
    document = ProblemDocument(
        title=HTTPStatus(status).phrase, status=status, detail=detail, errors=list(errors)
    )
    return JsonResponse(document.model_dump(), status=status, content_type=CONTENT_TYPE)


def answer_problem(_request: HttpRequest, problem: Problem) -> HttpResponse:
    """Answer a problem of our own."""
    response = answer(problem.status, say(problem.message, problem.values))
    if problem.status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = "Bearer"
    return response


def answer_user_error(_request: HttpRequest, error: UserError) -> HttpResponse:
    """Answer what the job queue refuses as things stand, or does not know."""
    return answer(404 if isinstance(error, NotFound) else 409, say(error.message, error.values))


def answer_retry_later(_request: HttpRequest, error: RetryLater) -> HttpResponse:
    """Answer what comes too early."""
    response = answer(503, say(error.why, error.values))
    response["Retry-After"] = str(max(1, round((error.at - now()).total_seconds())))
    return response


def answer_not_right(_request: HttpRequest, error: NotRight) -> HttpResponse:
    """Answer what an entry may not be."""
    faults = [
        Fault(where=f"body.{name}", detail=say(problem.message, problem.values))
        for name, problem in error.problems
    ]
    return _answer_faults(faults)


def answer_invalid(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Answer what does not have the form that was asked for."""
    return _answer_faults(
        [Fault(where=place_of(_without_views(one["loc"])), detail=words_for(one)) for one in error.errors]
    )


def answer_http_error(_request: HttpRequest, error: HttpError) -> HttpResponse:
    """Answer what the framework refuses: a body that is no JSON, a form token that is missing."""
    words = {
        400: gettext_noop("The body of the request is not JSON that can be read."),
        403: gettext_noop(
            "Without a token a changing request must carry the X-CSRFToken of the page. Send a token instead."
        ),
    }
    return answer(error.status_code, gettext(words.get(error.status_code, str(error))))


def answer_unknown(_request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    """Answer who does not say who they are."""
    message = gettext_noop(
        "Send a token: Authorization: Bearer jono_... An administrator makes it under API Tokens."
    )
    return answer_problem(_request, Problem(401, message))


def answer_not_found(_request: HttpRequest, _error: Http404) -> HttpResponse:
    """Answer that there is no such address."""
    return answer(404, gettext("There is nothing at this address. See /api/docs for those there are."))


def answer_method_not_allowed(allowed: str) -> HttpResponse:
    """Answer that something else can be done here."""
    response = answer(
        405, gettext("That cannot be done here. What can be: %(allowed)s.") % {"allowed": allowed}
    )
    response["Allow"] = allowed
    return response


def answer_too_big(_request: HttpRequest, _error: RequestDataTooBig) -> HttpResponse:
    """Answer that the body is beyond all measure."""
    return answer(413, gettext("The body of the request is too large."))


def answer_database_away(_request: HttpRequest, error: Exception) -> HttpResponse:
    """Answer that the database is away."""
    log.error("the database does not answer: %s", error)
    response = answer(503, gettext("The database does not answer. Try again in a moment."))
    response["Retry-After"] = "5"
    return response


def answer_bug(_request: HttpRequest, _error: Exception) -> HttpResponse:
    """Answer an error of ours without its insides."""
    log.exception("an error in Jono")
    return answer(
        500, gettext("An error in Jono. Its log tells more, under the X-Request-ID of this answer.")
    )


def tell_problems(api: NinjaAPI) -> None:
    """Let the API answer every error by a problem document."""
    handlers: Mapping[type[Exception], Any] = {
        Problem: answer_problem,
        UserError: answer_user_error,
        RetryLater: answer_retry_later,
        NotRight: answer_not_right,
        ValidationError: answer_invalid,
        HttpError: answer_http_error,
        AuthenticationError: answer_unknown,
        Http404: answer_not_found,
        RequestDataTooBig: answer_too_big,
        OperationalError: answer_database_away,
        InterfaceError: answer_database_away,
        Exception: answer_bug,
    }
    for error, handler in handlers.items():
        api.add_exception_handler(error, handler)


def _answer_faults(faults: Sequence[Fault]) -> HttpResponse:
    told = "; ".join(f"{fault.where}: {fault.detail}" for fault in faults)
    return answer(422, gettext("The request is not right. %(faults)s") % {"faults": told}, faults)


def _without_views(location: Sequence[str | int]) -> Sequence[str | int]:
    """A place as the caller knows it: without the name of the view's parameter."""
    return (
        (location[0], *location[2:]) if len(location) > 1 and location[1] in PARAMETERS_OF_VIEWS else location
    )
