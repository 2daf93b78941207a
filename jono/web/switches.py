"""The view that turns a switch on a card: one yes-or-no, saved on the spot."""

from typing import Any

from django.db import transaction
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from jono.kit.errors import UserError
from jono.web.access import may, require
from jono.web.card_forms import editable_fields, form_class, owner_of
from jono.web.card_views import card_of, record_of
from jono.web.list_views import go_back
from jono.web.listing import caption_of, help_of
from jono.web.notices import tell_error
from jono.web.pages import CardPage, Field, ListPage


@require_POST
def turn_switch(request: HttpRequest, page: ListPage, key: str, path: str) -> HttpResponse:
    """Turn a switch the other way, or tell why it stays as it is."""
    record = record_of(request, page, key)
    require(may(request.user, page.permission("change")))
    field = _switch(card_of(page), path)
    owner = owner_of(record, path.rpartition(".")[0])
    if owner is None:
        raise Http404
    wanted = not getattr(owner, field.name)
    form: ModelForm[Any] = form_class(type(owner), [field])({field.name: wanted}, instance=owner)
    if form.is_valid():
        with transaction.atomic():
            form.save()
            if field.turned:
                field.turned(request, owner)
    else:
        problems = [str(problem) for problems in form.errors.values() for problem in problems]
        tell_error(request, UserError("%(problem)s", problem=" ".join(problems)))
        owner.refresh_from_db()
    if not request.headers.get("HX-Request"):
        return go_back(request)
    context = {
        "page": page,
        "record": record,
        "path": path,
        "caption": caption_of(type(owner), field),
        "help": help_of(type(owner), field),
        "on": getattr(owner, field.name),
        "may_change": True,
        "answering": True,
    }
    return render(request, "web/switch.html", context)


def _switch(card: CardPage, path: str) -> Field:
    section, _dot, name = path.rpartition(".")
    for field in editable_fields(card).get(section, []):
        if field.switch and field.name == name:
            return field
    raise Http404
