"""Each attempt at an entry: the run, its sign of life, its records and its claims."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DecimalRangeField
from django.db import models
from django.db.models import Case, F, Func, Q, Value, When
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from jono.jobs.conflicts import Access
from jono.jobs.models.entry import JobQueueEntry
from jono.jobs.outcome import Outcome, Tally
from jono.jobs.registry import caption_of
from jono.kit.clock import now
from jono.kit.language import say


class Told(models.Model):
    """A row that carries a message: an English text and the values of its places."""

    message = models.TextField(_("Message"), blank=True, default="")
    values = models.JSONField(blank=True, default=dict)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return say(self.message, self.values)


class Run(models.Model):
    """One attempt at an entry (Business Central's table 474), with a copy of what was asked.

    `token` is the right to write: a run that was taken over has lost it. Only `jono.jobs.queue` changes a run's
    state; its counts are booked with each page of work.
    """

    class Status(models.TextChoices):
        IN_PROCESS = "in process", _("In Process")
        SUCCESS = "success", _("Success")
        ERROR = "error", _("Error")
        PUT_OFF = "put off", _("Put Off")
        STOPPED = "stopped", _("Stopped")

    class Request(models.TextChoices):
        NONE = "", _("None")
        STOP = "stop", _("Stop")
        PAUSE = "pause", _("Pause")

    entry = models.ForeignKey(
        JobQueueEntry, models.SET_NULL, null=True, related_name="runs", verbose_name=_("Job Queue Entry")
    )
    company_code = models.CharField(_("Company"), max_length=20)
    object_id_to_run = models.PositiveIntegerField(_("Object ID to Run"))
    description = models.CharField(_("Description"), max_length=250, blank=True)
    parameters = models.JSONField(_("Parameters"), default=dict)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, verbose_name=_("User ID"))
    status = models.CharField(_("Status"), max_length=20, choices=Status, default=Status.IN_PROCESS)
    token = models.UUIDField(default=uuid.uuid4, editable=False)
    foreground = models.BooleanField(_("In the foreground"), default=False)
    follows = models.OneToOneField(
        "self", models.SET_NULL, null=True, related_name="followed_by", verbose_name=_("Takes over from")
    )
    process_no = models.PositiveIntegerField(null=True, editable=False)
    # Takeovers in a row in which nothing was done: a record that kills its worker must not kill workers for ever.
    fruitless_takeovers = models.PositiveSmallIntegerField(default=0)
    attempt = models.PositiveSmallIntegerField(_("Attempt"), default=0)
    requested = models.CharField(_("Requested"), max_length=5, choices=Request, blank=True, default="")
    slot_at = models.DateTimeField(_("Scheduled for"))
    timeout_at = models.DateTimeField(_("Times Out"), null=True)
    started_at = models.DateTimeField(_("Start Date/Time"), default=now)
    begun_at = models.DateTimeField(_("Begun"), null=True)
    ended_at = models.DateTimeField(_("End Date/Time"), null=True)
    expected = models.PositiveIntegerField(_("Expected records"), null=True)
    done = models.PositiveIntegerField(_("Done"), default=0)
    skipped = models.PositiveIntegerField(_("Skipped"), default=0)
    failed = models.PositiveIntegerField(_("Failed"), default=0)
    # What it has decided and why: messages as errors carry them, `[message, values]`, in their order.
    notes = models.JSONField(default=list)
    error_message = models.TextField(_("Error Message"), blank=True, default="")
    error_values = models.JSONField(default=dict)
    error_call_stack = models.TextField(_("Error Call Stack"), blank=True, default="")
    counted = models.BooleanField(default=False, editable=False)  # into RunTotal

    class Meta:
        verbose_name = _("Job Queue Log Entry")
        verbose_name_plural = _("Job Queue Log Entries")
        ordering = ["-id"]
        indexes = [
            models.Index("id", condition=Q(status="in process"), name="run_in_process"),
            models.Index(fields=["object_id_to_run", "company_code", "-id"], name="run_of_report"),
            models.Index("ended_at", name="run_ended"),
            models.Index("id", condition=Q(counted=False), name="run_not_counted"),
            models.Index(fields=["entry", "-id"], condition=Q(status="success"), name="run_success_of_entry"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.caption}"

    @property
    def caption(self) -> str:
        """What the run was for."""
        return self.description or caption_of(self.object_id_to_run)

    @property
    def error(self) -> str:
        """The error that ended it, in the reader's language."""
        return say(self.error_message, self.error_values)

    @property
    def told_notes(self) -> list[str]:
        """What it has noted, in the reader's language."""
        return [say(message, values) for message, values in self.notes]

    @property
    def tally(self) -> Tally:
        """The counts of its records."""
        return Tally(self.done, self.skipped, self.failed)

    @property
    def duration(self) -> timedelta:
        """How long it has taken so far."""
        end: datetime = self.ended_at or now()
        return end - self.started_at

    @property
    def active(self) -> bool:
        """Whether it has not ended."""
        return self.status == self.Status.IN_PROCESS


class Beat(models.Model):
    """The last sign of life of a run in process. Of its own, because a page of work holds the run's row."""

    run = models.OneToOneField(Run, models.CASCADE, primary_key=True)
    beat_at = models.DateTimeField(default=now)

    class Meta:
        verbose_name = _("Sign of life")


class RunRecord(Told):
    """What became of one record in a run, and why."""

    OUTCOMES = [
        (Outcome.DONE.value, _("Done")),
        (Outcome.SKIPPED.value, _("Skipped")),
        (Outcome.FAILED.value, _("Failed")),
    ]

    run = models.ForeignKey(Run, models.CASCADE, related_name="records")
    key = models.CharField(_("Key"), max_length=200)
    label = models.CharField(_("Record"), max_length=100)
    outcome = models.CharField(_("Outcome"), max_length=10, choices=OUTCOMES)
    # A failure of which nothing later has been said; see `jono.jobs.failures`.
    stands = models.BooleanField(default=False, editable=False)
    call_stack = models.TextField(_("Call Stack"), blank=True, default="")
    at = models.DateTimeField(_("Time"), default=now)

    class Meta:
        verbose_name = _("Record of a run")
        verbose_name_plural = _("Records of a run")
        ordering = ["id"]
        indexes = [
            models.Index("run", "outcome", name="record_outcome"),
            models.Index("key", condition=Q(stands=True), name="record_stands"),
        ]


def _seats() -> Case:
    """The stretch of a number line a claim takes up: a write a resource's whole stretch, a read one seat in it.

    So one constraint, "no two claims overlap", says: any number of readers, or one writer. A resource's stretch
    starts at its 64-bit hash; two names that share one would wait for each other needlessly, and nothing worse.
    """
    wide = Value(2**64)
    number = models.DecimalField(max_digits=60, decimal_places=0)
    start = Cast(Func(F("resource"), Value(0), function="hashtextextended"), number) * wide
    seat = start + F("run_id")
    return Case(
        When(access=Access.WRITE.value, then=Func(start, start + wide, function="numrange")),
        default=Func(seat, seat + Value(1), function="numrange"),
        output_field=DecimalRangeField(),
    )


class Claim(models.Model):
    """What a run in process holds: a resource to read or to write, or its category."""

    ACCESS = [(Access.READ.value, _("Read")), (Access.WRITE.value, _("Write"))]

    run = models.ForeignKey(Run, models.CASCADE, related_name="claims")
    resource = models.CharField(_("Resource"), max_length=200)
    access = models.CharField(_("Access"), max_length=5, choices=ACCESS)
    seats = models.GeneratedField(expression=_seats(), output_field=DecimalRangeField(), db_persist=True)

    class Meta:
        verbose_name = _("Claim")
        constraints = [ExclusionConstraint(name="claims_do_not_collide", expressions=[("seats", "&&")])]
        indexes = [models.Index("resource", name="claim_resource")]
