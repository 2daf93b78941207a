"""The view of a list page: its rows, one row anew, and actions on the chosen ones."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from jono.kit.errors import UserError, gettext_noop
from jono.web.access import may, may_do, may_open, require
from jono.web.listing import Listing, row_of
from jono.web.notices import tell, tell_error
from jono.web.pages import Action, ListPage, Record, Table


@require_GET
def show_list(request: HttpRequest, page: ListPage) -> HttpResponse:
    """Answer a list page; to htmx just the table of it."""
    require(may_open(request.user, page))
    context = {
        "page": page,
        "listing": Listing(page, records_of(page), request.GET),
        "actions": [action for action in page.actions if may_do(request.user, page, action)],
        "may_add": bool(page.card and page.card.new) and may(request.user, page.permission("add")),
        "title": page.caption,
    }
    part = request.headers.get("HX-Target") == page.name
    return render(request, "web/table.html" if part else "web/list.html", context)


@require_GET
def show_row(request: HttpRequest, page: ListPage, key: str) -> HttpResponse:
    """Answer one row anew; a record that is gone leaves no row."""
    require(may_open(request.user, page))
    record = find(records_of(page), key)
    if record is None:
        return HttpResponse()
    actions = [action for action in page.actions if may_do(request.user, page, action)]
    return render(request, "web/row.html", {"table": page, "row": row_of(page, record), "actions": actions})


@require_POST
def act_on_list(request: HttpRequest, page: ListPage, name: str) -> HttpResponse:
    """Take an action on the records chosen in a list."""
    action = action_named(page, name)
    require(may_open(request.user, page) and may_do(request.user, page, action))
    chosen = chosen_of(records_of(page), request)
    return act(request, action, chosen) or answer(request, action)


def act(request: HttpRequest, action: Action, records: Sequence[Record]) -> HttpResponse | None:
    """Take an action and tell what it could not do; return its own answer if it has one."""
    if action.records and not records:
        tell(request, gettext_noop("Choose one or more lines first."), level=messages.WARNING)
        return None
    try:
        return action.do(request, records)
    except UserError as error:
        tell_error(request, error)
        return None


def answer(request: HttpRequest, action: Action) -> HttpResponse:
    """Answer an action that has no answer of its own: on the page where the person is, or by going back to it."""
    return render(request, "web/notices.html", {"oob": True}) if action.in_place else go_back(request)


def action_named(table: Table, name: str) -> Action:
    """Return a table's action by name, or answer that there is no such page."""
    for action in table.actions:
        if action.name == name:
            return action
    raise Http404


def find(records: QuerySet[Any], key: str) -> Record | None:
    """Return the record with a key as an address has it; None when there is none, or it is no key at all."""
    found: Record | None = next(iter(_with_keys(records, [key])), None)
    return found


def chosen_of(records: QuerySet[Any], request: HttpRequest) -> list[Record]:
    """Return the records that were ticked."""
    return list(_with_keys(records, request.POST.getlist("record")))


def _with_keys(records: QuerySet[Any], keys: Sequence[str]) -> QuerySet[Any]:
    try:
        known = [records.model._meta.pk.to_python(key) for key in keys]
    except ValidationError:
        return records.none()
    return records.filter(pk__in=known)


def records_of(page: ListPage) -> QuerySet[Any]:
    """Return the records of a page."""
    records = page.records() if page.records else page.model._default_manager.all()
    return records.select_related(*page.related) if page.related else records


def go_back(request: HttpRequest) -> HttpResponse:
    """Return to the page a form was sent from."""
    back = request.POST.get("back") or request.headers.get("Referer") or "/"
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(back if safe else "/")
