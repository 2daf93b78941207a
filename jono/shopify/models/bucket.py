"""A store's cost bucket: one row that all workers on all machines share."""

from django.db import models
from django.db.models.functions import Now


class CostBucket(models.Model):
    """What is known of a store's points.

    `level` points were there at `counted_at`, of them `reserve` for those a person waits for; more are restored as
    time passes. `spent` are the points charged in all. `leases` are the points set aside for calls that have not
    ended, `{id: [points, taken at]}`. Whoever has waited longest holds the turn, until `turn_until` and no longer:
    they may die.
    """

    address = models.CharField(max_length=250, primary_key=True)
    maximum = models.FloatField(default=1000)
    restore_rate = models.FloatField(default=50)
    level = models.FloatField(default=1000)
    reserve = models.FloatField(default=125)
    counted_at = models.DateTimeField(db_default=Now())
    leases = models.JSONField(default=dict)
    spent = models.BigIntegerField(default=0)
    turn_of = models.UUIDField(null=True)
    turn_rank = models.FloatField(default=0)
    turn_until = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = "Cost bucket"

    def __str__(self) -> str:
        return self.address
