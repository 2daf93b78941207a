from datetime import timedelta

import pytest
from django.db import DataError, transaction
from django.db.models import Model

from jono.jobs.models import JobQueueEntry, Run, RunRecord
from jono.jobs.rows import execute, insert, read, write
from jono.kit.clock import now

pytestmark = pytest.mark.django_db


def make_entry() -> JobQueueEntry:
    return JobQueueEntry.objects.create(
        company_code="NORDIC",
        object_id_to_run=50000,
        parameters={"pasture": "north", "pages": [["Dolly"]]},
        expected_within=timedelta(hours=1),
        earliest_start_at=now(),
    )


def make_runs(entry: JobQueueEntry) -> list[Run]:
    return [
        Run(entry=entry, company_code="NORDIC", object_id_to_run=50000, parameters=asked, slot_at=now())
        for asked in ({"pasture": "north"}, {})
    ]


def fields(row: Model) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_a_row_is_read_as_django_reads_it() -> None:
    entry = make_entry()
    (found,) = read(
        JobQueueEntry,
        "SELECT {columns} FROM jobs_jobqueueentry WHERE company_code = %s",
        [entry.company_code],
    )
    assert fields(found) == fields(JobQueueEntry.objects.get())


def test_rows_are_inserted_with_all_their_fields_and_get_their_ids() -> None:
    runs = make_runs(make_entry())
    insert(runs)
    assert [fields(run) for run in Run.objects.order_by("id")] == [fields(run) for run in runs]
    records = [
        RunRecord(run=run, key=str(run.pk), label="Dolly", outcome="done", values={"n": 1}) for run in runs
    ]
    insert(records)
    assert [fields(record) for record in RunRecord.objects.all()] == [fields(record) for record in records]


def test_what_is_inserted_can_be_saved_again() -> None:
    run, _ = runs = make_runs(make_entry())
    insert(runs)
    run.description = "Shear"
    run.save()
    assert [one.description for one in Run.objects.order_by("id")] == ["Shear", ""]


def test_of_no_rows_none_is_inserted() -> None:
    insert([])
    assert not Run.objects.exists()


def test_only_the_named_fields_are_written() -> None:
    entry = make_entry()
    entry.error_values, entry.description, entry.waits_for_id = {"name": "Dolly"}, "not written", None
    write(entry, "error_values", "waits_for")
    stored = JobQueueEntry.objects.get()
    assert (stored.error_values, stored.description) == ({"name": "Dolly"}, "")


def test_an_error_is_djangos() -> None:
    with pytest.raises(DataError), transaction.atomic():
        execute("SELECT 1 / %s::int", [0])
