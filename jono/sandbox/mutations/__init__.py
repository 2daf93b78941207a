"""The mutations that the sandbox store carries out, by the names of the schema."""

from jono.sandbox.mutations import bulk, inventory, webhooks
from jono.sandbox.mutations.carrying_out import Mutation

MUTATIONS: dict[str, Mutation] = {
    "bulkOperationCancel": bulk.cancel,
    "bulkOperationRunMutation": bulk.run_mutation,
    "bulkOperationRunQuery": bulk.run_query,
    "inventoryActivate": inventory.activate,
    "inventoryAdjustQuantities": inventory.adjust_quantities,
    "inventoryItemUpdate": inventory.update_item,
    "inventorySetQuantities": inventory.set_quantities,
    "stagedUploadsCreate": bulk.create_uploads,
    "webhookSubscriptionCreate": webhooks.create,
    "webhookSubscriptionDelete": webhooks.delete,
    "webhookSubscriptionUpdate": webhooks.update,
}
