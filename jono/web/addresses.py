"""The addresses of the declared pages, and how a record's key is written in one."""

from collections.abc import Iterator

from django.contrib.admin.utils import quote, unquote
from django.db.models import Model
from django.urls import URLPattern, path, register_converter

from jono.web import card_views, list_views, switches
from jono.web.pages import ListPage


class KeyConverter:
    """A record's key in an address: a model's instance or its key, with what an address cannot carry spelled out."""

    regex = "[^/]+"

    def to_python(self, written: str) -> str:
        return unquote(written)

    def to_url(self, record: object) -> str:
        return quote(str(record.pk if isinstance(record, Model) else record))


register_converter(KeyConverter, "key")


def addresses_of(page: ListPage) -> Iterator[URLPattern]:
    """Yield a page's addresses: below `/-/` what is not a record."""
    at, given = page.name, {"page": page}
    yield path(at, list_views.show_list, given, name=at)
    yield path(f"{at}/-/do/<slug:name>", list_views.act_on_list, given, name=f"{at}-do")
    yield path(f"{at}/-/row/<key:key>", list_views.show_row, given, name=f"{at}-row")
    if page.card:
        yield path(f"{at}/-/new", card_views.new_card, given, name=f"{at}-new")
        yield path(f"{at}/<key:key>", card_views.show_card, given, name=page.model._meta.label_lower)
        yield path(f"{at}/<key:key>/changes", card_views.show_changes, given, name=f"{at}-changes")
        yield path(f"{at}/<key:key>/edit", card_views.edit_card, given, name=f"{at}-edit")
        yield path(f"{at}/<key:key>/do/<slug:name>", card_views.act_on_card, given, name=f"{at}-card-do")
        yield path(
            f"{at}/<key:key>/do/<slug:part>/<slug:name>", card_views.act_on_part, given, name=f"{at}-part-do"
        )
        yield path(f"{at}/<key:key>/switch/<path:path>", switches.turn_switch, given, name=f"{at}-switch")
