"""The mutations that the sandbox store carries out, by the names of the schema."""

from contextlib import suppress

from jono.sandbox.mutations import (
    bulk,
    customers,
    fulfillment_orders,
    fulfillments,
    inventory,
    metafields,
    order_edits,
    orders,
    products,
    refunds,
    returns,
    variants,
    webhooks,
)
from jono.sandbox.mutations.carrying_out import Arguments, Mutation, RefusedError
from jono.sandbox.state import State

MUTATIONS: dict[str, Mutation] = {
    "bulkOperationCancel": bulk.cancel,
    "bulkOperationRunMutation": bulk.run_mutation,
    "bulkOperationRunQuery": bulk.run_query,
    "customerCreate": customers.create,
    "customerUpdate": customers.update,
    "fileCreate": products.create_files,
    "fileUpdate": products.update_files,
    "fulfillmentCancel": fulfillments.cancel,
    "fulfillmentCreate": fulfillments.create,
    "fulfillmentTrackingInfoUpdate": fulfillments.update_tracking,
    "fulfillmentOrderAcceptCancellationRequest": fulfillment_orders.accept_cancellation,
    "fulfillmentOrderAcceptFulfillmentRequest": fulfillment_orders.accept_request,
    "fulfillmentOrderHold": fulfillment_orders.hold,
    "fulfillmentOrderMove": fulfillment_orders.move,
    "fulfillmentOrderRejectCancellationRequest": fulfillment_orders.reject_cancellation,
    "fulfillmentOrderRejectFulfillmentRequest": fulfillment_orders.reject_request,
    "fulfillmentOrderReleaseHold": fulfillment_orders.release_hold,
    "fulfillmentOrderSplit": fulfillment_orders.split,
    "fulfillmentOrderSubmitCancellationRequest": fulfillment_orders.submit_cancellation,
    "fulfillmentOrderSubmitFulfillmentRequest": fulfillment_orders.submit_request,
    "inventoryActivate": inventory.activate,
    "inventoryAdjustQuantities": inventory.adjust_quantities,
    "inventoryDeactivate": inventory.deactivate,
    "inventoryItemUpdate": inventory.update_item,
    "inventoryMoveQuantities": inventory.move_quantities,
    "inventorySetOnHandQuantities": inventory.set_on_hand,
    "inventorySetQuantities": inventory.set_quantities,
    "metafieldsSet": metafields.set_,
    "orderCancel": orders.cancel,
    "orderCapture": orders.capture,
    "orderClose": orders.close,
    "orderEditAddCustomItem": order_edits.add_custom_item,
    "orderEditAddVariant": order_edits.add_variant,
    "orderEditBegin": order_edits.begin,
    "orderEditCommit": order_edits.commit,
    "orderEditSetQuantity": order_edits.set_quantity,
    "orderMarkAsPaid": orders.mark_as_paid,
    "orderOpen": orders.open_,
    "orderUpdate": orders.update,
    "productCreate": products.create,
    "productCreateMedia": products.create_media,
    "productDelete": products.delete,
    "productSet": products.set_,
    "productUpdate": products.update,
    "productUpdateMedia": products.update_media,
    "productVariantsBulkCreate": variants.create,
    "productVariantsBulkDelete": variants.delete,
    "productVariantsBulkUpdate": variants.update,
    "refundCreate": refunds.create,
    "returnApproveRequest": returns.approve,
    "returnCancel": returns.cancel,
    "returnClose": returns.close,
    "returnCreate": returns.create,
    "returnDeclineRequest": returns.decline,
    "returnReopen": returns.reopen,
    "returnRequest": returns.request,
    "stagedUploadsCreate": bulk.create_uploads,
    "tagsAdd": orders.add_tags,
    "webhookSubscriptionCreate": webhooks.create,
    "webhookSubscriptionDelete": webhooks.delete,
    "webhookSubscriptionUpdate": webhooks.update,
}
_JOBS = {"orderCancel": orders.finish_cancel, "productSet": products.finish_set}


def finish(state: State, name: str, arguments: Arguments) -> None:
    """Carry out a job that a mutation began; what has become impossible meanwhile is left undone."""
    with suppress(RefusedError), state.writing():
        _JOBS[name](state, arguments)
