"""`jono jobs next`: when jobs of a file of cases run next, by the rules that the job queue itself goes by."""

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

import typer
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from rich.table import Table

from jono.cli.terminal import FAILED, Json, console, print_json
from jono.jobs.schedule import Recurrence, first_run, next_from_completion
from jono.kit.date_formula import from_words
from jono.kit.errors import UserError, gettext_noop
from jono.kit.language import say
from jono.web.rest.values import GivenClockTime, InWords
from jono.web.rest.words import place_of, words_for

DECADE_IN_MINUTES = 10 * 366 * 24 * 60

BEYOND = gettext_noop("It leads out of the calendar.")
NO_ZONE = gettext_noop("There is no time zone %(zone)s.")


Moment = Annotated[datetime, InWords]


class CaseJob(BaseModel):
    """What an entry of a case says of its recurrence."""

    model_config = ConfigDict(extra="ignore")

    run_on_iso_weekdays: str | None = Field("", pattern=r"^[1-7]*$")
    minutes_between_runs: int = Field(0, ge=0, le=DECADE_IN_MINUTES)
    starting_time: GivenClockTime | None = None
    ending_time: GivenClockTime | None = None
    earliest_start: Moment | None = None
    next_run_date_formula: str | None = None


class Case(BaseModel):
    """A case: the job, and when it has completed a run, or is set to Ready. Times are of `tz`, or of no zone."""

    model_config = ConfigDict(extra="ignore")

    job: CaseJob
    at: Moment
    tz: str | None = None


class Cases(BaseModel):
    """A file of cases."""

    model_config = ConfigDict(extra="ignore")

    vectors: list[Case]


def next_runs(
    file: Annotated[
        Path | None,
        typer.Argument(
            help=_("The file of cases; left out, standard input."), dir_okay=False, show_default=False
        ),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help=_("Fail when a case says another next or initial than we do."))
    ] = False,
    as_json: Json = False,
) -> None:
    """Fill in `next` (after a run that completed at `at`) and `initial` (set to Ready at `at`) of each case."""
    document = _read(file)
    answers = [answer(case) for case in _cases(document)]
    asked: list[dict[str, Any]] = document["vectors"]
    filled_in = [given | answered for given, answered in zip(asked, answers, strict=True)]
    wrong = [_differs(given, answered) for given, answered in zip(asked, answers, strict=True)]
    if as_json:
        print_json(document | {"vectors": filled_in})
    else:
        _print(filled_in, wrong)
    if check and any(wrong):
        raise typer.Exit(FAILED)


def answer(case: Case) -> dict[str, str | None]:
    """Return `next` and `initial` of a case on the clock of its zone; no `next` for a job that runs once."""
    zone, recurrence = _zone(case), _recurrence(case.job)
    at = _on_clock(case.at, zone)
    earliest = _on_clock(case.job.earliest_start, zone) if case.job.earliest_start else None
    following = next_from_completion(recurrence, at, zone) if recurrence else None
    first = first_run(recurrence, at, earliest, zone)
    return {"next": _clock_time(following, zone) if following else None, "initial": _clock_time(first, zone)}


def _read(file: Path | None) -> dict[str, Any]:
    name = str(file) if file else _("standard input")
    try:
        document = json.loads(file.read_bytes() if file else sys.stdin.buffer.read())
    except OSError as error:
        message = gettext_noop("%(file)s cannot be read: %(reason)s.")
        raise UserError(message, file=name, reason=error.strerror or str(error)) from None
    except ValueError as error:
        raise UserError(
            gettext_noop("%(file)s is not JSON: %(reason)s."), file=name, reason=str(error)
        ) from None
    return document if isinstance(document, dict) else {"vectors": document}


def _cases(document: dict[str, Any]) -> list[Case]:
    """Return the cases; raise UserError naming all that is not right, each by its place."""
    try:
        cases = Cases.model_validate(document).vectors
    except ValidationError as error:
        found = error.errors(include_url=False)
        raise _not_right(f"{place_of(one['loc'])}: {words_for(one)}" for one in found) from None
    faults = [f"vectors[{number}].{fault}" for number, case in enumerate(cases) for fault in _faults(case)]
    if faults:
        raise _not_right(faults)
    return cases


def _faults(case: Case) -> Iterator[str]:
    """What is wrong with a case that has the right form."""
    if case.tz is not None and case.tz not in available_timezones():
        yield f"tz: {say(NO_ZONE, {'zone': case.tz})}"
        return
    try:
        answer(case)
    except UserError as error:
        yield f"job.next_run_date_formula: {say(error.message, error.values)}"
    except (OverflowError, ValueError):
        yield f"at: {say(BEYOND, {})}"


def _not_right(faults: Iterable[str]) -> UserError:
    return UserError(gettext_noop("The cases are not right.\n%(faults)s"), faults="\n".join(faults))


def _zone(case: Case) -> tzinfo:
    return ZoneInfo(case.tz) if case.tz else UTC


def _recurrence(job: CaseJob) -> Recurrence | None:
    formula = from_words(job.next_run_date_formula or "")
    if not job.run_on_iso_weekdays and not formula:
        return None
    weekdays = frozenset(map(int, job.run_on_iso_weekdays or ""))
    return Recurrence(weekdays, job.minutes_between_runs, job.starting_time, job.ending_time, formula)


def _on_clock(at: datetime, zone: tzinfo) -> datetime:
    return at.astimezone(zone) if at.tzinfo else at.replace(tzinfo=zone)


def _clock_time(at: datetime, zone: tzinfo) -> str:
    return str(at.astimezone(zone).replace(tzinfo=None))


def _differs(given: dict[str, Any], answered: dict[str, str | None]) -> bool:
    """Whether a case said something else than we do."""
    return any(name in given and given[name] != said for name, said in answered.items())


def _print(vectors: list[dict[str, Any]], wrong: list[bool]) -> None:
    table = Table(_("Case"), _("At"), _("Next"), _("Initial"))
    for number, (vector, differs) in enumerate(zip(vectors, wrong, strict=True)):
        name = str(vector.get("name", number))
        said = (str(vector["at"]), vector["next"] or "-", vector["initial"])
        table.add_row(name, *said, style="red" if differs else "")
    console.print(table)
    if any(wrong):
        console.print(_("Cases in red said otherwise: %(count)s.") % {"count": sum(wrong)})
