"""What a person wants done: job queue entries, their categories and the history of their changes."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jono.jobs.registry import caption_of
from jono.jobs.schedule import Recurrence
from jono.jobs.sequel import MOST_ATTEMPTS, AfterLastFailure, CountFrom, MissedSlots, Policy
from jono.kit.clock import now
from jono.kit.language import say

TWELVE_HOURS = timedelta(hours=12)


RECURS = ~Q(next_run_date_formula="")
"""The condition that an entry recurs, for queries; `JobQueueEntry.recurring` for one that is at hand."""
for _day in ("mondays", "tuesdays", "wednesdays", "thursdays", "fridays", "saturdays", "sundays"):
    RECURS |= Q((f"run_on_{_day}", True))


def server_zone() -> str:
    """Return the time zone an entry has unless it names its own."""
    return settings.TIME_ZONE


class Category(models.Model):
    """A job queue category (Business Central's table 471): of its entries one runs at a time."""

    code = models.CharField(_("Code"), max_length=10, primary_key=True)
    description = models.CharField(_("Description"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("Job Queue Category")
        verbose_name_plural = _("Job Queue Categories")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class JobQueueEntry(models.Model):
    """What a person wants done, once or again and again (Business Central's table 472).

    Fields bear that table's names; times are instants, the recurrence's clock times are of `time_zone`.
    Only `jono.jobs.queue` changes `status` and what hangs on it.
    """

    class Status(models.TextChoices):
        READY = "ready", _("Ready")
        IN_PROCESS = "in process", _("In Process")
        WAITING = "waiting", _("Waiting")
        ERROR = "error", _("Error")
        ON_HOLD = "on hold", _("On Hold")
        INACTIVE = "on hold with inactivity timeout", _("On Hold with Inactivity Timeout")
        FINISHED = "finished", _("Finished")

    class Priority(models.IntegerChoices):
        HIGH = 1000, _("High")
        NORMAL = 2000, _("Normal")
        LOW = 3000, _("Low")

    class CountFrom(models.TextChoices):
        SCHEDULE = CountFrom.SCHEDULE.value, _("Schedule")
        COMPLETION = CountFrom.COMPLETION.value, _("Completion")

    class MissedSlots(models.TextChoices):
        SKIP = MissedSlots.SKIP.value, _("Skip")
        RUN_ONCE = MissedSlots.RUN_ONCE.value, _("Run once")
        CATCH_UP = MissedSlots.CATCH_UP.value, _("Catch up")

    class AfterLastFailure(models.TextChoices):
        NEXT_SLOT = AfterLastFailure.NEXT_SLOT.value, _("Next slot")
        STOP = AfterLastFailure.STOP.value, _("Stop")

    class ReportOutput(models.TextChoices):
        NONE = "none", _("None (Processing only)")

    company_code = models.CharField(_("Company"), max_length=20)
    object_id_to_run = models.PositiveIntegerField(_("Object ID to Run"))
    description = models.CharField(_("Description"), max_length=250, blank=True)
    parameters = models.JSONField(_("Parameters"), default=dict, blank=True)
    status = models.CharField(_("Status"), max_length=40, choices=Status, default=Status.ON_HOLD)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name=_("User ID")
    )
    service_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="service_entries",
        verbose_name=_("Service User"),
        help_text=_("The entry always runs as this user. Blank: as whoever set it to Ready."),
    )
    earliest_start_at = models.DateTimeField(_("Earliest Start Date/Time"), null=True, blank=True)
    expiration_at = models.DateTimeField(_("Expiration Date/Time"), null=True, blank=True)
    run_on_mondays = models.BooleanField(_("Run on Mondays"), default=False)
    run_on_tuesdays = models.BooleanField(_("Run on Tuesdays"), default=False)
    run_on_wednesdays = models.BooleanField(_("Run on Wednesdays"), default=False)
    run_on_thursdays = models.BooleanField(_("Run on Thursdays"), default=False)
    run_on_fridays = models.BooleanField(_("Run on Fridays"), default=False)
    run_on_saturdays = models.BooleanField(_("Run on Saturdays"), default=False)
    run_on_sundays = models.BooleanField(_("Run on Sundays"), default=False)
    no_of_minutes_between_runs = models.PositiveIntegerField(_("No. of Minutes between Runs"), default=0)
    starting_time = models.TimeField(_("Starting Time"), null=True, blank=True)
    ending_time = models.TimeField(_("Ending Time"), null=True, blank=True)
    time_zone = models.CharField(_("Time Zone"), max_length=64, default=server_zone)
    next_run_date_formula = models.CharField(_("Next Run Date Formula"), max_length=20, blank=True)
    count_from = models.CharField(
        _("Count From"), max_length=12, choices=CountFrom, default=CountFrom.SCHEDULE
    )
    missed_slots = models.CharField(
        _("Missed Slots"), max_length=12, choices=MissedSlots, default=MissedSlots.SKIP
    )
    maximum_no_of_attempts_to_run = models.PositiveSmallIntegerField(
        _("Maximum No. of Attempts to Run"),
        default=0,
        validators=[MaxValueValidator(MOST_ATTEMPTS)],
        help_text=_("How often a failed run is tried again."),
    )
    no_of_attempts_to_run = models.PositiveSmallIntegerField(_("No. of Attempts to Run"), default=0)
    rerun_delay_sec = models.PositiveIntegerField(
        _("Rerun Delay (sec.)"), default=0, validators=[MaxValueValidator(3600)]
    )
    after_last_failure = models.CharField(
        _("After the Last Failure"),
        max_length=12,
        choices=AfterLastFailure,
        default=AfterLastFailure.NEXT_SLOT,
    )
    rests_when_idle = models.BooleanField(
        _("Rest When There Is Nothing to Do"),
        default=False,
        help_text=_(
            "On Hold with Inactivity Timeout until the period has passed, or a job changes what this one works on."
        ),
    )
    inactivity_timeout_period = models.PositiveIntegerField(
        _("Inactivity Timeout Period"), default=5, help_text=_("In minutes. 0: until something changes.")
    )
    job_timeout = models.DurationField(_("Job Timeout"), default=TWELVE_HOURS)
    notify_on_success = models.BooleanField(_("Notify On Success"), default=False)
    report_output_type = models.CharField(
        _("Report Output Type"), max_length=10, choices=ReportOutput, default=ReportOutput.NONE
    )
    expected_within = models.DurationField(
        _("Expected Success Within"),
        null=True,
        blank=True,
        help_text=_("An alert is raised when the entry has not succeeded for so long. Blank: no such alert."),
    )
    alert_when_waiting = models.PositiveIntegerField(
        _("Alert When Waiting Longer Than (min.)"), null=True, blank=True, default=30
    )
    category_code = models.CharField(_("Job Queue Category Code"), max_length=10, blank=True)
    priority_within_category = models.PositiveSmallIntegerField(
        _("Priority"), choices=Priority, default=Priority.NORMAL
    )
    last_ready_at = models.DateTimeField(_("Last Ready State"), default=now)
    last_success_at = models.DateTimeField(_("Last Success"), null=True)
    error_message = models.TextField(_("Error Message"), blank=True, default="")
    error_values = models.JSONField(default=dict, blank=True)
    waits_for = models.ForeignKey(
        "Run", models.SET_NULL, null=True, blank=True, related_name="waiting", verbose_name=_("Waits for")
    )
    waiting_since_at = models.DateTimeField(_("Waiting Since"), null=True, blank=True)
    created_at = models.DateTimeField(_("Created"), default=now)

    class Meta:
        verbose_name = _("Job Queue Entry")
        verbose_name_plural = _("Job Queue Entries")
        ordering = ["-id"]
        indexes = [
            models.Index(
                "earliest_start_at",
                condition=Q(status__in=["ready", "error", "on hold with inactivity timeout"]),
                name="entry_due",
            ),
            models.Index(
                "company_code", condition=Q(status="on hold with inactivity timeout"), name="entry_resting"
            ),
            models.Index("id", condition=Q(status__in=["waiting", "in process"]), name="entry_at_work"),
            models.Index("id", condition=Q(expected_within__isnull=False), name="entry_expected"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.caption}"

    @property
    def caption(self) -> str:
        """The entry's description, or that of its report."""
        return self.description or caption_of(self.object_id_to_run)

    @property
    def error(self) -> str:
        """The last error in the reader's language."""
        return say(self.error_message, self.error_values)

    @property
    def weekdays(self) -> frozenset[int]:
        """The ISO numbers of the days it runs on."""
        days = (
            self.run_on_mondays, self.run_on_tuesdays, self.run_on_wednesdays, self.run_on_thursdays,
            self.run_on_fridays, self.run_on_saturdays, self.run_on_sundays,
        )  # fmt: skip
        return frozenset(number for number, on in enumerate(days, start=1) if on)

    @property
    def recurring(self) -> bool:
        """Whether it runs again after it has run."""
        return bool(self.weekdays or self.next_run_date_formula)

    @property
    def recurrence(self) -> Recurrence | None:
        """Its recurrence, or None when it runs once."""
        if not self.recurring:
            return None
        return Recurrence(
            self.weekdays,
            self.no_of_minutes_between_runs,
            self.starting_time,
            self.ending_time,
            self.next_run_date_formula,
        )

    @property
    def zone(self) -> ZoneInfo:
        """The zone of its clock times."""
        return ZoneInfo(self.time_zone)

    @property
    def policy(self) -> Policy:
        """What it says about its runs, as arithmetic."""
        return Policy(
            recurrence=self.recurrence,
            zone=self.zone,
            count_from=CountFrom(self.count_from),
            missed_slots=MissedSlots(self.missed_slots),
            after_last_failure=AfterLastFailure(self.after_last_failure),
            maximum_attempts=self.maximum_no_of_attempts_to_run,
            attempts=self.no_of_attempts_to_run,
            rerun_delay=timedelta(seconds=self.rerun_delay_sec),
            rests_when_idle=self.rests_when_idle,
            inactivity=timedelta(minutes=self.inactivity_timeout_period),
        )


class EntryChange(models.Model):
    """Who did what to an entry, and when. It outlives the entry."""

    class Action(models.TextChoices):
        CREATED = "created", _("Created")
        CHANGED = "changed", _("Changed")
        READY = "ready", _("Set to Ready")
        ON_HOLD = "on hold", _("Set On Hold")
        RESTARTED = "restarted", _("Restarted")
        STOPPED = "stopped", _("Stop requested")
        PAUSED = "paused", _("Pause requested")
        CONTINUED = "continued", _("Continued")
        DELETED = "deleted", _("Deleted")

    entry_no = models.BigIntegerField(_("Entry No."))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, verbose_name=_("User ID"))
    at = models.DateTimeField(_("Time"), default=now)
    action = models.CharField(_("Action"), max_length=12, choices=Action)
    changes = models.JSONField(_("Changes"), default=dict, help_text=_("Field: [before, after]."))

    class Meta:
        verbose_name = _("Job Queue Entry Change")
        verbose_name_plural = _("Job Queue Entry Changes")
        ordering = ["-id"]
        indexes = [models.Index("entry_no", "id", name="change_of_entry")]

    def __str__(self) -> str:
        return f"{self.entry_no} {self.get_action_display()}"


class Want(models.Model):
    """What a waiting entry wants to touch: nobody who came later takes it meanwhile."""

    entry = models.ForeignKey(JobQueueEntry, models.CASCADE, related_name="wants")
    resource = models.CharField(_("Resource"), max_length=200)
    access = models.CharField(_("Access"), max_length=5)

    class Meta:
        verbose_name = _("Want")
        indexes = [models.Index("resource", name="want_resource")]

    def __str__(self) -> str:
        return f"{self.resource} {self.access}"
