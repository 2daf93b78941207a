"""What stands around every page: the menu, and what the browser may load."""

from collections.abc import Callable, Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from jono.web import live
from jono.web.access import Person, may_open
from jono.web.pages import ListPage, Room
from jono.web.rooms import ROOMS

ONLY_OURS = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)


class Frame:
    """Middleware: notes where the news stood before the page was made; lets the browser load nothing but ours.

    And keep nothing: going back shows the page as it is now, and nothing after signing out.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.live_since = live.news.position()  # type: ignore[attr-defined]
        answer = self.get_response(request)
        answer.headers.setdefault("Content-Security-Policy", ONLY_OURS)
        answer.headers.setdefault("Cache-Control", "no-store")
        return answer


def frame(request: HttpRequest) -> dict[str, Any]:
    """Give every template what the frame needs (a context processor)."""
    return {
        "menu": menu(request.user) if hasattr(request, "user") else [],
        "language": get_language(),
        "theme": getattr(request, "theme", ""),
        "live_since": getattr(request, "live_since", ""),
    }


def menu(person: Person) -> list[tuple[Room, list[ListPage]]]:
    """Return the rooms and pages that stand in a person's menu."""
    rooms = [(room, [page for page in pages if page.in_menu]) for room, pages in pages_for(person)]
    return [(room, pages) for room, pages in rooms if pages]


def pages_for(person: Person) -> list[tuple[Room, list[ListPage]]]:
    """Return the rooms and those of their pages that a person may open."""
    rooms = [(room, [page for page in room.pages if may_open(person, page)]) for room in ROOMS]
    return [(room, pages) for room, pages in rooms if pages]


def all_pages() -> Iterator[ListPage]:
    """Yield every declared page."""
    return (page for room in ROOMS for page in room.pages)
