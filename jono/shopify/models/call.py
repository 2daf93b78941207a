"""The log of calls to stores."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from jono.kit.clock import now
from jono.shopify.models.shop import Shop


class ShopCall(models.Model):
    """One call to a store (the connector's table 30115, "Shopify Log Entry"). Its bodies hold no secret."""

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="calls", verbose_name=_("Shop"))
    began_at = models.DateTimeField(_("Date and Time"), default=now)
    operation = models.CharField(_("Operation"), max_length=100)
    status = models.PositiveSmallIntegerField(_("Status Code"), null=True)
    has_error = models.BooleanField(_("Has Error"), default=False)
    error = models.TextField(_("Error Message"), blank=True)
    cost = models.PositiveIntegerField(_("Query Cost"), null=True)
    milliseconds = models.PositiveIntegerField(_("Duration (ms)"))
    request_id = models.CharField(_("Shopify Request Id"), max_length=100, blank=True)
    request = models.TextField(_("Request"), blank=True)
    response = models.TextField(_("Response"), blank=True)

    class Meta:
        verbose_name = _("Shopify Log Entry")
        verbose_name_plural = _("Shopify Log Entries")
        ordering = ["-id"]
        indexes = [models.Index("began_at", name="call_began")]

    def __str__(self) -> str:
        return f"{self.pk} {self.operation}"
