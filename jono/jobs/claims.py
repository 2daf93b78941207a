"""Claims: what a run holds while it works, refused by the database when it collides with another run's."""

from collections.abc import Sequence

from django.db import connection

from jono.jobs.conflicts import Access, Touch, collide
from jono.jobs.models import Claim, Run


def take(run: Run, wanted: Sequence[Touch]) -> int | None:
    """Claim all that is wanted for the run; return the id of a run that stands in the way, or None.

    Call it in a transaction, and undo that when it returns a run: part of what was wanted may be claimed by then.
    The run in the way cannot end before this transaction does, so whoever waits for it is seen when it ends.
    """
    missing = list(wanted)
    while missing:
        taken = _insert(run, missing)
        missing = [touch for touch in missing if touch.resource not in taken]
        holder = _holder(missing)
        if holder:
            return holder
    return None


def release(run: Run) -> None:
    """Give up all that the run holds."""
    Claim.objects.filter(run=run).delete()


def hand_over(run: Run, to: Run) -> None:
    """Pass the run's claims on, without a moment in which they are free."""
    Claim.objects.filter(run=run).update(run=to)


def keep(run_id: int) -> bool:
    """Keep a run in process from ending before this transaction does; return False when it has ended.

    So whoever waits for it is seen when it ends. It may go on booking pages meanwhile.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM jobs_run WHERE id = %s AND ended_at IS NULL FOR KEY SHARE", [run_id])
        return cursor.fetchone() is not None


def category(company_code: str, code: str) -> Touch:
    """Return what an entry of a category claims: of those of one company, one runs at a time."""
    return Touch(f"{company_code}//category/{code}", Access.WRITE)


def _insert(run: Run, wanted: Sequence[Touch]) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO jobs_claim (run_id, resource, access)"
            " SELECT %s, * FROM unnest(%s::text[], %s::text[]) ON CONFLICT DO NOTHING RETURNING resource",
            [run.pk, [touch.resource for touch in wanted], [touch.access.value for touch in wanted]],
        )
        return {resource for (resource,) in cursor.fetchall()}


def _holder(wanted: Sequence[Touch]) -> int | None:
    """A run in process whose claims collide with these, kept from ending until we commit."""
    held = Claim.objects.filter(resource__in=[touch.resource for touch in wanted]).order_by("run_id")
    for claim in held:
        theirs = Touch(claim.resource, Access(claim.access))
        if any(collide(touch, theirs) for touch in wanted) and keep(claim.run_id):
            return claim.run_id
    return None
