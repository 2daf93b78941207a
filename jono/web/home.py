"""The home page (role centre): numbers that want attention, and the latest runs."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from jono.web.frame import pages_for
from jono.web.list_views import records_of
from jono.web.listing import row_of
from jono.web.pages import Caption, Room

LATEST = 8
"""How many of the latest records of a room are shown."""


@dataclass(frozen=True)
class Tile:
    """A cue with its number of this moment."""

    caption: Caption
    count: int
    tone: str
    address: str


@dataclass(frozen=True)
class Tiles:
    """A room's cues."""

    caption: Caption
    tiles: list[Tile]


@require_GET
def show_home(request: HttpRequest) -> HttpResponse:
    """Answer the home page; to htmx just what changes on it."""
    names = {page.name for _room, pages in pages_for(request.user) for page in pages}
    shown = [_tiles(room, names) for room, _pages in pages_for(request.user)]
    latest = [room.latest for room, pages in pages_for(request.user) if room.latest in pages]
    context = {
        "tiles": [one for one in shown if one.tiles],
        "latest": [
            (page, [row_of(page, record) for record in records_of(page)[:LATEST]]) for page in latest if page
        ],
    }
    live = request.headers.get("HX-Target") == "overview"
    return render(request, "web/overview.html" if live else "web/home.html", context)


def _tiles(room: Room, names: set[str]) -> Tiles:
    cues = [cue for cue in room.cues if cue.page in names]
    counted = [(cue, cue.count()) for cue in cues]
    return Tiles(
        room.caption,
        [
            Tile(cue.caption, count, cue.tone if count else "calm", reverse(cue.page) + cue.query)
            for cue, count in counted
        ],
    )
