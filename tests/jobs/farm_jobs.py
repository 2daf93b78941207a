"""Chores on a farm: jobs of several kinds that get into each other's way, and keep a diary of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from jono.jobs import registry
from jono.jobs.models import Run
from jono.jobs.registry import Parameters, job
from jono.jobs.work import Work
from jono.kit.clock import now
from jono.kit.errors import RetryLater, UserError
from tests.jobs import diary
from tests.jobs.diary import Place

SHEAR, COUNT, DRIVE, TRADE = 51000, 51001, 51002, 51003
PASTURES = ("north", "south", "west")
LABOUR = 0.005  # seconds a sheep, besides writing it down
FAILURE = "The sheep ran away."


class Chore(Parameters):
    """What is to be done where: `records` sheep, one a page.

    `put_off`: its first run asks for a later time. `failures`: so many attempts fail at the last sheep.
    """

    name: str
    pasture: str
    other: str
    records: int
    put_off: bool = False
    failures: int = 0


@dataclass(frozen=True)
class Kind:
    """A kind of chore: what it declares, and where it really goes."""

    caption: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    goes: Callable[[Chore], Place]


KINDS = {
    SHEAR: Kind(
        "Shear Sheep",
        reads=(),
        writes=("{company}/{pasture}/sheep",),
        goes=lambda chore: _place([], [chore.pasture]),
    ),
    COUNT: Kind(
        "Count Sheep",
        reads=("{company}/{pasture}/sheep",),
        writes=(),
        goes=lambda chore: _place([chore.pasture], []),
    ),
    DRIVE: Kind(
        "Drive Sheep",
        reads=(),
        writes=("{company}/{pasture}/sheep", "{company}/{other}/sheep"),
        goes=lambda chore: _place([], [chore.pasture, chore.other]),
    ),
    TRADE: Kind(
        "Trade Wool",
        reads=("{company}/{pasture}/sheep", "{company}/{other}/sheep"),
        writes=("{company}//wool",),
        goes=lambda chore: _place([chore.pasture, chore.other], ["wool"]),
    ),
}


def learn() -> None:
    """Register the chores as jobs. Each writes its own cursor too, so that nobody does a chore twice at a time."""
    for report_id, kind in KINDS.items():
        register = job(
            report_id,
            caption=kind.caption,
            parameters=Chore,
            reads=kind.reads,
            writes=(*kind.writes, "{company}/{name}/cursor"),
        )
        register(_tend)


def forget() -> None:
    """Take the chores out of the registry."""
    for report_id in KINDS:
        del registry._jobs[report_id]


def _tend(work: Work, chore: Chore) -> None:
    run = work.run
    place = _whereabouts(run, chore)
    with diary.visit(run.pk, place):
        if chore.put_off and not _has_run_before(run):
            raise RetryLater(now() + timedelta(milliseconds=30), "The sheep are asleep.")
        work.expect(chore.records - diary.how_many_done(chore.name))
        for record in range(diary.how_many_done(chore.name), chore.records):
            _do(work, chore, record)
            work.sleep(LABOUR)


def _do(work: Work, chore: Chore, record: int) -> None:
    with work.page() as page:
        diary.do(chore.name, record, work.run.pk)
        if record == chore.records - 1 and work.run.attempt < chore.failures:
            raise UserError(FAILURE)
        page.done(str(record), f"Sheep {record}")


def _whereabouts(run: Run, chore: Chore) -> Place:
    place = KINDS[run.object_id_to_run].goes(chore)
    writes = {chore.name}
    if run.entry and run.entry.category_code and not run.foreground:
        writes.add(f"category {run.entry.category_code}")
    return Place(place.reads - place.writes, place.writes | writes)


def _has_run_before(run: Run) -> bool:
    return Run.objects.filter(parameters__name=run.parameters["name"], pk__lt=run.pk).exists()


def _place(reads: list[str], writes: list[str]) -> Place:
    return Place(frozenset(reads), frozenset(writes))
