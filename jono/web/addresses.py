"""The addresses of the declared pages, and how a record's key is written in one."""

from collections.abc import Iterator
from functools import partial
from typing import cast

from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.urls import URLPattern, path, register_converter

from jono.web import card_views, list_views, switches
from jono.web.pages import ListPage


class KeyConverter:
    """A record's key in an address of a page, with what an address cannot carry spelled out.

    A record that the page does not hold has no address there; Django then looks among the other pages'.
    """

    regex = "[^/]+"

    def __init__(self, page: ListPage) -> None:
        self.page = page

    def to_python(self, written: str) -> str:
        key = unquote(written)
        try:
            self.page.model._meta.pk.to_python(key)
        except ValidationError:
            raise ValueError(f"{key} is no key of {self.page.name}") from None
        return key

    def to_url(self, record: object) -> str:
        if isinstance(record, Model) and not self.page.holds(record):
            raise ValueError(f"{record} is not on {self.page.name}")
        return quote(str(record.pk if isinstance(record, Model) else record))


def addresses_of(page: ListPage) -> Iterator[URLPattern]:
    """Yield a page's addresses: below `/-/` what is not a record."""
    at, given = page.name, {"page": page}
    key = f"<{at}:key>"
    register_converter(cast("type[KeyConverter]", partial(KeyConverter, page)), at)
    yield path(at, list_views.show_list, given, name=at)
    yield path(f"{at}/-/do/<slug:name>", list_views.act_on_list, given, name=f"{at}-do")
    yield path(f"{at}/-/row/{key}", list_views.show_row, given, name=f"{at}-row")
    if page.card:
        yield path(f"{at}/-/new", card_views.new_card, given, name=f"{at}-new")
        yield path(f"{at}/{key}", card_views.show_card, given, name=page.model._meta.label_lower)
        yield path(f"{at}/{key}/changes", card_views.show_changes, given, name=f"{at}-changes")
        yield path(f"{at}/{key}/edit", card_views.edit_card, given, name=f"{at}-edit")
        yield path(f"{at}/{key}/do/<slug:name>", card_views.act_on_card, given, name=f"{at}-card-do")
        yield path(
            f"{at}/{key}/do/<slug:part>/<slug:name>", card_views.act_on_part, given, name=f"{at}-part-do"
        )
        yield path(f"{at}/{key}/switch/<path:path>", switches.turn_switch, given, name=f"{at}-switch")
