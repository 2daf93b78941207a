"""What must be true of the job queue's rows, whatever has happened: asked of one look at the database each."""

from typing import LiteralString

from django.db import connection

ALWAYS: dict[str, LiteralString] = {
    "an entry in process has exactly one run in process": """
        SELECT entry.id FROM jobs_jobqueueentry AS entry WHERE status = 'in process' AND 1 <> (
            SELECT count(*) FROM jobs_run WHERE entry_id = entry.id AND ended_at IS NULL AND NOT foreground)""",
    "an entry has at most one run in process": """
        SELECT entry_id FROM jobs_run WHERE ended_at IS NULL AND NOT foreground AND entry_id IS NOT NULL
        GROUP BY entry_id HAVING count(*) > 1""",
    "a run has ended if and only if it is no longer in process": """
        SELECT id FROM jobs_run WHERE (ended_at IS NULL) <> (status = 'in process')""",
    "a claim belongs to a run in process": """
        SELECT claim.id FROM jobs_claim AS claim JOIN jobs_run AS run ON run.id = run_id
        WHERE run.ended_at IS NOT NULL""",
    "a run in process holds claims": """
        SELECT run.id FROM jobs_run AS run WHERE ended_at IS NULL
        AND NOT EXISTS (SELECT FROM jobs_claim WHERE run_id = run.id)""",
    "no two claims collide": """
        SELECT one.id FROM jobs_claim AS one JOIN jobs_claim AS other USING (resource)
        WHERE one.run_id <> other.run_id AND 'write' IN (one.access, other.access)""",
    "who waits, waits for a run, and only who waits does": """
        SELECT id FROM jobs_jobqueueentry WHERE (status = 'waiting') <> (waits_for_id IS NOT NULL)""",
    # One that nothing is in the way of any more is ready, and keeps its age until it is tried, which is at once.
    "who waits is counted from when": """
        SELECT id FROM jobs_jobqueueentry WHERE status = 'waiting' AND waiting_since_at IS NULL
        OR status NOT IN ('waiting', 'ready') AND waiting_since_at IS NOT NULL""",
    "who waits, and nobody else, says what it wants": """
        SELECT id FROM jobs_jobqueueentry AS entry
        WHERE (waiting_since_at IS NOT NULL) <> EXISTS (SELECT FROM jobs_want WHERE entry_id = entry.id)""",
    "the counts of a run are those of its records": """
        SELECT run.id FROM jobs_run AS run LEFT JOIN jobs_runrecord AS record ON record.run_id = run.id
        GROUP BY run.id HAVING run.done <> count(*) FILTER (WHERE outcome = 'done')
        OR run.skipped <> count(*) FILTER (WHERE outcome = 'skipped')
        OR run.failed <> count(*) FILTER (WHERE outcome = 'failed')""",
}

AT_REST: dict[str, LiteralString] = {
    "no run is in process": "SELECT id FROM jobs_run WHERE ended_at IS NULL",
    "nothing is claimed": "SELECT id FROM jobs_claim",
    "nobody waits": "SELECT id FROM jobs_jobqueueentry WHERE status = 'waiting'",
    "nobody wants anything": "SELECT id FROM jobs_want",
    "nobody's waiting is counted": "SELECT id FROM jobs_jobqueueentry WHERE waiting_since_at IS NOT NULL",
    "nothing is due": """
        SELECT id FROM jobs_jobqueueentry WHERE status IN ('ready', 'error', 'on hold with inactivity timeout')
        AND earliest_start_at < clock_timestamp() + interval '1 minute'""",
    "the engine has nothing left to do": "SELECT id FROM procrastinate_jobs WHERE status = 'todo'",
}


def broken(rules: dict[str, LiteralString]) -> dict[str, list[int]]:
    """Return which rules do not hold, and the rows that break them."""
    with connection.cursor() as cursor:
        found = dict[str, list[int]]()
        for rule, question in rules.items():
            cursor.execute(question)
            if rows := cursor.fetchall():
                found[rule] = [number for (number,) in rows]
        return found


def deadlocks() -> int:
    """Return how many deadlocks PostgreSQL has had to break in this database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


def wipe() -> None:
    """Take every entry and run off the books."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE jobs_jobqueueentry, jobs_run, jobs_entrychange, procrastinate_jobs CASCADE")
