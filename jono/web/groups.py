"""A card's groups as they are shown, or filled in."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.forms import BaseForm, BoundField
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from jono.web.card_forms import owner_of
from jono.web.listing import caption_of, help_of, is_number
from jono.web.pages import CardForm, CardPage, Field, Group, Record, always
from jono.web.shown import Amount, show, value_of


@dataclass(frozen=True)
class ShownField:
    """A field with its value, or with the input that changes it."""

    field: Field
    caption: str
    html: SafeString
    bound: BoundField | None = None
    on: bool = False
    path: str = ""
    number: bool = False
    help: str = ""

    @property
    def label(self) -> SafeString | str:
        """The input's label, or the legend of several."""
        if self.bound is None:
            return self.caption
        tag = self.bound.legend_tag if self.bound.use_fieldset else self.bound.label_tag
        return tag(label_suffix="")


@dataclass(frozen=True)
class ShownGroup:
    """A group with its fields and the piece of page it brings along."""

    group: Group
    id: str
    fields: list[ShownField]
    html: SafeString | str
    wrong: bool
    hidden: bool = False

    @property
    def comes_and_goes(self) -> bool:
        """Whether it is shown at some times only."""
        return self.group.shown is not always


def show_groups(
    request: HttpRequest, card: CardPage, record: Record, form: CardForm | None
) -> list[ShownGroup]:
    """Return a card's groups; with a form, its fields stand as inputs.

    A live group that has nothing to show now stands hidden on the page: it may have something to show later.
    """
    shown = []
    for number, group in enumerate(card.groups):
        if group.shown(record):
            shown.append(_group(request, group, f"group-{number}", record, form))
        elif group.live and record is not None and form is None:
            shown.append(ShownGroup(group, f"group-{number}", [], "", wrong=False, hidden=True))
    return shown


def _group(request: HttpRequest, group: Group, id: str, record: Record, form: CardForm | None) -> ShownGroup:
    owner = owner_of(record, group.record) if record is not None else None
    inputs = form.forms.get(group.record) if form else None
    fields = list(_fields(group, owner, inputs))
    html: SafeString | str = ""
    if group.template:
        values = group.context(record, form) if group.context else {}
        html = render_to_string(group.template, {"record": record, "form": form, **values}, request)
    wrong = any(field.bound is not None and field.bound.errors for field in fields)
    return ShownGroup(group, id, fields, html, wrong)


def _fields(group: Group, owner: Record, inputs: BaseForm | None) -> Iterator[ShownField]:
    if inputs and group.record and not group.fields:
        for bound in inputs.visible_fields():
            yield ShownField(Field(bound.name), str(bound.label), SafeString(), bound)
    for field in group.fields:
        if inputs and field.name in inputs.fields:
            bound = inputs[field.name]
            yield ShownField(field, str(bound.label), SafeString(), bound)
        elif owner is not None and not field.secret and field.shown(owner):
            yield _shown_field(group, field, owner)


def _shown_field(group: Group, field: Field, owner: Record) -> ShownField:
    value = value_of(owner, field)
    path = f"{group.record}.{field.name}" if group.record else field.name
    number = isinstance(value, Amount) or is_number(type(owner), field)
    return ShownField(
        field,
        caption_of(type(owner), field),
        show(value),
        on=value is True,
        path=path,
        number=number,
        help=help_of(type(owner), field),
    )
