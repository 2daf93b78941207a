"""A run as its flow sees it: pages of work, each committed whole under the run's token."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Event
from typing import TypeVar

from django.db import InterfaceError, OperationalError, transaction

from jono.jobs import failures, queue
from jono.jobs.conflicts import Access
from jono.jobs.models import Claim, Run, RunRecord
from jono.jobs.news import tell
from jono.jobs.outcome import Outcome
from jono.jobs.rows import read, write
from jono.kit.clock import now
from jono.kit.errors import RetryLater, UserError, Value, call_stack_of, gettext_noop, words_of

T = TypeVar("T")

# What ends a run rather than a record: the store or the database is away, whatever the record.
_NOT_THE_RECORDS_FAULT = (RetryLater, OperationalError, InterfaceError)


CHECK_SECONDS = 0.5

_CURRENT = "SELECT {columns} FROM jobs_run WHERE id = %s AND token = %s AND ended_at IS NULL"


class TakenOver(Exception):  # noqa: N818
    """The run's token is no longer the current one: another worker has gone on; this one may commit nothing."""


class WorkerStops(Exception):  # noqa: N818
    """The worker has been asked to stop: the run is handed on at the next page."""


class Work:
    """What a flow holds while it runs: whose run it is, and the way to write pages."""

    def __init__(self, run: Run, stopping: Event, on_progress: Callable[[Run], None] | None = None) -> None:
        self.run = run
        self._stopping = stopping
        self._on_progress = on_progress

    @property
    def company_code(self) -> str:
        """The company whose ERP is worked on."""
        return self.run.company_code

    @property
    def awaited(self) -> bool:
        """Whether a person started it and wants to see it done; what recurs runs by itself."""
        return self.run.foreground or self.run.entry is None or not self.run.entry.recurring

    def holds(self, resource: str) -> bool:
        """Whether the run has claimed to write a resource; it may not without, whatever is wanted of it since."""
        return Claim.objects.filter(run=self.run, resource=resource, access=Access.WRITE).exists()

    def expect(self, remaining: int) -> None:
        """Say how many records are still to come, so that progress can be shown."""
        self.run.expected = self.run.tally.total + remaining
        queue.expect(self.run, self.run.expected)
        self._show()

    def note(self, message: str, /, **values: Value) -> None:
        """Say on the run, for people to read, what it has decided and why; a message is marked by `gettext_noop`."""
        queue.note(self.run, message, values)

    @contextmanager
    def page(self) -> Iterator["Page"]:
        """Open a page: what is written, the cursor that is moved and the outcomes commit together or not at all.

        Read from the store before you open it: it holds the run's row until it ends.
        """
        with transaction.atomic():
            locked = self._current(_CURRENT + " FOR NO KEY UPDATE")
            page = Page(locked)
            yield page
            page.book()
        self.run = locked
        self._show()

    def check(self) -> None:
        """Raise what keeps the run from going on: a stop that was asked for, its timeout, a token that is lost."""
        self._current(_CURRENT)

    def sleep(self, seconds: float) -> None:
        """Wait, as for the store's bucket, and notice within half a second when the run is asked to stop."""
        wakes_at = time.monotonic() + seconds
        while (left := wakes_at - time.monotonic()) > 0:
            self._stopping.wait(min(left, CHECK_SECONDS))
            self.check()

    def _current(self, sql: str) -> Run:
        if self._stopping.is_set():
            raise WorkerStops
        found = read(Run, sql, [self.run.pk, self.run.token])
        if not found:
            raise TakenOver
        (run,) = found
        if run.requested:
            raise queue.Stopped
        if run.timeout_at and run.timeout_at < now():
            raise UserError(gettext_noop("The run took longer than its job timeout. What it has done stays."))
        return run

    def _show(self) -> None:
        if self._on_progress:
            self._on_progress(self.run)


class Page:
    """One page of records and what became of each of them."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._records: list[RunRecord] = []

    def done(self, key: str, label: str) -> None:
        """Count a record that is as it should be."""
        self._note(Outcome.DONE, key, label)

    def skip(self, key: str, label: str, reason: str, /, **values: Value) -> None:
        """Count a record that was left alone, with a reason (marked by `gettext_noop`) a person understands."""
        self._note(Outcome.SKIPPED, key, label, reason, values)

    def fail(self, key: str, label: str, error: Exception) -> None:
        """Count a record that could not be dealt with, and the error."""
        self._note(Outcome.FAILED, key, label, *words_of(error), call_stack_of(error))

    def write(
        self, items: Sequence[T], put: Callable[[Sequence[T]], object], name: Callable[[T], tuple[str, str]]
    ) -> list[T]:
        """Write items together and return those written, for the flow to say what became of them.

        When they are refused they are halved until the bad ones are found, and just those are counted as failed.
        `name` gives an item's key and label.
        """
        if not items:
            return []
        try:
            with transaction.atomic():
                put(items)
        except _NOT_THE_RECORDS_FAULT:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it is recorded as this record's failure
            if len(items) == 1:
                self.fail(*name(items[0]), error)
                return []
            half = len(items) // 2
            return self.write(items[:half], put, name) + self.write(items[half:], put, name)
        return list(items)

    def book(self) -> None:
        """Write the outcomes down and add them to the run's counts."""
        failures.write(self._run, self._records)
        tally = self._run.tally
        for record in self._records:
            tally = tally.count(Outcome(record.outcome))
        self._run.done, self._run.skipped, self._run.failed = tally.done, tally.skipped, tally.failed
        write(self._run, "done", "skipped", "failed")
        tell(self._run)

    def _note(
        self,
        outcome: Outcome,
        key: str,
        label: str,
        message: str = "",
        values: dict[str, Value] | None = None,
        call_stack: str = "",
    ) -> None:
        self._records.append(
            RunRecord(
                run=self._run,
                key=key,
                label=label,
                outcome=outcome.value,
                message=message,
                values=values or {},
                call_stack=call_stack,
            )
        )
