"""Filling in a job queue entry: which report, for what, when and how often; and the next runs it makes."""

import itertools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import available_timezones

from django import forms
from django.contrib.auth.models import User
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from jono.erp.connect import erp_of
from jono.jobs import queue
from jono.jobs.checks import problems
from jono.jobs.foresight import RUNS_AHEAD
from jono.jobs.models import Category, JobQueueEntry
from jono.jobs.registry import caption_of, jobs
from jono.jobs.schedule import first_run, next_runs
from jono.kit.clock import now
from jono.kit.date_formula import in_words
from jono.kit.language import say
from jono.shopify.models import Shop
from jono.web.card_forms import form_field
from jono.web.job_words import WEEKDAYS, day_names
from jono.web.pages import CardForm, ListPage
from jono.web.parameters import ParametersForm
from jono.web.queue_actions import person
from jono.web.shown import moment

if TYPE_CHECKING:
    EntryModelForm = forms.ModelForm[JobQueueEntry]
else:
    EntryModelForm = forms.ModelForm


class RecurrenceForm(EntryModelForm):
    """What runs and when. The weekdays are one field here and seven in the table."""

    object_id_to_run = forms.TypedChoiceField(label=_("Report"), coerce=int)
    category_code = forms.ModelChoiceField(
        Category.objects.all(), label=_("Job Queue Category Code"), required=False, empty_label=_("None")
    )
    service_user = forms.ModelChoiceField(
        User.objects.filter(is_active=True),
        label=_("Service User"),
        required=False,
        empty_label=_("Whoever sets it to Ready"),
        help_text=_("The entry always runs as this user."),
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
            "service_user",
            "job_timeout",
            "no_of_minutes_between_runs",
            "next_run_date_formula",
            "starting_time",
            "ending_time",
            "time_zone",
            "missed_slots",
            "count_from",
            "rests_when_idle",
            "inactivity_timeout_period",
            "maximum_no_of_attempts_to_run",
            "rerun_delay_sec",
            "after_last_failure",
            "expected_within",
            "alert_when_waiting",
            "notify_on_success",
        )
        formfield_callback = form_field
        help_texts: ClassVar = {
            "description": _("Blank: the report's name."),
            "earliest_start_at": _("Blank: at once when it is set to Ready."),
            "no_of_minutes_between_runs": _("0: once on each of its days."),
            "expected_within": _(
                "Alert when there was no success for so long: 02:00:00 is two hours, 1 00:00:00 a day. Blank: never."
            ),
            "alert_when_waiting": _("Blank: it may wait for ever."),
            "job_timeout": _("A run that takes longer is ended: 12:00:00 is twelve hours."),
            "next_run_date_formula": _("Instead of days and minutes: 1D, 2W, CM+1D. Blank: none."),
        }

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(str(job.report_id), f"{job.report_id} {caption_of(job.report_id)}") for job in jobs()]
        self.fields["object_id_to_run"].choices = [("", gettext("Choose a report")), *known]  # type: ignore[attr-defined]
        self.fields["weekdays"].choices = list(zip(WEEKDAYS, day_names(), strict=True))  # type: ignore[attr-defined]
        zones = [(name, name) for name in sorted(available_timezones())]
        companys = [] if self.instance.pk else [("", gettext("The company's"))]
        self.fields["time_zone"].choices = companys + zones  # type: ignore[attr-defined]
        self.initial.setdefault(
            "weekdays", [day for day in WEEKDAYS if getattr(self.instance, f"run_on_{day}")]
        )
        formula = in_words(self.instance.next_run_date_formula, get_language() or "")
        self.initial["next_run_date_formula"] = formula
        if not self.instance.object_id_to_run:
            self.initial["object_id_to_run"] = ""

    def clean_category_code(self) -> str:
        """The category's code: the table keeps the code, so that an entry outlives its category."""
        category: Category | None = self.cleaned_data["category_code"]
        return category.code if category else ""

    def _post_clean(self) -> None:
        """Let the job queue say what is wrong with the whole, each thing beside its field."""
        super()._post_clean()  # type: ignore[misc]
        for day in WEEKDAYS:
            setattr(self.instance, f"run_on_{day}", day in self.cleaned_data.get("weekdays", ()))
        if not self.errors:
            for name, problem in problems(self.instance):
                if name in self.fields:
                    self.add_error(name, say(problem.message, problem.values))


class EntryForm:
    """A job queue entry as it is filled in; it is written through the job queue."""

    def __init__(self, _page: ListPage, request: HttpRequest, entry: JobQueueEntry | None) -> None:
        self.user = person(request)
        self.entry = entry
        filled_in = with_zone(request.POST) if request.method == "POST" else None
        looking = filled_in is not None and "preview" in filled_in
        blank = JobQueueEntry(description="", time_zone="")
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
        names = (*RecurrenceForm.Meta.fields[1:], *(f"run_on_{day}" for day in WEEKDAYS))
        fields = {name: getattr(made, name) for name in names}
        if self.entry is None:
            return queue.create_entry(made.object_id_to_run, company_code, parameters, self.user, **fields)
        fields |= {
            "object_id_to_run": made.object_id_to_run,
            "company_code": company_code,
            "parameters": parameters,
        }
        return queue.change_entry(self.entry, self.user, **fields)


def with_zone(filled_in: QueryDict) -> QueryDict:
    """Return what was filled in with the time zone of the shop's company where none was chosen."""
    shop = Shop.objects.filter(pk=filled_in.get("parameters-shop", "")).first()
    if filled_in.get("time_zone") or not shop:
        return filled_in
    completed = filled_in.copy()
    completed["time_zone"] = erp_of(shop.company_code).time_zone()
    return completed


def coming_runs(entry: JobQueueEntry, form: CardForm | None) -> Mapping[str, Any]:
    """What the group of the next runs shows: of the entry, or of what is being filled in."""
    if isinstance(form, EntryForm):
        entry = form.recurrence.instance
        if form.recurrence.is_bound and not form.recurrence.is_valid():
            return {"unclear": True}
    if not entry.object_id_to_run:
        return {"unclear": True}
    return {"runs": next_few(entry), "recurring": entry.recurring, "zone": entry.time_zone}


def next_few(entry: JobQueueEntry) -> list[str]:
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
