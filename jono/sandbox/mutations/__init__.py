"""The mutations that the sandbox store carries out, by the names of the schema."""

from jono.sandbox.mutations import bulk, fulfillments, inventory, orders, refunds, webhooks
from jono.sandbox.mutations.carrying_out import Mutation

MUTATIONS: dict[str, Mutation] = {
    "bulkOperationCancel": bulk.cancel,
    "bulkOperationRunMutation": bulk.run_mutation,
    "bulkOperationRunQuery": bulk.run_query,
    "fulfillmentCancel": fulfillments.cancel,
    "fulfillmentCreate": fulfillments.create,
    "fulfillmentTrackingInfoUpdate": fulfillments.update_tracking,
    "inventoryActivate": inventory.activate,
    "inventoryAdjustQuantities": inventory.adjust_quantities,
    "inventoryItemUpdate": inventory.update_item,
    "inventorySetQuantities": inventory.set_quantities,
    "orderCancel": orders.cancel,
    "orderCapture": orders.capture,
    "orderClose": orders.close,
    "orderMarkAsPaid": orders.mark_as_paid,
    "orderOpen": orders.open_,
    "orderUpdate": orders.update,
    "refundCreate": refunds.create,
    "stagedUploadsCreate": bulk.create_uploads,
    "tagsAdd": orders.add_tags,
    "webhookSubscriptionCreate": webhooks.create,
    "webhookSubscriptionDelete": webhooks.delete,
    "webhookSubscriptionUpdate": webhooks.update,
}
