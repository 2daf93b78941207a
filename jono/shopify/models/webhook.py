"""Webhooks that came in: what the store says has happened, kept until it was looked at."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jono.kit.clock import now
from jono.shopify.models.shop import Shop


class WebhookInbox(models.Model):
    """A webhook: that something happened to a record. What, the record itself is asked; the body is not kept."""

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="webhooks", verbose_name=_("Shop"))
    webhook_id = models.CharField(_("Webhook Id"), max_length=100, unique=True)
    event_id = models.CharField(_("Event Id"), max_length=100, blank=True)
    topic = models.CharField(_("Topic"), max_length=100)
    gid = models.CharField(_("Record"), max_length=200)
    triggered_at = models.DateTimeField(_("Triggered"), null=True)
    received_at = models.DateTimeField(_("Received"), default=now)
    done_at = models.DateTimeField(_("Done"), null=True)

    class Meta:
        verbose_name = _("Webhook")
        verbose_name_plural = _("Webhooks")
        ordering = ["-id"]
        indexes = [
            models.Index("shop", "id", condition=Q(done_at=None), name="webhook_waiting"),
            models.Index("received_at", name="webhook_received"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.gid}"


class PrivacyRequest(models.Model):
    """What a customer or a store asks about personal data, which the law wants answered within thirty days."""

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="privacy_requests", verbose_name=_("Shop"))
    webhook_id = models.CharField(_("Webhook Id"), max_length=100, unique=True)
    topic = models.CharField(_("Topic"), max_length=100)
    customer_gid = models.CharField(_("Shopify Customer Id"), max_length=100, blank=True)
    order_gids = models.JSONField(_("Orders"), default=list)
    received_at = models.DateTimeField(_("Received"), default=now)
    answer_by_date = models.DateField(_("Answer By"))
    answered_at = models.DateTimeField(_("Answered"), null=True, blank=True)

    class Meta:
        verbose_name = _("Privacy Request")
        verbose_name_plural = _("Privacy Requests")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.topic} {self.customer_gid}"
