"""The form of a card whose fields live in models: one Django form for each record behind its groups."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import BooleanField, Model
from django.db.models import Field as ModelField
from django.forms import BaseForm, CheckboxInput, DateTimeInput, ModelForm, TimeInput, modelform_factory
from django.forms import Field as FormField
from django.http import HttpRequest

from jono.web.pages import CardPage, Field, Record


class Switch(CheckboxInput):
    """A yes-or-no that looks and reads like a switch."""

    def __init__(self) -> None:
        super().__init__(attrs={"role": "switch"})


class ModelCardForm:
    """The editable fields of a card's record and of its sections."""

    def __init__(self, card: CardPage, request: HttpRequest, record: Record) -> None:
        self.record = record
        data = request.POST if request.method == "POST" else None
        self._forms = {
            path: form_class(type(owner), fields)(data, instance=owner, prefix=path or None)
            for path, fields in editable_fields(card).items()
            if (owner := owner_of(record, path)) is not None
        }
        self.forms: Mapping[str, BaseForm] = self._forms

    def is_valid(self) -> bool:
        """Whether every record's input is right."""
        checked = [form.is_valid() for form in self._forms.values()]
        return all(checked)

    def save(self) -> Record:
        """Write all of it or nothing."""
        with transaction.atomic():
            for form in self._forms.values():
                form.save()
        return self.record


def editable_fields(card: CardPage) -> dict[str, list[Field]]:
    """Return a card's editable fields by the path of the record that holds them."""
    found: dict[str, list[Field]] = {}
    for group in card.groups:
        fields = [field for field in group.fields if field.editable]
        if fields:
            found.setdefault(group.record, []).extend(fields)
    return found


def form_class(model: type[Model], fields: list[Field]) -> "type[ModelForm[Any]]":
    """Return a form of a model's fields, captioned as the card says."""
    made = modelform_factory(
        model,
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
    elif type(field).__name__ == "DecimalField":
        field.localize = True
        field.widget.is_localized = True


def owner_of(record: Record, path: str) -> Any:
    """Return the record behind a group: the card's own, or the section that the path leads to."""
    owner = record
    for step in path.split(".") if path else ():
        owner = getattr(owner, step, None)
    return owner
