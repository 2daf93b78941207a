"""What becomes of an entry when its run has ended: tried again, ready for its next slot, at rest, stopped or done."""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum

from jono.jobs.schedule import Recurrence, next_from_completion, next_run, opening

MOST_ATTEMPTS = 10
"""However many are asked for, an entry is rerun no more often than this (Business Central's limit)."""


class Ending(StrEnum):
    """How a run ended."""

    SUCCESS = "success"
    NOTHING_TO_DO = "nothing to do"
    FAILURE = "failure"
    PUT_OFF = "put off"
    STOPPED = "stopped"
    PAUSED = "paused"


class Then(StrEnum):
    """What the entry does next."""

    READY = "ready"
    REST = "rest"
    ERROR = "error"
    ON_HOLD = "on hold"
    FINISHED = "finished"


class CountFrom(StrEnum):
    """Where the interval of a recurring entry is counted from."""

    SCHEDULE = "schedule"
    COMPLETION = "completion"


class MissedSlots(StrEnum):
    """What a recurring entry does about slots that passed while it could not run."""

    SKIP = "skip"
    RUN_ONCE = "run once"
    CATCH_UP = "catch up"


class AfterLastFailure(StrEnum):
    """What a recurring entry does when its attempts are used up."""

    NEXT_SLOT = "next slot"
    STOP = "stop"


@dataclass(frozen=True)
class Policy:
    """What an entry says about its runs; `attempts` are the reruns used so far."""

    recurrence: Recurrence | None
    zone: tzinfo
    count_from: CountFrom = CountFrom.SCHEDULE
    missed_slots: MissedSlots = MissedSlots.SKIP
    after_last_failure: AfterLastFailure = AfterLastFailure.NEXT_SLOT
    maximum_attempts: int = 0
    attempts: int = 0
    rerun_delay: timedelta = timedelta(0)
    rests_when_idle: bool = False
    inactivity: timedelta = timedelta(minutes=5)


@dataclass(frozen=True)
class Sequel:
    """The entry's next state; `earliest_start_at` None: it does not start by itself. `final`: a last failure."""

    then: Then
    earliest_start_at: datetime | None = None
    attempts: int = 0
    final: bool = False


def sequel(
    policy: Policy, ending: Ending, slot: datetime, at: datetime, put_off_to: datetime | None = None
) -> Sequel:
    """Return what follows a run of `slot` that ended so at `at`."""
    match ending:
        case Ending.PUT_OFF:
            return Sequel(Then.READY, put_off_to, policy.attempts)
        case Ending.PAUSED:
            return Sequel(Then.ON_HOLD, None, policy.attempts)
        case Ending.FAILURE:
            return _after_failure(policy, slot, at)
        case Ending.STOPPED if policy.recurrence is None:
            return Sequel(Then.ON_HOLD)
        case Ending.NOTHING_TO_DO if policy.recurrence and policy.rests_when_idle:
            wakes_at = opening(policy.recurrence, at + policy.inactivity, policy.zone)
            return Sequel(Then.REST, wakes_at if policy.inactivity else None)
    if policy.recurrence is None:
        return Sequel(Then.FINISHED)
    return Sequel(Then.READY, _next_start(policy, policy.recurrence, slot, at))


def is_missed(policy: Policy, slot: datetime, at: datetime) -> bool:
    """Whether a slot found due only at `at` is to be passed over: its successor is due as well, and those skip."""
    recurrence = policy.recurrence
    if recurrence is None or policy.missed_slots != MissedSlots.SKIP:
        return False
    return next_run(recurrence, slot, slot, policy.zone) <= at


def rerun_wait(attempt: int) -> timedelta:
    """Return what is added to the rerun delay before the n-th rerun (Business Central's back-off)."""
    return timedelta(milliseconds=10**attempt) if attempt <= 7 else timedelta(hours=6)


def _after_failure(policy: Policy, slot: datetime, at: datetime) -> Sequel:
    attempt = policy.attempts + 1
    if attempt <= min(policy.maximum_attempts, MOST_ATTEMPTS):
        return Sequel(Then.READY, at + policy.rerun_delay + rerun_wait(attempt), attempt)
    if policy.recurrence and policy.after_last_failure == AfterLastFailure.NEXT_SLOT:
        return Sequel(Then.ERROR, _next_start(policy, policy.recurrence, slot, at), final=True)
    return Sequel(Then.ERROR, None, policy.attempts, final=True)


def _next_start(policy: Policy, recurrence: Recurrence, slot: datetime, at: datetime) -> datetime:
    if policy.count_from == CountFrom.COMPLETION:
        return next_from_completion(recurrence, at, policy.zone)
    following = next_run(recurrence, slot, slot, policy.zone)
    if following > at or policy.missed_slots == MissedSlots.CATCH_UP:
        return following
    if policy.missed_slots == MissedSlots.RUN_ONCE:
        return _latest(recurrence, following, at, policy.zone)
    return next_run(recurrence, at, slot, policy.zone)


def _latest(recurrence: Recurrence, slot: datetime, at: datetime, zone: tzinfo) -> datetime:
    """The last slot that has come by `at`, going on from `slot`."""
    while (following := next_run(recurrence, slot, slot, zone)) <= at:
        slot = following
    return slot
