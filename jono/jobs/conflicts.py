"""What a job touches, and which jobs may run side by side."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Access(StrEnum):
    """How a job touches a resource: any number may read it at a time, or one write it."""

    READ = "read"
    WRITE = "write"


@dataclass(frozen=True, order=True)
class Touch:
    """One resource, such as `NORDIC/sandbox/orders`, and how it is touched."""

    resource: str
    access: Access


def touches(reads: Iterable[str], writes: Iterable[str]) -> tuple[Touch, ...]:
    """Return what is touched, each resource once, sorted: who writes a thing need not read it too."""
    written = set(writes)
    read = set(reads) - written
    return tuple(
        sorted([Touch(name, Access.WRITE) for name in written] + [Touch(name, Access.READ) for name in read])
    )


def collide(one: Touch, other: Touch) -> bool:
    """Whether two touches exclude each other: the same resource, written by at least one."""
    return one.resource == other.resource and Access.WRITE in (one.access, other.access)


def may_run_beside(one: Iterable[Touch], other: Iterable[Touch]) -> bool:
    """Whether two jobs that touch these may run at the same time. Symmetric."""
    others = list(other)
    return not any(collide(mine, theirs) for mine in one for theirs in others)
