"""Pages as data: a page is declared in its words, and the views and templates show whatever is declared.

    customers = ListPage(
        name="customers",
        model=Customer,
        caption=_("Customers"),
        columns=[Column("no"), Column("name"), Column("blocked", filter=True)],
        search=["no", "name"],
        card=CardPage(_("Customer"), [Group(_("General"), [Field("no"), Field("name", editable=True)])]),
    )

A room's module in `jono/web/rooms` ends with its `ROOM`; everything else follows from that: addresses,
permissions, the menu and Tell me.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from typing import Any, Protocol

from django.db.models import Model, QuerySet
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise

Caption = str | Promise
Record = Any
"""A row of some room's table."""
Do = Callable[[HttpRequest, Sequence[Record]], HttpResponse | None]


def always(_record: Record) -> bool:
    """The answer to a question that has but one."""
    return True


@dataclass(frozen=True)
class Field:
    """One value of a record.

    `name` is a path to it ("shop.code") or, beside `value`, just its name. Without `caption` it is called what
    its model field is called. `currency` is the path to an amount's currency code; `identifier`: a number that
    names something. `words` are what stored values are called; `tones` colour them (good, busy, warn, bad, calm).
    A `switch` is a yes-or-no that is turned on the spot; `turned` is done then, with its record. `once`: it is filled
    in on a new record and stays. `secret`: it is filled in and never shown. `suggest` offers values, and what they
    mean, from the record that holds the field.
    """

    name: str
    caption: Caption = ""
    _: KW_ONLY
    value: Callable[[Record], object] | None = None
    currency: str = ""
    identifier: bool = False
    words: Mapping[str, Caption] = field(default_factory=dict, hash=False)
    tones: Mapping[str, str] = field(default_factory=dict, hash=False)
    help: Caption = ""
    editable: bool = False
    once: bool = False
    secret: bool = False
    switch: bool = False
    turned: "Callable[[HttpRequest, Record], object] | None" = None
    suggest: Callable[[Record], Iterable[tuple[str, str]]] | None = None
    shown: Callable[[Record], bool] = always


@dataclass(frozen=True)
class Column(Field):
    """A field of a list. `filter` offers its values as chips; a `wide` column is left out on a narrow screen.

    A column that is `filter_only` is not shown: another says the same in other words.
    """

    _: KW_ONLY
    filter: bool = False
    filter_only: bool = False
    wide: bool = False


@dataclass(frozen=True)
class Action:
    """Something a person does with a card's record, or with the chosen records of a list.

    `do` answers with a response of its own, or None to go back to where the person was. A UserError it raises
    is told on the page. With `records=False` it needs none. One `in_place` leaves the page standing: its answer,
    if any, opens as a dialog. `keywords` let Tell me find it.
    """

    name: str
    caption: Caption
    do: Do
    _: KW_ONLY
    permission: str = ""
    icon: str = ""
    keys: str = ""
    keywords: Caption = ""
    confirm: Caption = ""
    primary: bool = False
    records: bool = True
    in_place: bool = False
    shown: Callable[[Record], bool] = always


@dataclass(frozen=True, kw_only=True)
class Table:
    """What a list shows of its records, and what can be done with them.

    `search` are the lookups that the search box looks in; `order` is the first order; `related` are the
    references read along. `live` is the kind of change (entry, run) that makes a row fetch itself anew; the row
    also follows what `follows` names (run:12).
    """

    name: str
    columns: Sequence[Column]
    search: Sequence[str] = ()
    order: Sequence[str] = ("-pk",)
    actions: Sequence[Action] = ()
    empty: Caption = ""
    live: str = ""
    follows: Callable[[Record], str] | None = None
    related: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Part(Table):
    """A list inside a card: a document's lines, a run's records. A `live` one is shown anew as its card changes."""

    caption: Caption
    rows: Callable[[Record], QuerySet[Any]]
    shown: Callable[[Record], bool] = always


@dataclass(frozen=True)
class Group:
    """Fields that belong together on a card.

    `record` is the path to the record that holds them when it is not the card's own (a shop's section). A
    `template` shows what fields cannot, with the values that `context` gives it. A `live` group is shown anew
    whenever the record changes.
    """

    caption: Caption
    fields: Sequence[Field] = ()
    _: KW_ONLY
    record: str = ""
    template: str = ""
    context: Callable[[Record, "CardForm | None"], Mapping[str, Any]] | None = None
    shown: Callable[[Record], bool] = always
    open: bool = True
    live: bool = False


class CardForm(Protocol):
    """What a person fills in on a card: a Django form for each record behind its groups, saved together."""

    @property
    def forms(self) -> Mapping[str, BaseForm]:
        """By the groups' `record`; a group that names one but declares no fields shows the whole of its form."""
        ...

    def is_valid(self) -> bool:
        """Whether everything filled in is right; what is not says so beside its field."""
        ...

    def save(self) -> Record:
        """Write what was filled in and return the card's record; raise UserError when it cannot be."""
        ...


@dataclass(frozen=True)
class CardPage:
    """One record: its groups, the lists inside it, and what can be done with it.

    Fields marked editable are edited by the models' own forms unless `fill_in` makes another (its record is None
    for a new one). `may_edit` is asked for each record, and `locked` says what to do when it says no.
    """

    caption: Caption
    groups: Sequence[Group] = ()
    _: KW_ONLY
    title: Callable[[Record], object] = str
    status: Field | None = None
    parts: Sequence[Part] = ()
    actions: Sequence[Action] = ()
    fill_in: Callable[["ListPage", HttpRequest, Record | None], CardForm] | None = None
    may_edit: Callable[[Record], bool] = always
    locked: Caption = ""
    new: bool = False

    @property
    def editable(self) -> bool:
        """Whether it has anything to edit."""
        return bool(self.fill_in) or any(field.editable for group in self.groups for field in group.fields)


@dataclass(frozen=True, kw_only=True)
class ListPage(Table):
    """A page that lists the records of a model; its address is its name.

    To open it a person needs the permission to view the model. `records` narrows them down, or reads more along;
    where several pages share a model, `holds` tells whose a record is. A page not `in_menu` is found by Tell me.
    """

    model: type[Model]
    caption: Caption
    keywords: Caption = ""
    icon: str = "list"
    card: CardPage | None = None
    records: Callable[[], QuerySet[Any]] | None = None
    holds: Callable[[Record], bool] = always
    in_menu: bool = True

    def permission(self, verb: str) -> str:
        """The permission to view, add, change or delete its records."""
        return f"{self.model._meta.app_label}.{verb}_{self.model._meta.model_name}"


@dataclass(frozen=True, kw_only=True)
class Cue:
    """A number on the home page that wants attention; it opens the list of what it counted.

    `tone` colours it when it is not nought.
    """

    caption: Caption
    page: str
    count: Callable[[], int]
    query: str = ""
    tone: str = "calm"


@dataclass(frozen=True, kw_only=True)
class Room:
    """What the menu shows under one heading, and its cues and latest records on the home page."""

    caption: Caption
    pages: Sequence[ListPage]
    cues: Sequence[Cue] = ()
    latest: ListPage | None = None
