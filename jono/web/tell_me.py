"""Tell me: finds pages and actions by what people call them, in either language."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from django.views.decorators.http import require_GET

from jono.web.access import Person, may, may_do
from jono.web.frame import pages_for
from jono.web.pages import Caption, ListPage

MOST = 12


@dataclass(frozen=True)
class Finding:
    """Something to open: its caption, the words it is also known by, where it belongs, and its address.

    A page is more often meant than what is done on it (`doing`).
    """

    caption: Caption
    keywords: Caption
    place: Caption
    address: str
    doing: bool = False

    def fits(self, asked: list[str]) -> float:
        """Return how well it fits the words asked for, in the language of this moment; nought when it does not.

        Each word must begin a word of the caption or the keywords. The more of the caption that is asked for,
        the better it fits.
        """
        caption, keywords = _words(self.caption), _words(self.keywords)
        if not all(any(known.startswith(word) for known in (*caption, *keywords)) for word in asked):
            return 0.0
        meant = sum(any(known.startswith(word) for word in asked) for known in caption)
        first = bool(asked) and bool(caption) and caption[0].startswith(asked[0])
        fit = 1.0 + 2.0 * meant / max(len(caption), 1) + 0.5 * first
        return fit / 2 if self.doing else fit


@require_GET
def tell_me(request: HttpRequest) -> HttpResponse:
    """Answer the pages and actions that fit what was typed."""
    asked = request.GET.get("q", "").strip()
    return render(request, "web/tell_me_results.html", {"found": find(request.user, asked), "asked": asked})


def find(person: Person, asked: str) -> list[Finding]:
    """Return what a person may open that fits their words in any language, best first."""
    words = _words(asked)
    findings = list(_findings(person))
    fit = dict.fromkeys(range(len(findings)), 0.0)
    for language, _name in settings.LANGUAGES:
        with override(language):
            for number, finding in enumerate(findings):
                fit[number] = max(fit[number], finding.fits(words))
    best = sorted((number for number in fit if fit[number]), key=lambda number: -fit[number])
    return [findings[number] for number in best[:MOST]]


def _findings(person: Person) -> Iterator[Finding]:
    yield Finding(_("Home"), _("start overview role centre tiles"), "", reverse("home"))
    for room, pages in pages_for(person):
        for page in pages:
            yield Finding(page.caption, page.keywords, room.caption, reverse(page.name))
    for _room, pages in pages_for(person):
        for page in pages:
            yield from _doings(person, page)


def _doings(person: Person, page: ListPage) -> Iterator[Finding]:
    """What can be done on a page: make a record, or an action that people look for by name."""
    if page.card and page.card.new and may(person, page.permission("add")):
        caption = format_lazy("{}: {}", _("New"), page.card.caption)
        yield Finding(caption, page.keywords, page.caption, reverse(f"{page.name}-new"), doing=True)
    for action in (*page.actions, *(page.card.actions if page.card else ())):
        if action.keywords and may_do(person, page, action):
            yield Finding(action.caption, action.keywords, page.caption, reverse(page.name), doing=True)


def _words(text: Caption) -> list[str]:
    return str(text).casefold().replace(":", " ").replace("-", " ").split()
