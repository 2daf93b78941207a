"""Totals over all runs there have ever been, so that counters only go up: also when the log is cleared.

Ended runs are counted into `RunTotal`, each exactly once; who reads adds those that are not counted yet.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection

BOUNDS = (0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600)
"""Seconds. Bucket 0 holds runs that took less than the first, bucket n those that took at least the n-th."""

_COUNT = """
    WITH ended AS (
        SELECT id FROM jobs_run WHERE ended_at IS NOT NULL AND NOT counted
        ORDER BY id LIMIT %(most)s FOR UPDATE SKIP LOCKED
    ), marked AS (
        UPDATE jobs_run SET counted = true FROM ended WHERE jobs_run.id = ended.id RETURNING jobs_run.*
    ), summed AS (
        SELECT object_id_to_run, status, width_bucket(extract(epoch FROM ended_at - started_at), %(bounds)s) AS bucket,
            count(*) AS runs, sum(ended_at - started_at) AS took,
            sum(done) AS done, sum(skipped) AS skipped, sum(failed) AS failed
        FROM marked GROUP BY 1, 2, 3
    ), kept AS (
        INSERT INTO jobs_runtotal AS total
            (object_id_to_run, status, bucket, runs, took, done, skipped, failed)
        SELECT * FROM summed ORDER BY 1, 2, 3 -- so that no two wait for each other's rows
        ON CONFLICT (object_id_to_run, status, bucket) DO UPDATE SET
            runs = total.runs + excluded.runs, took = total.took + excluded.took, done = total.done + excluded.done,
            skipped = total.skipped + excluded.skipped, failed = total.failed + excluded.failed
    )
    SELECT count(*) FROM marked
"""

_READ = """
    SELECT object_id_to_run, status, bucket, sum(runs)::bigint, sum(took), sum(done)::bigint, sum(skipped)::bigint,
        sum(failed)::bigint
    FROM (
        SELECT object_id_to_run, status, bucket, runs, took, done, skipped, failed FROM jobs_runtotal
        UNION ALL
        SELECT object_id_to_run, status,
            width_bucket(extract(epoch FROM coalesce(ended_at, started_at) - started_at), %(bounds)s),
            (ended_at IS NOT NULL)::int, coalesce(ended_at, started_at) - started_at, done, skipped, failed
        FROM jobs_run WHERE NOT counted
    ) AS everything
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""


@dataclass(frozen=True)
class Total:
    """Runs of one report that ended alike and took about as long; those in process have no runs yet, only records."""

    report_id: int
    status: str
    bucket: int
    runs: int
    took: timedelta
    done: int
    skipped: int
    failed: int


def count_ended(most: int = 1000) -> int:
    """Count ended runs that were not counted yet, the oldest first; return how many that were.

    Any number of workers may do so at once.
    """
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"most": most, "bounds": list(map(float, BOUNDS))})
        (counted,) = cursor.fetchone()
        return int(counted)


def totals() -> Iterator[Total]:
    """Yield the totals of this moment, in one look."""
    with connection.cursor() as cursor:
        cursor.execute(_READ, {"bounds": list(map(float, BOUNDS))})
        yield from (Total(*row) for row in cursor.fetchall())
