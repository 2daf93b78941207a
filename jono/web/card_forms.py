"""The form of a card whose fields live in models: one Django form for each record behind its groups."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import transaction
from django.db.models import BooleanField, Model
from django.db.models import Field as ModelField
from django.forms import (
    BaseForm,
    CheckboxInput,
    DateTimeInput,
    DecimalField,
    ModelForm,
    TextInput,
    TimeInput,
    modelform_factory,
)
from django.forms import Field as FormField
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from jono.web.pages import CardPage, Field, ListPage, Record

if TYPE_CHECKING:
    RecordForm = ModelForm[Any]
else:
    RecordForm = ModelForm


class Switch(CheckboxInput):
    """A yes-or-no that looks and reads like a switch."""

    def __init__(self) -> None:
        super().__init__(attrs={"role": "switch"})


class Suggesting(TextInput):
    """A text that offers values to choose from, each with what it means."""

    def __init__(self, options: Iterable[tuple[str, str]]) -> None:
        super().__init__(attrs={"autocomplete": "off"})
        self.options = options

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """See `Widget`."""
        field = super().render(name, value, {**(attrs or {}), "list": f"{name}-options"}, renderer)
        options = format_html_join("", '<option value="{}">{}</option>', self.options)
        return format_html('{}<datalist id="{}-options">{}</datalist>', field, name, options)


class ModelCardForm:
    """The editable fields of a card's record and of its sections."""

    bases: ClassVar[Mapping[str, type[RecordForm]]] = {}
    """Forms that check more than their models do, by the group's `record`."""

    def __init__(self, page: ListPage, request: HttpRequest, record: Record | None) -> None:
        self.record = self.new_record(page) if record is None else record
        card, data = page.card, request.POST if request.method == "POST" else None
        self.forms: dict[str, BaseForm] = {}
        for path, fields in editable_fields(card, new=record is None).items() if card else ():
            owner = owner_of(self.record, path)
            if owner is not None:
                fields = [field for field in fields if field.shown(owner)]
                made = form_class(type(owner), fields, self.bases.get(path, RecordForm))
                self.forms[path] = made(data, instance=owner, prefix=path or None)
                _suggest(self.forms[path], fields, owner)

    def new_record(self, page: ListPage) -> Record:
        """Return the record that a new card fills in."""
        return page.model()

    def is_valid(self) -> bool:
        """Whether every record's input is right."""
        checked = [form.is_valid() for form in self.forms.values()]
        return all(checked)

    def save(self) -> Record:
        """Write all of it or nothing."""
        with transaction.atomic():
            for form in self.forms.values():
                if isinstance(form, ModelForm):
                    form.save()
        return self.record


def editable_fields(card: CardPage, *, new: bool = False) -> dict[str, list[Field]]:
    """Return a card's editable fields by the path of the record that holds them."""
    found: dict[str, list[Field]] = {}
    for group in card.groups:
        fields = [field for field in group.fields if field.editable and (new or not field.once)]
        if fields:
            found.setdefault(group.record, []).extend(fields)
    return found


def form_class(
    model: type[Model], fields: list[Field], base: type[RecordForm] = RecordForm
) -> type[RecordForm]:
    """Return a form of a model's fields, captioned as the card says."""
    made = modelform_factory(
        model,
        form=base,
        fields=[field.name for field in fields],
        labels={field.name: str(field.caption) for field in fields if field.caption},
        help_texts={field.name: str(field.help) for field in fields if field.help},
        formfield_callback=form_field,
    )
    made.use_required_attribute = False
    return made


def form_field(stored: "ModelField[Any, Any]", **options: Any) -> FormField | None:
    """Return a model field's form field with the widget that Jono gives its kind."""
    if isinstance(stored, BooleanField):
        options["widget"] = Switch()
    made = stored.formfield(**options)
    if made is not None:
        fit_widget(made)
    return made


def fit_widget(field: FormField) -> None:
    """Let a field's numbers be written as the reader does, and its dates be picked."""
    if isinstance(field.widget, DateTimeInput):
        field.widget = DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    elif isinstance(field.widget, TimeInput):
        field.widget = TimeInput({"type": "time"}, format="%H:%M")
    elif isinstance(field, DecimalField):
        field.localize = True
        field.widget = TextInput({"inputmode": "decimal"})
        field.widget.is_localized = True


def owner_of(record: Record, path: str) -> Any:
    """Return the record behind a group: the card's own, or the section that the path leads to."""
    owner = record
    for step in path.split(".") if path else ():
        owner = getattr(owner, step, None)
    return owner


def _suggest(form: BaseForm, fields: list[Field], owner: Record) -> None:
    for field in fields:
        if field.suggest:
            form.fields[field.name].widget = Suggesting(field.suggest(owner))
