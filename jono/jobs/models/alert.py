"""Alerts: what is wrong with an entry, the channels it is told on, and the outbox of what is still to be told."""

import uuid
from datetime import UTC, datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jono.jobs.models.entry import JobQueueEntry
from jono.jobs.models.run import Run, Told
from jono.jobs.registry import caption_of
from jono.kit.clock import now

FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
"""Muted until then: muted until somebody says otherwise."""


class Mutable(models.Model):
    """A row that can be told to keep quiet for a while."""

    muted_until_at = models.DateTimeField(
        _("Muted Until"), null=True, blank=True, help_text=_("Blank: not muted.")
    )

    class Meta:
        abstract = True

    @property
    def muted(self) -> bool:
        """Whether it keeps quiet now."""
        return self.muted_until_at is not None and self.muted_until_at > now()


def server_language() -> str:
    """Return the language a channel speaks unless it names its own."""
    return settings.LANGUAGE_CODE


def muted_at(at: datetime, path: str = "") -> Q:
    """Return the condition that a row, or the one that `path` leads to (`alert__`), is muted at that time."""
    return Q((f"{path}muted_until_at__isnull", False), (f"{path}muted_until_at__gt", at))


class Alert(Told, Mutable):
    """Something about an entry that somebody should know: open until its cause is gone.

    There is one open alert an entry and kind; `times` says how often it was raised. It outlives its entry. A mute
    holds for the alerts of the same entry and kind that follow, too.
    """

    class Kind(models.TextChoices):
        FAILED = "failed", _("Failed")
        OVERDUE = "overdue", _("No Success in Time")
        WAITING = "waiting", _("Waiting Too Long")
        SUCCEEDED = "succeeded", _("Succeeded")
        TEST = "test", _("Test")

    kind = models.CharField(_("Kind"), max_length=10, choices=Kind)
    entry = models.ForeignKey(
        JobQueueEntry,
        models.SET_NULL,
        null=True,
        related_name="alerts",
        verbose_name=_("Job Queue Entry"),
    )
    entry_no = models.BigIntegerField(_("Entry No."), null=True)
    company_code = models.CharField(_("Company"), max_length=20, blank=True)
    object_id_to_run = models.PositiveIntegerField(_("Object ID to Run"), null=True)
    description = models.CharField(_("Description"), max_length=250, blank=True)
    run = models.ForeignKey(Run, models.SET_NULL, null=True, related_name="alerts", verbose_name=_("Run"))
    times = models.PositiveIntegerField(_("Times"), default=1)
    raised_at = models.DateTimeField(_("Raised"), default=now)
    last_at = models.DateTimeField(_("Last Raised"), default=now)
    resolved_at = models.DateTimeField(_("Resolved"), null=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, verbose_name=_("Resolved By")
    )

    class Meta:
        verbose_name = _("Alert")
        verbose_name_plural = _("Alerts")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "kind"], condition=Q(resolved_at=None), name="one_open_alert"
            )
        ]
        indexes = [
            models.Index("id", condition=Q(resolved_at=None), name="alert_open"),
            models.Index(fields=["entry", "kind", "-id"], name="alert_of_entry"),
        ]

    def get_absolute_url(self) -> str:
        """The address of its card."""
        return reverse("jobs.alert", args=[self])

    @property
    def caption(self) -> str:
        """What it is about: the entry's description, or that of its report."""
        return self.description or (caption_of(self.object_id_to_run) if self.object_id_to_run else "Jono")

    @property
    def open(self) -> bool:
        """Whether its cause is still there."""
        return self.resolved_at is None


class AlertChannel(Mutable):
    """A way to tell people of alerts. The banner on every page is one that is always there."""

    class Kind(models.TextChoices):
        BANNER = "banner", _("Page banner")
        EMAIL = "email", _("E-mail")
        WEBHOOK = "webhook", _("Webhook")

    kind = models.CharField(_("Kind"), max_length=10, choices=Kind, default=Kind.EMAIL)
    description = models.CharField(_("Description"), max_length=100)
    enabled = models.BooleanField(_("Enabled"), default=True)
    addresses = models.TextField(
        _("E-mail Addresses"), blank=True, default="", help_text=_("One a line, or with commas between them.")
    )
    url = models.CharField(_("Address"), max_length=500, blank=True, default="")
    sealed_secret = models.TextField(blank=True, default="", editable=False)
    company_code = models.CharField(
        _("Company"), max_length=20, blank=True, default="", help_text=_("Blank: of every company.")
    )
    language = models.CharField(
        _("Language"), max_length=10, choices=settings.LANGUAGES, default=server_language
    )
    tells_failed = models.BooleanField(_("Tells of Failures"), default=True)
    tells_overdue = models.BooleanField(_("Tells of Missing Successes"), default=True)
    tells_waiting = models.BooleanField(_("Tells of Long Waits"), default=True)
    tells_succeeded = models.BooleanField(_("Tells of Successes"), default=True)
    tells_resolved = models.BooleanField(_("Tells When It Is Over"), default=True)
    # After a failure it is left in peace for a moment: a server that is down costs one attempt a minute.
    rests_until_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("Alert Channel")
        verbose_name_plural = _("Alert Channels")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["kind"], condition=Q(kind="banner"), name="one_banner")
        ]

    def __str__(self) -> str:
        return self.description


class Delivery(models.Model):
    """One thing to be told on one channel: a line of the outbox. Its id stays the same however often it is tried."""

    class Event(models.TextChoices):
        RAISED = "raised", _("Raised")
        RESOLVED = "resolved", _("Resolved")
        TEST = "test", _("Test")

    class Status(models.TextChoices):
        DUE = "due", _("Due")
        SENT = "sent", _("Sent")
        GIVEN_UP = "given up", _("Given Up")
        DROPPED = "dropped", _("Dropped")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    alert = models.ForeignKey(Alert, models.CASCADE, related_name="deliveries", verbose_name=_("Alert"))
    channel = models.ForeignKey(
        AlertChannel, models.CASCADE, related_name="deliveries", verbose_name=_("Alert Channel")
    )
    event = models.CharField(_("Event"), max_length=10, choices=Event)
    status = models.CharField(_("Status"), max_length=10, choices=Status, default=Status.DUE)
    attempts = models.PositiveSmallIntegerField(_("Attempts"), default=0)
    created_at = models.DateTimeField(_("Created"), default=now)
    due_at = models.DateTimeField(_("Next Attempt"), default=now)
    sent_at = models.DateTimeField(_("Sent"), null=True)
    error_message = models.TextField(_("Last Error"), blank=True, default="")
    error_values = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("Alert Delivery")
        verbose_name_plural = _("Alert Deliveries")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["alert", "channel", "event"], condition=~Q(event="test"), name="told_once"
            )
        ]
        indexes = [models.Index("channel", "due_at", condition=Q(status="due"), name="delivery_due")]

    def __str__(self) -> str:
        return str(self.id)
