"""Two jobs that only tests know: one shears sheep of a pasture, one counts them."""

from collections.abc import Callable, Iterator

import pytest

from jono.jobs import registry
from jono.jobs.registry import Parameters, job
from jono.jobs.work import Work
from jono.kit.errors import UserError, gettext_noop

SHEAR, COUNT = 50000, 50001


class Pasture(Parameters):
    """Which pasture, and its sheep in pages: `black` ones are skipped, `wild` ones fail."""

    pasture: str = "north"
    pages: tuple[tuple[str, ...], ...] = ()


Hook = Callable[[Work], None]


class Hooks:
    """What a test wants to happen while a job runs."""

    before_page: Hook | None = None


@pytest.fixture
def hooks() -> Iterator[Hooks]:
    """Register the jobs for the time of the test."""
    hooks = Hooks()

    def tend(work: Work, parameters: Pasture) -> None:
        work.expect(sum(len(page) for page in parameters.pages))
        for sheep in parameters.pages:
            if hooks.before_page:
                hooks.before_page(work)
            with work.page() as page:
                for name in sheep:
                    if name == "black":
                        page.skip(name, name, gettext_noop("Its wool is not wanted."))
                    elif name == "wild":
                        page.fail(
                            name, name, UserError(gettext_noop("%(name)s cannot be caught."), name=name)
                        )
                    else:
                        page.done(name, name)

    job(SHEAR, caption="Shear Sheep", parameters=Pasture, writes=("{company}/{pasture}/sheep",))(tend)
    job(COUNT, caption="Count Sheep", parameters=Pasture, reads=("{company}/{pasture}/sheep",))(tend)
    yield hooks
    del registry._jobs[SHEAR], registry._jobs[COUNT]
