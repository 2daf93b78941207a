"""Claims: what a run holds while it works, refused by the database when it collides with another run's."""

from collections.abc import Iterable, Mapping, Sequence

from jono.jobs.conflicts import Access, Touch, collide
from jono.jobs.models import Claim, Run
from jono.jobs.rows import ask


def take_turn(company_codes: Iterable[str]) -> None:
    """Be the only one to claim or release in these companies until the present transaction ends.

    So nobody waits for a run that is just ending, and no two wait for each other. That claims do not collide needs
    no turns: the database's constraint sees to it.
    """
    ask(
        "SELECT pg_advisory_xact_lock(hashtextextended('claims/' || code, 0)) FROM unnest(%s::text[]) code",
        [sorted(set(company_codes))],
    )


def take(wanted: Mapping[int, Sequence[Touch]]) -> set[int]:
    """Claim for each run, by its id, what it wants, all or nothing; return the runs that got it.

    Of runs that want the same the first named gets it.
    """
    rows = [
        (touch.resource, rank, run_id, touch.access.value)
        for rank, (run_id, touches) in enumerate(wanted.items())
        for touch in touches
    ]
    resources, _, run_ids, accesses = zip(*sorted(rows), strict=True) if rows else ((), (), (), ())
    inserted = ask(
        "INSERT INTO jobs_claim (run_id, resource, access)"
        " SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[]) ON CONFLICT DO NOTHING RETURNING run_id",
        [list(run_ids), list(resources), list(accesses)],
    )
    taken = [run_id for (run_id,) in inserted]
    complete = {run_id for run_id, touches in wanted.items() if taken.count(run_id) == len(touches)}
    if incomplete := set(taken) - complete:
        Claim.objects.filter(run__in=incomplete).delete()
    return complete


def holder(wanted: Sequence[Touch]) -> int | None:
    """Return a run whose claims keep these from being taken, if there is one."""
    held = Claim.objects.filter(resource__in=[touch.resource for touch in wanted]).order_by("run_id")
    for claim in held:
        theirs = Touch(claim.resource, Access(claim.access))
        if any(collide(touch, theirs) for touch in wanted):
            return claim.run_id
    return None


def release(run: Run) -> set[str]:
    """Give up all that the run holds; return the resources it could write."""
    given_up = ask("DELETE FROM jobs_claim WHERE run_id = %s RETURNING resource, access", [run.pk])
    return {resource for resource, access in given_up if access == Access.WRITE.value}


def hand_over(run: Run, to: Run) -> None:
    """Pass the run's claims on, without a moment in which they are free."""
    Claim.objects.filter(run=run).update(run=to)


def category(company_code: str, code: str) -> Touch:
    """Return what an entry of a category claims: of those of one company, one runs at a time."""
    return Touch(f"{company_code}//category/{code}", Access.WRITE)
