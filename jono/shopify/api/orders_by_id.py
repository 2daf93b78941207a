from typing import Literal, Optional, Union

from pydantic import Field

from .base_model import BaseModel
from .fragments import (  # noqa: F401
    Order,
    OrderApp,
    OrderAttribution,
    OrderBillingAddress,
    OrderCurrentTotalDiscountsSet,
    OrderCurrentTotalPriceSet,
    OrderCustomAttributes,
    OrderCustomer,
    OrderDisplayAddress,
    OrderLineItems,
    OrderPurchasingEntityCustomer,
    OrderPurchasingEntityPurchasingCompany,
    OrderRetailLocation,
    OrderRisk,
    OrderShippingAddress,
    OrderShippingLines,
    OrderSubtotalPriceSet,
    OrderTaxLines,
    OrderTotalCashRoundingAdjustment,
    OrderTotalDiscountsSet,
    OrderTotalPriceSet,
    OrderTotalShippingPriceSet,
    OrderTotalTaxSet,
    OrderTotalTipReceivedSet,
    OrderTransactions,
)


class OrdersById(BaseModel):
    nodes: list[Optional[Union["OrdersByIdNodesNode", "OrdersByIdNodesOrder"]]]


class OrdersByIdNodesNode(BaseModel):
    typename__: Literal[
        "App",
        "AppInstallation",
        "BulkOperation",
        "CalculatedOrder",
        "Company",
        "CompanyAddress",
        "CompanyContact",
        "CompanyLocation",
        "Customer",
        "DraftOrder",
        "DraftOrderLineItem",
        "ExchangeLineItem",
        "Fulfillment",
        "FulfillmentHold",
        "FulfillmentLineItem",
        "FulfillmentOrder",
        "FulfillmentOrderLineItem",
        "GiftCard",
        "GiftCardCreditTransaction",
        "GiftCardDebitTransaction",
        "InventoryAdjustmentGroup",
        "InventoryItem",
        "InventoryItemMeasurement",
        "InventoryLevel",
        "InventoryQuantity",
        "LineItem",
        "Location",
        "MailingAddress",
        "MediaImage",
        "Metafield",
        "Node",
        "OrderEditSession",
        "OrderTransaction",
        "Product",
        "ProductOption",
        "ProductSetOperation",
        "ProductVariant",
        "Refund",
        "RefundShippingLine",
        "Return",
        "ReturnLineItem",
        "ReturnReasonDefinition",
        "Shop",
        "ShopifyPaymentsAccount",
        "ShopifyPaymentsBalanceTransaction",
        "ShopifyPaymentsDispute",
        "ShopifyPaymentsPayout",
        "WebhookSubscription",
    ] = Field(alias="__typename")


class OrdersByIdNodesOrder(Order):
    typename__: Literal["Order"] = Field(alias="__typename")


OrdersById.model_rebuild()
