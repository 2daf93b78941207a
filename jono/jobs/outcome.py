"""What became of the records of a run: the books that must add up."""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What became of one record."""

    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True)
class Tally:
    """How many records a run touched, and what became of them: `total` = done + skipped + failed."""

    done: int = 0
    skipped: int = 0
    failed: int = 0

    @property
    def total(self) -> int:
        return self.done + self.skipped + self.failed

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.done + other.done, self.skipped + other.skipped, self.failed + other.failed)

    def count(self, outcome: Outcome) -> "Tally":
        """Return the tally with one more record of this outcome."""
        return self + Tally(**{outcome.value: 1})
