"""Changes that were sent to a store and of which no answer has come yet."""

from django.db import models

from jono.kit.clock import now


class SentChange(models.Model):
    """The key under which a change of a record was sent; gone when the store has answered."""

    key = models.UUIDField(primary_key=True)
    shop = models.ForeignKey("shopify.Shop", models.CASCADE, related_name="sent_changes")
    operation = models.CharField(max_length=100)
    record = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    sent_at = models.DateTimeField(default=now)

    class Meta:
        verbose_name = "Sent change"
        constraints = [
            models.UniqueConstraint(
                "shop", "operation", "record", "digest", name="one_key_of_a_change_on_its_way"
            )
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.record}"
