"""What a program fills in on an entry, checked whole before anything is written: each thing wrong, by its name."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from django.contrib.auth.models import User
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from jono.erp.connect import erp_of
from jono.jobs import queue
from jono.jobs.checks import problems
from jono.jobs.models import Category, JobQueueEntry
from jono.jobs.models.entry import TWELVE_HOURS, server_zone
from jono.jobs.registry import job_of
from jono.jobs.sequel import MOST_ATTEMPTS
from jono.kit.errors import UserError, gettext_noop
from jono.shopify.models import Shop
from jono.web.rest.documents import PRIORITIES, WEEKDAYS, Priority, Weekday
from jono.web.rest.values import (
    GivenClockTime,
    Length,
    Minutes,
    Moment,
    Number,
    Parameters,
    Storable,
    Text,
)

STORED_AS = {
    "report": "object_id_to_run",
    "company": "company_code",
    "category": "category_code",
    "priority": "priority_within_category",
}
FILLED_IN_AS = {stored: name for name, stored in STORED_AS.items()}


class NotRight(Exception):  # noqa: N818
    """Something of what was filled in is not right: `problems` are pairs of a field's name and what is wrong."""

    def __init__(self, found: list[tuple[str, UserError]]) -> None:
        super().__init__(found)
        self.problems = found


class EntryChanges(BaseModel):
    """What is to be different on an entry; what is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    report: Number = Field(0, description="Object ID to Run")
    company: Annotated[str, StringConstraints(max_length=20), Storable] = Field(
        "", description="Left out: the company of the shop among the parameters"
    )
    description: Annotated[str, StringConstraints(max_length=250), Storable] = Field(
        "", description="Blank: the report's"
    )
    parameters: Parameters = Field(default_factory=dict)
    earliest_start_at: Moment | None = None
    expiration_at: Moment | None = None
    run_on: list[Weekday] = Field(default_factory=list, description="Empty: it runs once")
    no_of_minutes_between_runs: Number = 0
    starting_time: GivenClockTime | None = Field(None, description="On the clock of `time_zone`")
    ending_time: GivenClockTime | None = None
    time_zone: Annotated[str, StringConstraints(max_length=64), Storable] = Field(
        default_factory=server_zone, description="Left out: the company's"
    )
    next_run_date_formula: Annotated[str, StringConstraints(max_length=20), Storable] = Field(
        "", description="Instead of days and minutes: 1D, 2W, CM+1D"
    )
    count_from: Literal["schedule", "completion"] = "schedule"
    missed_slots: Literal["skip", "run once", "catch up"] = "skip"
    maximum_no_of_attempts_to_run: int = Field(0, ge=0, le=MOST_ATTEMPTS)
    rerun_delay_sec: int = Field(0, ge=0, le=3600)
    after_last_failure: Literal["next slot", "stop"] = "next slot"
    rests_when_idle: bool = False
    inactivity_timeout_period: Minutes = Field(5, description="Minutes; 0: until something changes")
    job_timeout: Length = TWELVE_HOURS
    notify_on_success: bool = False
    report_output_type: Literal["none"] = "none"
    expected_within: Length | None = Field(None, description="An alert when it has not succeeded for so long")
    alert_when_waiting: Minutes | None = 30
    category: Annotated[str, StringConstraints(max_length=10), Storable] = ""
    priority: Priority = "normal"
    service_user: Text | None = Field(None, description="The user it always runs as")


class EntryDraft(EntryChanges):
    """A job queue entry to be: On Hold at first."""

    report: Number = Field(description="Object ID to Run")


def create_entry(draft: EntryDraft, user: User | None) -> JobQueueEntry:
    """Add the entry, On Hold; raise NotRight naming all that is not right."""
    asked = _checked(draft, JobQueueEntry())
    report_id, company_code = asked.pop("object_id_to_run"), asked.pop("company_code")
    return queue.create_entry(report_id, company_code, asked.pop("parameters", {}), user, **asked)


def change_entry(entry: JobQueueEntry, changes: EntryChanges, user: User | None) -> JobQueueEntry:
    """Change what is filled in; raise NotRight, or UserError when the entry cannot be changed now."""
    return queue.change_entry(entry, user, **_checked(changes, entry))


def preview_of(draft: EntryDraft) -> JobQueueEntry:
    """Return the entry that the draft would make, without making it; raise NotRight."""
    entry = JobQueueEntry()
    _checked(draft, entry)
    return entry


def clock_of(company_code: str, parameters: Mapping[str, Any]) -> str:
    """Return the time zone that an entry with these goes by unless it names another: its company's."""
    shop = Shop.objects.filter(pk=str(parameters.get("shop"))).first()
    try:
        return erp_of(shop.company_code if shop else company_code).time_zone()
    except UserError:
        return server_zone()


def _checked(draft: EntryChanges, entry: JobQueueEntry) -> dict[str, Any]:
    """Fill the draft in on the entry, in memory, and return what it fills in, in the words of the table."""
    given = {name: getattr(draft, name) for name in draft.model_fields_set}
    found = list(_missing(given)) + list(_company_problems(given, entry))
    asked = {STORED_AS.get(name, name): value for name, value in given.items()}
    for name, value in asked.items():
        setattr(entry, name, value)
    if not any(name == "report" for name, _problem in found):
        found += [(FILLED_IN_AS.get(field, field), problem) for field, problem in problems(entry)]
    if found:
        raise NotRight(found)
    return asked


def _missing(given: dict[str, Any]) -> Iterator[tuple[str, UserError]]:
    """Put the table's values in the place of names; yield what is named and does not exist."""
    if "run_on" in given:
        days = given.pop("run_on")
        given |= {f"run_on_{day}s": day in days for day in WEEKDAYS}
    if "priority" in given:
        given["priority"] = PRIORITIES[given["priority"]]
    if "report" in given:
        try:
            job_of(given["report"])
        except UserError as error:
            yield "report", error
    if given.get("category") and not Category.objects.filter(pk=given["category"]).exists():
        message = gettext_noop("There is no job queue category %(code)s.")
        yield "category", UserError(message, code=given["category"])
    if "service_user" in given:
        name = given["service_user"]
        given["service_user"] = User.objects.filter(username=name, is_active=True).first() if name else None
        if name and given["service_user"] is None:
            yield "service_user", UserError(gettext_noop("There is no user %(name)s."), name=name)


def _company_problems(given: dict[str, Any], entry: JobQueueEntry) -> Iterator[tuple[str, UserError]]:
    """A job for a shop works on that shop's company, and an entry goes by its company's clock, as on the pages."""
    shop_code = given.get("parameters", entry.parameters).get("shop")
    company_code = given.get("company") or entry.company_code
    if shop_code is not None:
        shop = Shop.objects.filter(pk=str(shop_code)).first()
        if shop is None:
            yield (
                "parameters.shop",
                UserError(gettext_noop("There is no shop %(code)s."), code=str(shop_code)),
            )
            return
        if given.get("company") not in (None, "", shop.company_code):
            message = gettext_noop(
                "The shop %(shop)s belongs to the company %(company)s. Name that one, or none."
            )
            yield "company", UserError(message, shop=shop.code, company=shop.company_code)
            return
        company_code = shop.company_code
    if not company_code:
        yield "company", UserError(gettext_noop("Say for which company."))
        return
    try:
        zone = erp_of(company_code).time_zone()
    except UserError as error:
        yield "company", error
        return
    given["company"] = company_code
    if not entry.pk:
        given.setdefault("time_zone", zone)
