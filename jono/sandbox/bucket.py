"""The sandbox store's cost bucket, leaking as Shopify's does."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """What a store's plan grants an app: points at most, points a second."""

    maximum: int
    restore_rate: int


# Only the Standard bucket has been seen; the others are assumed to hold twenty seconds of their rate as it does.
PLANS = {
    "standard": Plan(2_000, 100),
    "advanced": Plan(4_000, 200),
    "plus": Plan(20_000, 1_000),
    "enterprise": Plan(40_000, 2_000),
}


class CostBucket:
    """The points left to the app; not for several threads at once."""

    def __init__(self, plan: Plan, clock: Callable[[], float] = time.monotonic) -> None:
        self.plan = plan
        self._clock = clock
        self._level = float(plan.maximum)
        self._at = clock()

    def spend(self, points: int) -> bool:
        """Take points out; False, and nothing taken, when there are too few."""
        if points > self._restored():
            return False
        self._level -= points
        return True

    def give_back(self, points: int) -> None:
        """Return what a query did not need after all."""
        self._level = min(self.plan.maximum, self._restored() + points)

    def drain(self) -> None:
        """Empty the bucket, as other work of the same app would."""
        self._restored()
        self._level = 0.0

    def status(self) -> dict[str, float]:
        """Return the bucket as every answer tells it."""
        return {
            "maximumAvailable": float(self.plan.maximum),
            "currentlyAvailable": int(self._restored()),
            "restoreRate": float(self.plan.restore_rate),
        }

    def _restored(self) -> float:
        at = self._clock()
        passed = max(0.0, at - self._at)  # the store's clock may be set back
        self._level = min(self.plan.maximum, self._level + passed * self.plan.restore_rate)
        self._at = at
        return self._level
