"""The views of a card page: one record shown, edited, made, and acted on."""

from typing import Any

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jono.kit.errors import UserError, gettext_noop
from jono.web.access import may, may_do, may_open, require
from jono.web.card_forms import ModelCardForm
from jono.web.groups import show_groups
from jono.web.list_views import act, action_named, answer, chosen_of, find, records_of
from jono.web.listing import Listing
from jono.web.notices import tell, tell_error
from jono.web.pages import Action, CardForm, CardPage, Group, ListPage, Part, Record
from jono.web.shown import address_of, show, value_of


@require_GET
def show_card(request: HttpRequest, page: ListPage, key: str) -> HttpResponse:
    """Answer a record's card; to htmx just the part of it that was asked for, nothing if the record is gone."""
    if _is_gone(request, page, key):
        return HttpResponse(status=204)
    card, record = card_of(page), record_of(request, page, key)
    asked = request.headers.get("HX-Target")
    for part in card.parts:
        if part.name == asked:
            return render(request, "web/table.html", _part(request, page, part, record))
    return render(request, "web/card.html", _context(request, page, record))


@require_GET
def show_changes(request: HttpRequest, page: ListPage, key: str) -> HttpResponse:
    """Answer the live pieces of a card anew; nothing if its record is gone."""
    if _is_gone(request, page, key):
        return HttpResponse(status=204)
    return render(request, "web/card_live.html", _context(request, page, record_of(request, page, key)))


@require_http_methods(["GET", "POST"])
def edit_card(request: HttpRequest, page: ListPage, key: str) -> HttpResponse:
    """Answer a card with inputs, or save what was filled in."""
    record = record_of(request, page, key)
    require(card_of(page).editable and may(request.user, page.permission("change")))
    if not card_of(page).may_edit(record):
        return HttpResponseRedirect(address_of(record))
    return _fill_in(request, page, record)


@require_http_methods(["GET", "POST"])
def new_card(request: HttpRequest, page: ListPage) -> HttpResponse:
    """Answer an empty card, or make a record of what was filled in."""
    require(card_of(page).new and may_open(request.user, page) and may(request.user, page.permission("add")))
    return _fill_in(request, page, None)


@require_POST
def act_on_card(request: HttpRequest, page: ListPage, key: str, name: str) -> HttpResponse:
    """Take an action on the card's record; where it is gone afterwards, go to the list."""
    record = record_of(request, page, key)
    action = _action(card_of(page), name)
    require(may_do(request.user, page, action))
    told = act(request, action, [record])
    if told is None and not records_of(page).filter(pk=record.pk).exists():
        return HttpResponseRedirect(reverse(page.name))
    return told or answer(request, action)


@require_POST
def act_on_part(request: HttpRequest, page: ListPage, key: str, part: str, name: str) -> HttpResponse:
    """Take an action on the lines chosen in a list inside the card."""
    record = record_of(request, page, key)
    inner = next((one for one in card_of(page).parts if one.name == part), None)
    if inner is None:
        raise Http404
    action = action_named(inner, name)
    require(may_do(request.user, page, action))
    return act(request, action, chosen_of(inner.rows(record), request)) or answer(request, action)


def _is_gone(request: HttpRequest, page: ListPage, key: str) -> bool:
    """Whether htmx asks for a record that has been deleted while its card was open."""
    asked_by_htmx = request.headers.get("HX-Request") == "true"
    return asked_by_htmx and may_open(request.user, page) and find(records_of(page), key) is None


def _fill_in(request: HttpRequest, page: ListPage, record: Record | None) -> HttpResponse:
    card = card_of(page)
    form: CardForm = (card.fill_in or ModelCardForm)(page, request, record)
    if "preview" in request.POST:
        shown = [one for one in show_groups(request, card, record, form) if _previewed(one.group)]
        return render(request, "web/card_preview.html", {"groups": shown, "form": form})
    if request.method == "POST" and form.is_valid():
        try:
            saved = form.save()
        except UserError as error:
            tell_error(request, error)
        else:
            tell(request, gettext_noop("Saved."))
            return HttpResponseRedirect(address_of(saved))
    wrong = request.method == "POST"
    context = _context(request, page, record, form)
    return render(request, "web/card.html", context, status=422 if wrong else 200)


def _context(
    request: HttpRequest, page: ListPage, record: Record | None, form: CardForm | None = None
) -> dict[str, Any]:
    card = card_of(page)
    may_change = may(request.user, page.permission("change"))
    context = {
        "page": page,
        "card": card,
        "record": record,
        "form": form,
        "groups": show_groups(request, card, record, form),
        "title": card.caption,
        "may_change": may_change,
        "may_add": card.new and may(request.user, page.permission("add")),
        "may_edit": False,
        "previews": any(_previewed(group) for group in card.groups),
    }
    if record is None:
        return context
    return context | {
        "heading": str(card.title(record)),
        "address": address_of(record),
        "status": show(value_of(record, card.status)) if card.status else "",
        "live": f"{page.live}:{record.pk}" if page.live else "",
        "actions": [one for one in card.actions if one.shown(record) and may_do(request.user, page, one)],
        "may_edit": card.editable and may_change and card.may_edit(record),
        "locked": card.editable and may_change and not card.may_edit(record),
        "parts": []
        if form
        else [_part(request, page, one, record) for one in card.parts if one.shown(record)],
    }


def _part(request: HttpRequest, page: ListPage, part: Part, record: Model) -> dict[str, Any]:
    return {
        "page": part,
        "part": part,
        "listing": Listing(part, part.rows(record), request.GET, f"{part.name}."),
        "actions": [action for action in part.actions if may_do(request.user, page, action)],
        "record": record,
        "owner": page.name,
        "live": f"{page.live}:{record.pk}" if part.live else "",
    }


def _previewed(group: Group) -> bool:
    """Whether a group is shown anew while its card is filled in: it follows from the rest."""
    return group.live and bool(group.template)


def card_of(page: ListPage) -> CardPage:
    """Return a page's card, or answer that there is no such page."""
    if page.card is None:
        raise Http404
    return page.card


def record_of(request: HttpRequest, page: ListPage, key: str) -> Record:
    """Return a page's record, or answer that there is no such page or that it is not for this person."""
    require(may_open(request.user, page))
    record = find(records_of(page), key)
    if record is None:
        raise Http404
    return record


def _action(card: CardPage, name: str) -> Action:
    for action in card.actions:
        if action.name == name:
            return action
    raise Http404
