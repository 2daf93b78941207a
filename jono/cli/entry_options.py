"""An option for each field of a job queue entry, in words: --weekdays mon,tue --between 08:00-17:00 --every 15."""

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo, available_timezones

import typer
from django.conf import settings
from django.utils.translation import gettext as _
from pydantic import ValidationError

from jono.cli.in_words import (
    read_days,
    read_length,
    read_minutes,
    read_moment,
    read_name,
    read_parameter,
    read_wait,
    read_window,
)
from jono.kit.errors import UserError, gettext_noop
from jono.kit.language import say
from jono.web.rest.drafts import EntryChanges, NotRight, clock_of
from jono.web.rest.words import words_for

Draft = TypeVar("Draft", bound=EntryChanges)


@dataclass(frozen=True)
class Option:
    """An option: `fields` are those it fills in, `read` makes their values of its words."""

    flag: str
    help: str
    fields: tuple[str, ...]
    read: Callable[[str], tuple[object, ...]] = lambda words: (words,)
    kind: Any = str
    """The type that Typer reads: str, int, bool, or list[str] for one that may be given again and again."""

    @property
    def name(self) -> str:
        """Its name as a parameter of a command."""
        return self.flag.split("/")[0].lstrip("-").replace("-", "_")


REST = "--rest-when-idle/--no-rest-when-idle"
OPTIONS = (
    Option("--report", _("The number of the report to run."), ("report",), kind=int),
    Option("--company", _("The code of the company; left out, that of the shop."), ("company",)),
    Option("--description", _("What it is for; blank: the report's name."), ("description",)),
    Option("--parameter", _("A report's parameter: name=value; may be repeated."), ("parameters",), kind=list[str]),
    Option("--start", _("Not before this time; blank: at once."), ("earliest_start_at",)),
    Option("--expires", _("Not after this time; blank: it does not expire."), ("expiration_at",)),
    Option("--weekdays", _("Its days: mon,tue or 12345 or daily; blank: it runs once."), ("run_on",), read_days),
    Option("--every", _("Minutes between runs, or 2h, 1d."), ("no_of_minutes_between_runs",), read_minutes),
    Option("--between", _("Its window: 08:00-17:00; blank: all day."), ("starting_time", "ending_time"), read_window),
    Option("--formula", _("Instead of days and minutes: 1D, 2W, CM+1D."), ("next_run_date_formula",)),
    Option("--time-zone", _("The time zone of its clock times."), ("time_zone",)),
    Option("--count-from", _("Count the interval from: schedule, completion."), ("count_from",)),
    Option("--missed-slots", _("Slots that passed by: skip, run once, catch up."), ("missed_slots",)),
    Option("--attempts", _("How often a failed run is tried again."), ("maximum_no_of_attempts_to_run",), kind=int),
    Option("--rerun-delay", _("Seconds before it is tried again."), ("rerun_delay_sec",), kind=int),
    Option("--after-last-failure", _("Attempts used up: next slot, stop."), ("after_last_failure",)),
    Option(REST, _("Rest when there is nothing to do."), ("rests_when_idle",), kind=bool),
    Option("--inactivity", _("Minutes of rest; 0: until a change."), ("inactivity_timeout_period",), kind=int),
    Option("--timeout", _("How long a run may take: 12h, 90m."), ("job_timeout",), read_length),
    Option("--notify/--no-notify", _("Notify on success."), ("notify_on_success",), kind=bool),
    Option("--output", _("Report output type: none."), ("report_output_type",)),
    Option("--expect-within", _("Alert without a success for: 1d; blank: none."), ("expected_within",), read_length),
    Option("--alert-when-waiting", _("Minutes, then an alert; blank: none."), ("alert_when_waiting",), read_wait),
    Option("--category", _("The job queue category; blank: none."), ("category",)),
    Option("--priority", _("high, normal or low."), ("priority",)),
    Option("--service-user", _("Always runs as; blank: who sets it to Ready."), ("service_user",), read_name),
)  # fmt: skip


def flag_of(field: str) -> str:
    """Return the option that fills in a field."""
    return next(option.flag.split("/")[0] for option in OPTIONS if field in option.fields)


def filled_in(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command all these options; it is called with those that were given, by name, as `given`."""

    @wraps(command)
    def with_options(**arguments: Any) -> None:
        given = {option.name: arguments.pop(option.name) for option in OPTIONS}
        command(given={name: words for name, words in given.items() if words is not None}, **arguments)

    own = [one for one in inspect.signature(command).parameters.values() if one.name != "given"]
    added = [
        inspect.Parameter(
            option.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=None,
            annotation=Annotated[
                option.kind | None, typer.Option(option.flag, help=option.help, show_default=False)
            ],
        )
        for option in OPTIONS
    ]
    only_by_name = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in own]
    with_options.__signature__ = inspect.Signature([*only_by_name[:-1], *added, *only_by_name[-1:]])  # type: ignore[attr-defined]
    with_options.__annotations__ = {one.name: one.annotation for one in (*own, *added)}
    return with_options


def read(
    given: Mapping[str, Any],
    draft: type[Draft],
    *,
    zone: str = "",
    parameters: Mapping[str, Any] | None = None,
) -> Draft:
    """Return what the options fill in as a draft; raise UserError naming each that is not right.

    `zone` and `parameters` are the entry's so far; without a zone, times are of the company's clock.
    """
    fields: dict[str, Any] = {}
    faults: list[str] = []
    for option in OPTIONS:
        if option.name not in given:
            continue
        words = given[option.name]
        try:
            values = option.read(words) if option.kind is str else (words,)
        except UserError as error:
            faults.append(f"{option.flag}: {say(error.message, error.values)}")
        else:
            fields |= dict(zip(option.fields, values, strict=True))
    faults += _read_what_hangs_together(fields, zone, parameters)
    if faults:
        raise not_right(faults)
    try:
        return draft.model_validate(fields)
    except ValidationError as error:
        found = error.errors(include_url=False)
        raise not_right(f"{flag_of(str(one['loc'][0]))}: {words_for(one)}" for one in found) from None


def not_right(faults: Iterable[str]) -> UserError:
    """Return the faults as one error."""
    return UserError(gettext_noop("The entry is not right.\n%(faults)s"), faults="\n".join(faults))


def in_options(error: NotRight) -> UserError:
    """Return what is wrong with an entry by the options that fill it in."""
    return not_right(
        f"{flag_of(name.partition('.')[0])}: {say(problem.message, problem.values)}"
        for name, problem in error.problems
    )


def _read_what_hangs_together(
    fields: dict[str, Any], zone: str, parameters: Mapping[str, Any] | None
) -> Iterator[str]:
    """Put parameters beside those that are there, and read times on the entry's clock; yield what is wrong."""
    if "parameters" in fields:
        try:
            fields["parameters"] = dict(parameters or {}) | dict(map(read_parameter, fields["parameters"]))
        except UserError as error:
            yield f"{flag_of('parameters')}: {say(error.message, error.values)}"
            fields["parameters"] = {}
    chosen = fields.get("time_zone") or zone
    clock = chosen or clock_of(fields.get("company", ""), fields.get("parameters", {}))
    for name in ("earliest_start_at", "expiration_at"):
        if name in fields:
            try:
                fields[name] = read_moment(fields[name], _known_zone(clock))
            except UserError as error:
                yield f"{flag_of(name)}: {say(error.message, error.values)}"


def _known_zone(name: str) -> ZoneInfo:
    """The zone with this name; that there is none is told elsewhere."""
    return ZoneInfo(name if name in available_timezones() else settings.TIME_ZONE)
