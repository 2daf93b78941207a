"""What must be true of an entry before it is kept: each thing wrong, by the field that is to be mended."""

from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from zoneinfo import available_timezones

from jono.jobs.models import JobQueueEntry
from jono.jobs.registry import job_of
from jono.jobs.sequel import MOST_ATTEMPTS
from jono.kit.clock import now
from jono.kit.date_formula import from_words, later
from jono.kit.errors import UserError, gettext_noop

DAY_OF_MINUTES = 1440
YEAR = timedelta(days=366)
YEARS = range(2000, 2201)
"""What is reckoned with times beyond these, or with more than a year, may leave the calendar."""
OUT_OF_TIME = gettext_noop("Choose a time between the years 2000 and 2200.")
TOO_LONG = gettext_noop("Choose a time above nought and of at most 366 days.")
zone_names = cache(available_timezones)
"""The time zones this machine knows. To look for them reads hundreds of files."""
RECURRING_ONLY = ("no_of_minutes_between_runs", "starting_time", "ending_time")


def check(entry: JobQueueEntry) -> None:
    """Bring the entry's fields into the form they are kept in; raise UserError for the first that is not right."""
    for _, problem in problems(entry):
        raise problem


def problems(entry: JobQueueEntry) -> Iterator[tuple[str, UserError]]:
    """Yield what is wrong with the entry, each with its field, after filling in what follows from the rest."""
    try:
        job = job_of(entry.object_id_to_run)
        checked = job.read_parameters(entry.parameters)
        job.touches(entry.company_code, checked)
        entry.parameters = checked.model_dump(mode="json", exclude_defaults=True)
    except UserError as error:
        yield "parameters", error
    try:
        entry.next_run_date_formula = from_words(entry.next_run_date_formula)
        later(entry.next_run_date_formula, now().date())  # one may lead out of the calendar
    except UserError as error:
        yield "next_run_date_formula", error
    if entry.weekdays and not entry.no_of_minutes_between_runs:
        entry.no_of_minutes_between_runs = DAY_OF_MINUTES
    yield from _recurrence_problems(entry)
    yield from _limit_problems(entry)


def _recurrence_problems(entry: JobQueueEntry) -> Iterator[tuple[str, UserError]]:
    if entry.next_run_date_formula and (entry.weekdays or entry.no_of_minutes_between_runs):
        yield (
            "next_run_date_formula",
            UserError(
                gettext_noop(
                    "An entry recurs by a date formula or by weekdays, not by both. Clear one of them."
                )
            ),
        )
    if not entry.recurring:
        for field in RECURRING_ONLY:
            if getattr(entry, field):
                yield (
                    field,
                    UserError(
                        gettext_noop("Only a job that recurs has this. Choose the days it runs on first.")
                    ),
                )
    if entry.time_zone not in zone_names():
        yield "time_zone", UserError(gettext_noop("There is no time zone %(zone)s."), zone=entry.time_zone)


def _limit_problems(entry: JobQueueEntry) -> Iterator[tuple[str, UserError]]:
    start, end = entry.earliest_start_at, entry.expiration_at
    for field, at in (("earliest_start_at", start), ("expiration_at", end)):
        if at and at.year not in YEARS:
            yield field, UserError(OUT_OF_TIME)
    if start and end and end <= start:
        yield (
            "expiration_at",
            UserError(gettext_noop("The expiration must be later than the earliest start.")),
        )
    limits = {
        "maximum_no_of_attempts_to_run": (0, MOST_ATTEMPTS),
        "rerun_delay_sec": (0, 3600),
        "no_of_minutes_between_runs": (0, 10 * 366 * DAY_OF_MINUTES),
        "inactivity_timeout_period": (0, 366 * DAY_OF_MINUTES),
        "alert_when_waiting": (0, 366 * DAY_OF_MINUTES),
    }
    for field, (least, most) in limits.items():
        given = getattr(entry, field)
        if given is not None and not least <= given <= most:
            message = gettext_noop("Enter a number from %(least)s to %(most)s.")
            yield field, UserError(message, least=least, most=most)
    for field in ("job_timeout", "expected_within"):
        length = getattr(entry, field)
        if length is not None and not timedelta(0) < length <= YEAR:
            yield field, UserError(TOO_LONG)
    if entry.priority_within_category not in JobQueueEntry.Priority.values:
        yield "priority_within_category", UserError(gettext_noop("The priority is high, normal or low."))
