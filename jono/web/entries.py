"""Filling in a job queue entry: which report, for what, when and how often; and the next five runs it makes."""

import itertools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal
from zoneinfo import available_timezones

from babel.dates import get_day_names
from django import forms
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jono.jobs import queue
from jono.jobs.models import Category, JobQueueEntry, Run
from jono.jobs.news import tell
from jono.jobs.registry import caption_of, job_of, jobs
from jono.jobs.schedule import first_run, next_runs
from jono.kit.clock import now
from jono.kit.errors import UserError, gettext_noop
from jono.shopify.models import Shop
from jono.web.card_forms import form_field
from jono.web.pages import CardForm, ListPage
from jono.web.queue_actions import person
from jono.web.shown import moment, reader_locale

WEEKDAYS = ("mondays", "tuesdays", "wednesdays", "thursdays", "fridays", "saturdays", "sundays")
RUNS_AHEAD = 5
"""How many coming runs are shown."""


def day_names(width: Literal["abbreviated", "wide"] = "abbreviated") -> list[str]:
    """Monday to Sunday in the reader's language."""
    return [
        str(name) for _number, name in sorted(get_day_names(width, "stand-alone", reader_locale()).items())
    ]


def describe_weekdays(entry: JobQueueEntry) -> str:
    """The days an entry runs on, in words; empty when it does not recur."""
    days = entry.weekdays
    if len(days) == len(WEEKDAYS):
        return gettext("Every day")
    return ", ".join(name for number, name in enumerate(day_names(), 1) if number in days)


if TYPE_CHECKING:
    EntryModelForm = forms.ModelForm[JobQueueEntry]
else:
    EntryModelForm = forms.ModelForm


class RecurrenceForm(EntryModelForm):
    """What runs and when. The weekdays are one field here and seven in the table."""

    object_id_to_run = forms.TypedChoiceField(label=_("Report"), coerce=int)
    category_code = forms.ModelChoiceField(
        Category.objects.all(), label=_("Job Queue Category Code"), required=False
    )
    weekdays = forms.MultipleChoiceField(
        label=_("Run on"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("No day: it runs once."),
    )
    time_zone = forms.ChoiceField(label=_("Time Zone"))

    class Meta:
        model = JobQueueEntry
        fields = (
            "object_id_to_run",
            "description",
            "earliest_start_at",
            "expiration_at",
            "category_code",
            "priority_within_category",
            "no_of_minutes_between_runs",
            "starting_time",
            "ending_time",
            "time_zone",
        )
        formfield_callback = form_field
        help_texts: ClassVar = {
            "description": _("Blank: the report's name."),
            "earliest_start_at": _("Blank: at once when it is set to Ready."),
            "no_of_minutes_between_runs": _("0: once on each of its days."),
        }

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(str(job.report_id), f"{job.report_id} {caption_of(job.report_id)}") for job in jobs()]
        self.fields["object_id_to_run"].choices = [("", gettext("Choose a report")), *known]  # type: ignore[attr-defined]
        self.fields["weekdays"].choices = list(zip(WEEKDAYS, day_names(), strict=True))  # type: ignore[attr-defined]
        self.fields["time_zone"].choices = [(name, name) for name in sorted(available_timezones())]  # type: ignore[attr-defined]
        self.initial.setdefault(
            "weekdays", [day for day in WEEKDAYS if getattr(self.instance, f"run_on_{day}")]
        )
        if not self.instance.object_id_to_run:
            self.initial["object_id_to_run"] = ""

    def clean(self) -> dict[str, Any]:
        """Check what one field alone cannot know."""
        given = super().clean() or self.cleaned_data
        recurring = bool(given.get("weekdays"))
        for name in ("no_of_minutes_between_runs", "starting_time", "ending_time"):
            if given.get(name) and not recurring:
                self.add_error(
                    name, gettext("Only a job that recurs has this. Choose the days it runs on first.")
                )
        start, end = given.get("earliest_start_at"), given.get("expiration_at")
        if start and end and end <= start:
            self.add_error("expiration_at", gettext("It must be later than the earliest start."))
        return given

    def clean_category_code(self) -> str:
        """The category's code: the table keeps the code, so that an entry outlives its category."""
        category: Category | None = self.cleaned_data["category_code"]
        return category.code if category else ""

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        for day in WEEKDAYS:
            setattr(self.instance, f"run_on_{day}", day in self.cleaned_data.get("weekdays", ()))


class ParametersForm(forms.Form):
    """What the chosen report is asked to do: an input for each of its parameters."""

    use_required_attribute = False

    def __init__(self, report_id: int | None, data: Any, parameters: Mapping[str, Any]) -> None:
        super().__init__(data, prefix="parameters", initial=dict(parameters))
        wanted = job_of(report_id).parameters.model_fields if report_id else {}
        for name, field in wanted.items():
            if name == "shop":
                self.fields[name] = forms.ModelChoiceField(Shop.objects.all(), label=_("Shop"))
            elif name != "only":
                self.fields[name] = forms.CharField(label=field.title or name, required=field.is_required())

    def parameters(self) -> dict[str, Any]:
        """What was filled in, as a job's parameters."""
        kept = {name: value for name, value in self.initial.items() if name == "only"}
        return kept | {name: getattr(value, "pk", value) for name, value in self.cleaned_data.items()}


class EntryForm:
    """A job queue entry as it is filled in; it is written through the job queue."""

    def __init__(self, _page: ListPage, request: HttpRequest, entry: JobQueueEntry | None) -> None:
        self.user = person(request)
        self.entry = entry
        filled_in = request.POST if request.method == "POST" else None
        looking = filled_in is not None and "preview" in filled_in
        blank = JobQueueEntry(description="")
        self.recurrence = RecurrenceForm(filled_in, instance=entry or blank)
        chosen = (
            filled_in.get("object_id_to_run") if filled_in else self.recurrence.initial["object_id_to_run"]
        )
        known = {str(job.report_id): job.report_id for job in jobs()}
        parameters = dict(entry.parameters) if entry else {}
        if filled_in and looking:
            parameters |= {name.removeprefix("parameters-"): value for name, value in filled_in.items()}
        self.asked = ParametersForm(known.get(str(chosen)), None if looking else filled_in, parameters)
        self.forms: Mapping[str, forms.BaseForm] = {"": self.recurrence, "parameters": self.asked}

    def is_valid(self) -> bool:
        """Whether both what runs and what it is asked are right."""
        return all([self.recurrence.is_valid(), self.asked.is_valid()])

    def save(self) -> JobQueueEntry:
        """Make the entry, On Hold, or change one that still is."""
        parameters = self.asked.parameters()
        made = self.recurrence.instance
        company_code = Shop.objects.get(pk=parameters["shop"]).company_code
        names = (*(field for field in RecurrenceForm.Meta.fields[1:]), *(f"run_on_{day}" for day in WEEKDAYS))
        fields = {name: getattr(made, name) for name in names}
        if self.entry is None:
            return queue.create_entry(made.object_id_to_run, company_code, parameters, self.user, **fields)
        return change(self.entry, made.object_id_to_run, company_code, parameters, fields)


@transaction.atomic
def change(
    entry: JobQueueEntry,
    report_id: int,
    company_code: str,
    parameters: Mapping[str, Any],
    fields: Mapping[str, Any],
) -> JobQueueEntry:
    """Change what an entry does and when; raise UserError unless it is On Hold."""
    locked = JobQueueEntry.objects.select_for_update().filter(pk=entry.pk).first()
    if locked is None or locked.status != JobQueueEntry.Status.ON_HOLD:
        raise UserError(
            gettext_noop("Job queue entry %(no)s is not on hold. Set it On Hold first."), no=entry.pk
        )
    checked = job_of(report_id).read_parameters(parameters)
    locked.object_id_to_run, locked.company_code = report_id, company_code
    locked.parameters = checked.model_dump(mode="json", exclude_defaults=True)
    for name, value in fields.items():
        setattr(locked, name, value)
    locked.save()
    tell(locked)
    return locked


def describe_parameters(record: JobQueueEntry | Run) -> str:
    """What an entry or run is asked to do, in a line."""
    return ", ".join(
        f"{_caption(name)}: {', '.join(value) if isinstance(value, list) else value}"
        for name, value in record.parameters.items()
    )


def coming_runs(entry: JobQueueEntry, form: CardForm | None) -> Mapping[str, Any]:
    """What the group of the next runs shows: of the entry, or of what is being filled in."""
    if isinstance(form, EntryForm):
        entry = form.recurrence.instance
        if form.recurrence.is_bound and not form.recurrence.is_valid():
            return {"unclear": True}
    if not entry.object_id_to_run:
        return {"unclear": True}
    return {"runs": next_five(entry), "recurring": entry.recurring, "zone": entry.time_zone}


def next_five(entry: JobQueueEntry) -> list[str]:
    """The next runs of an entry if it is set to Ready now, on the clock of its zone."""
    at, recurrence = now(), entry.recurrence
    if recurrence is None:
        coming = [first_run(None, at, entry.earliest_start_at, entry.zone)]
    else:
        coming = list(
            itertools.islice(next_runs(recurrence, at, entry.earliest_start_at, entry.zone), RUNS_AHEAD)
        )
    names = day_names("wide")
    with timezone.override(entry.zone):
        return [
            f"{names[run.astimezone(entry.zone).weekday()]} {moment(run)}"
            for run in coming
            if not entry.expiration_at or run <= entry.expiration_at
        ]


def _caption(parameter: str) -> str:
    return {"shop": gettext("Shop"), "only": gettext("Only")}.get(parameter, parameter)
