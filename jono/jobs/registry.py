"""The jobs that exist: each flow registers itself with `@job(...)` when Django starts."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from jono.jobs.conflicts import Touch, touches
from jono.kit.errors import UserError, gettext_noop
from jono.kit.language import say


class Parameters(BaseModel):
    """What a job is asked to do. A job's own parameters extend these."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    only: tuple[str, ...] = ()
    """Keys of records: when there are any, just these are worked on (a retry)."""


LONGEST_NAME = 200
"""Of a resource, in characters."""

P = TypeVar("P", bound=Parameters)
# What a flow holds while it runs is a Work, which stands above this file.
Flow = Callable[[Any, P], None]
Spared = Callable[[P], Collection[str]]


def nothing(_parameters: Parameters) -> Collection[str]:
    """Spare nothing: a run touches all that its job names."""
    return ()


@dataclass(frozen=True)
class Job:
    """A job that can be run: its number is Business Central's report id, which users know."""

    report_id: int
    caption: str
    parameters: type[Parameters]
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    flow: Flow[Any]
    spared: Spared[Any] = nothing

    def read_parameters(self, stored: Mapping[str, Any]) -> Parameters:
        """Return stored parameters as the job's own; raise UserError naming the first that does not fit."""
        try:
            return self.parameters.model_validate(stored)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            raise UserError(
                gettext_noop("The parameter %(name)s of report %(report)s is not right: %(problem)s."),
                name=".".join(str(part) for part in first["loc"]),
                report=self.report_id,
                problem=first["msg"],
            ) from None

    def touches(self, company_code: str, parameters: Parameters) -> tuple[Touch, ...]:
        """Return what a run with these parameters reads and writes, as things are set up now.

        Raises UserError when a name is too long.
        """
        places, spared = {"company": company_code, **parameters.model_dump()}, self.spared(parameters)
        touched = touches(
            (name.format(**places) for name in self.reads if name not in spared),
            (name.format(**places) for name in self.writes if name not in spared),
        )
        if any(len(touch.resource) > LONGEST_NAME for touch in touched):
            raise UserError(
                gettext_noop("A parameter of report %(report)s is too long."), report=self.report_id
            )
        return touched


_jobs: dict[int, Job] = {}


def job(
    report_id: int,
    *,
    caption: str,
    parameters: type[P],
    reads: tuple[str, ...] = (),
    writes: tuple[str, ...] = (),
    spared: Spared[P] = nothing,
) -> Callable[[Flow[P]], Flow[P]]:
    """Register a flow as the job `report_id`.

    `caption` is marked with `gettext_noop`. `reads` and `writes` name resources; `{company}` and the names of the
    parameters stand for their values: `{company}/{shop}/orders`. `spared` says which of these names a run can do
    without as things are set up when it starts; that may change meanwhile, so the flow asks what its run `holds`.
    """

    def register(flow: Flow[P]) -> Flow[P]:
        if report_id in _jobs and _jobs[report_id].flow is not flow:
            raise ValueError(f"report {report_id} is registered twice")
        _jobs[report_id] = Job(report_id, caption, parameters, reads, writes, flow, spared)
        return flow

    return register


def jobs() -> list[Job]:
    """Return every job, by number."""
    return [_jobs[number] for number in sorted(_jobs)]


def job_of(report_id: int) -> Job:
    """Return the job with this number; raise UserError when there is none."""
    try:
        return _jobs[report_id]
    except KeyError:
        raise UserError(
            gettext_noop("There is no report %(report)s. The reports are: %(known)s."),
            report=report_id,
            known=", ".join(str(number) for number in sorted(_jobs)) or "-",
        ) from None


def caption_of(report_id: int) -> str:
    """Return the job's caption in the reader's language, or its number when this version does not know it."""
    known = _jobs.get(report_id)
    return say(known.caption, {}) if known else str(report_id)
