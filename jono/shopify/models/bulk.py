"""Bulk operations that a flow has under way in a store: what was asked for, and how much of it has been dealt with."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from jono.shopify.models.shop import Shop


class BulkOperation(models.Model):
    """One bulk operation, from before it is asked for until all that it has brought is dealt with; then it goes.

    `asked_at` is noted before the store is asked, `gid`, the store's own id of it, when it has answered: with the one
    and without the other nobody knows, and the operation is looked for by its `key`, which is in its name. `began_at`
    is by the store's clock. `position` is how many bytes of its file have been dealt with, `lines` and `records` how
    many lines and whole records they were.
    """

    shop = models.ForeignKey(
        Shop, models.CASCADE, related_name="bulk_operations", verbose_name=_("Shopify Shop")
    )
    purpose = models.CharField(_("Synchronization Type"), max_length=50)
    operation = models.CharField(max_length=100)
    variables = models.JSONField(default=dict)
    key = models.UUIDField(unique=True, default=uuid.uuid4)
    asked_at = models.DateTimeField(null=True)
    gid = models.CharField(max_length=200, blank=True, default="")
    began_at = models.DateTimeField(null=True)
    expected = models.PositiveIntegerField(default=0)
    position = models.PositiveBigIntegerField(default=0)
    lines = models.PositiveBigIntegerField(default=0)
    records = models.PositiveBigIntegerField(default=0)
    failures = models.PositiveSmallIntegerField(default=0)
    # The job queue entry that the store's word of the end wakes.
    entry_no = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("Bulk Operation")
        verbose_name_plural = _("Bulk Operations")
        constraints = [
            models.UniqueConstraint("shop", "purpose", name="one_bulk_operation_of_a_purpose"),
        ]
        indexes = [models.Index("gid", name="bulk_operation_gid")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.gid}".strip()


class BulkLine(models.Model):
    """One line of a file of changes: the record it is about, and what the store is asked to make of it."""

    bulk_operation = models.ForeignKey(BulkOperation, models.CASCADE, related_name="changes")
    number = models.PositiveIntegerField()
    record = models.CharField(max_length=200)
    variables = models.JSONField()

    class Meta:
        verbose_name = _("Line of a Bulk Operation")
        constraints = [models.UniqueConstraint("bulk_operation", "number", name="one_change_a_line")]

    def __str__(self) -> str:
        return f"{self.number} {self.record}"
