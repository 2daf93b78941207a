"""A table's rows as a person asked for them: searched, filtered, sorted, a page at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.exceptions import FieldDoesNotExist, FieldError
from django.core.paginator import Page, Paginator
from django.db.models import BooleanField, F, Model, Q, QuerySet
from django.db.models import Field as ModelField
from django.db.models.expressions import OrderBy
from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext

from jono.web.pages import Column, Field, Record, Table
from jono.web.shown import Amount, address_of, show, value_of

PAGE_SIZE = 50
MOST_CHIPS = 12


@dataclass(frozen=True)
class Header:
    """A column's head: its caption and, when it can be sorted, how."""

    column: Column
    caption: str
    sorted: str
    query: str
    number: bool


@dataclass(frozen=True)
class Cell:
    """One value in a row."""

    caption: str
    html: SafeString
    column: Column
    number: bool


@dataclass(frozen=True)
class Row:
    """One record in the list."""

    record: Any
    key: str
    address: str
    live: str
    cells: list[Cell]


@dataclass(frozen=True)
class Chip:
    """A value to filter by; its query turns it on or off."""

    label: str
    chosen: bool
    query: str


@dataclass(frozen=True)
class Filter:
    """A column's chips."""

    caption: str
    chips: list[Chip]


class Listing:
    """A table, the records it may show, and the query that a person's address carries.

    Several tables on one page keep their queries apart by `prefix`.
    """

    def __init__(self, table: Table, records: QuerySet[Any], query: QueryDict, prefix: str = "") -> None:
        self.table = table
        self.records = records
        self.query = query
        self.prefix = prefix

    @cached_property
    def words(self) -> str:
        """What the search box holds."""
        return self.query.get(f"{self.prefix}q", "").strip()

    @cached_property
    def sort(self) -> str:
        """The column it is sorted by, with a minus when downwards; nothing for the first order."""
        asked = self.query.get(f"{self.prefix}sort", "")
        known = {column.name for column in shown_columns(self.table) if self._stored(column)}
        return asked if asked.removeprefix("-") in known else ""

    @cached_property
    def found(self) -> QuerySet[Any]:
        """The records that match, in order."""
        found = self.records.select_related(*self.table.related) if self.table.related else self.records
        if self.words:
            # A record matches once, however many of its lines or addresses do.
            found = found.filter(pk__in=self.records.order_by().filter(self._search()).values("pk"))
        for column, values in self._chosen.items():
            found = found.filter(**{f"{_path(column.name)}__in": values})
        return found.order_by(*self._order())

    @cached_property
    def page(self) -> Page[Any]:
        """The page asked for, or the nearest there is."""
        return Paginator(self.found, PAGE_SIZE).get_page(self.query.get(f"{self.prefix}page"))

    @cached_property
    def narrowed(self) -> bool:
        """Whether a search or filter leaves records out."""
        return bool(self.words or self._chosen)

    def rows(self) -> Iterator[Row]:
        """Yield the page's rows."""
        return (row_of(self.table, record) for record in self.page)

    def headers(self) -> list[Header]:
        """Return the columns' heads."""
        return [self._header(column) for column in shown_columns(self.table)]

    def filters(self) -> list[Filter]:
        """Return the chips of each column that offers them."""
        return [
            Filter(caption_of(self.records.model, column), chips)
            for column in self.table.columns
            if column.filter and len(chips := self._chips(column)) > 1
        ]

    def carried(self) -> list[tuple[str, str]]:
        """Return what the search form carries along: all of the query but its words and page."""
        left = {f"{self.prefix}q", f"{self.prefix}page"}
        return [(name, value) for name, values in self.query.lists() if name not in left for value in values]

    def query_with(self, **changes: object) -> str:
        """Return the query string with some of this table's own values changed; None takes one away."""
        query = self.query.copy()
        for name, value in changes.items():
            query.pop(self.prefix + name, None)
            if value is not None:
                query[self.prefix + name] = str(value)
        return f"?{query.urlencode()}"

    @property
    def query_bare(self) -> str:
        """The query without search and filters."""
        return self.query_with(q=None, page=None, **{column.name: None for column in self._chosen})

    @property
    def query_before(self) -> str:
        """The query of the page before this."""
        return self.query_with(page=self.page.number - 1)

    @property
    def query_after(self) -> str:
        """The query of the page after this."""
        return self.query_with(page=self.page.number + 1)

    @cached_property
    def _chosen(self) -> dict[Column, list[object]]:
        asked = {
            column: self._known(column, self.query.getlist(self.prefix + column.name))
            for column in self.table.columns
            if column.filter
        }
        return {column: values for column, values in asked.items() if values}

    def _known(self, column: Column, asked: list[str]) -> list[object]:
        return [value for value, _label in self._options(column) if str(value) in asked]

    def _options(self, column: Column) -> list[tuple[object, str]]:
        stored = self._stored(column)
        if stored is None:
            raise FieldError(f"{column.name} is not stored, so it cannot be a filter")
        if stored.choices:
            return [(value, str(label)) for value, label in stored.flatchoices]
        if isinstance(stored, BooleanField):
            return [(True, gettext("Yes")), (False, gettext("No"))]
        values = (
            self.records.order_by().values_list(_path(column.name), flat=True).distinct()[: MOST_CHIPS + 1]
        )
        known = sorted(value for value in values if value not in (None, ""))
        return [(value, str(column.words.get(str(value), value))) for value in known]

    def _chips(self, column: Column) -> list[Chip]:
        options, chosen = self._options(column), self._chosen.get(column, [])
        if len(options) > MOST_CHIPS:
            return []
        return [
            Chip(label, value in chosen, self._toggled(column, value, chosen)) for value, label in options
        ]

    def _toggled(self, column: Column, value: object, chosen: list[object]) -> str:
        query, name = self.query.copy(), self.prefix + column.name
        query.pop(f"{self.prefix}page", None)
        left = [one for one in chosen if one != value] if value in chosen else [*chosen, value]
        query.setlist(name, [str(one) for one in left])
        return f"?{query.urlencode()}"

    def _header(self, column: Column) -> Header:
        stored = self._stored(column)
        down = self.sort == f"-{column.name}"
        state = "descending" if down else "ascending" if self.sort == column.name else "none"
        query = self.query_with(sort=column.name if down or state == "none" else f"-{column.name}", page=None)
        number = is_number(self.records.model, column)
        return Header(column, caption_of(self.records.model, column), state, query if stored else "", number)

    def _order(self) -> list[str | OrderBy]:
        if not self.sort:
            return list(self.table.order)
        field = F(_path(self.sort.removeprefix("-")))
        return [
            field.desc(nulls_last=True) if self.sort.startswith("-") else field.asc(nulls_last=True),
            "pk",
        ]

    def _search(self) -> Q:
        match = Q()
        for word in self.words.split():
            match &= Q(*((f"{path}__icontains", word) for path in self.table.search), _connector=Q.OR)
        return match

    def _stored(self, column: Column) -> "ModelField[Any, Any] | None":
        return stored_field(self.records.model, column)


def shown_columns(table: Table) -> list[Column]:
    """Return the columns that are shown."""
    return [column for column in table.columns if not column.filter_only]


def row_of(table: Table, record: Record) -> Row:
    """Return a record as a row of a table."""
    model = type(record)
    cells = [_cell(model, record, column) for column in shown_columns(table)]
    return Row(record, str(record.pk), address_of(record), _live(table, record), cells)


def caption_of(model: type[Model], field: Field) -> str:
    """Return a field's caption: its own, or what the model calls it."""
    if field.caption:
        return str(field.caption)
    stored = _named_field(model, field.name)
    return capfirst(str(stored.verbose_name)) if stored else field.name


def help_of(model: type[Model], field: Field) -> str:
    """Return what explains a field: the card's words, or the model's."""
    stored = _named_field(model, field.name)
    return str(field.help or (stored.help_text if stored else ""))


def is_number(model: type[Model], field: Field) -> bool:
    """Whether a field's values are amounts of something, which stand to the right."""
    stored = None if field.identifier else stored_field(model, field)
    kind = stored.get_internal_type() if stored and not stored.choices else ""
    return kind.endswith(("IntegerField", "DecimalField"))


def stored_field(model: type[Model], field: Field) -> "ModelField[Any, Any] | None":
    """Return the model field that a field's path leads to; None when its value is worked out."""
    return None if field.value else _named_field(model, field.name)


def _named_field(model: type[Model], name: str) -> "ModelField[Any, Any] | None":
    *way, last = name.split(".")
    try:
        for step in way:
            related = model._meta.get_field(step).related_model
            if not isinstance(related, type):
                return None
            model = related
        found = model._meta.get_field(last)
    except FieldDoesNotExist:
        return None
    return found if isinstance(found, ModelField) else None


def _cell(model: type[Model], record: Record, column: Column) -> Cell:
    value = value_of(record, column)
    number = isinstance(value, Amount) or is_number(model, column)
    return Cell(caption_of(model, column), show(value), column, number)


def _live(table: Table, record: Record) -> str:
    if not table.live:
        return ""
    also = table.follows(record) if table.follows else ""
    return f"{table.live}:{record.pk} {also}".strip()


def _path(name: str) -> str:
    return name.replace(".", "__")
