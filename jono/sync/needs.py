"""What each job asks of a store: its operations, and so the access scopes that the store's app needs."""

from collections.abc import Collection
from dataclasses import dataclass

from jono.shopify.scopes import missing, needs_of_operations

CONNECTING = ("Shop",)
"""What is asked whenever a shop is connected or tested."""

BULK_READING = ("BulkOperation", "BulkOperations", "BulkOperationRunQuery", "BulkOperationCancel")
BULK_CHANGES = ("StagedUploadsCreate", "BulkOperationRunMutation")
"""What flows ask that send changes in bulk, besides their own mutations."""

OPERATIONS_OF_JOBS: dict[int, tuple[str, ...]] = {
    30103: (),
    30104: (
        "Orders",
        "OrdersById",
        "OrdersCount",
        "OrderIds",
        "LineItemsOfOrder",
        "ShippingLinesOfOrder",
        *BULK_READING,
    ),
    90001: ("Shop", "WebhookSubscriptions", "WebhookSubscriptionCreate", "WebhookSubscriptionDelete"),
}


@dataclass(frozen=True)
class Lack:
    """A scope that the app was not granted, and the reports that need it."""

    scope: str
    report_ids: tuple[int, ...]


def lacks(granted: Collection[str]) -> list[Lack]:
    """Return the scopes that are missing for one job or another."""
    by_scope: dict[str, list[int]] = {}
    for report_id, operations in OPERATIONS_OF_JOBS.items():
        for scope in missing(needs_of_operations(operations), granted):
            by_scope.setdefault(scope, []).append(report_id)
    return [Lack(scope, tuple(report_ids)) for scope, report_ids in sorted(by_scope.items())]


def scopes_to_ask_for() -> list[str]:
    """Return every scope that an app for all jobs needs."""
    return [lack.scope for lack in lacks(())]
