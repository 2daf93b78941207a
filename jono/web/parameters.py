"""Filling in what a report is asked to do: an input for each of its parameters, by its type."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jono.jobs.registry import job_of
from jono.shopify.models import Shop
from jono.web.card_forms import Switch
from jono.web.pages import Caption

CAPTIONS: Mapping[str, Caption] = {
    "shop": _("Shop"),
    "only": _("Only"),
    "from_webhooks": _("Only What Webhooks Have Told Of"),
}
KEPT = "only"
"""Not for a person to fill in: the records of a retry, which stay as they are."""
INPUTS: Mapping[object, Callable[..., forms.Field]] = {
    bool: lambda **options: forms.BooleanField(**{**options, "required": False, "widget": Switch()}),
    int: forms.IntegerField,
}


class ParametersForm(forms.Form):
    """The parameters of a report; of one that is left blank the report's own default stands."""

    use_required_attribute = False

    def __init__(self, report_id: int | None, data: Any, parameters: Mapping[str, Any]) -> None:
        super().__init__(data, prefix="parameters", initial=dict(parameters))
        wanted = job_of(report_id).parameters.model_fields if report_id else {}
        for name, field in wanted.items():
            caption, required = str(CAPTIONS.get(name) or field.title or name), field.is_required()
            if name == "shop":
                self.fields[name] = forms.ModelChoiceField(
                    Shop.objects.all(), label=caption, required=required, empty_label=_("Choose a shop")
                )
            elif name != KEPT:
                made = INPUTS.get(field.annotation or str, forms.CharField)
                self.fields[name] = made(label=caption, required=required)

    def parameters(self) -> dict[str, Any]:
        """What was filled in, as a job's parameters."""
        kept = {name: value for name, value in self.initial.items() if name == KEPT}
        given = {name: getattr(value, "pk", value) for name, value in self.cleaned_data.items()}
        return kept | {name: value for name, value in given.items() if value not in (None, "")}
