"""The store's side in our tables: the shop with its sections, and local copies of the store's records."""

from jono.shopify.models.bucket import CostBucket
from jono.shopify.models.bulk import BulkLine, BulkOperation
from jono.shopify.models.call import ShopCall
from jono.shopify.models.order import (
    Order,
    OrderAddress,
    OrderLine,
    OrderShippingCharge,
    OrderTaxLine,
    OrderTransaction,
)
from jono.shopify.models.sent_change import SentChange
from jono.shopify.models.shop import CustomerSettings, OrderSettings, ProductSettings, Shop, ShopConnection
from jono.shopify.models.webhook import PrivacyRequest, WebhookInbox

__all__ = [
    "BulkLine",
    "BulkOperation",
    "CostBucket",
    "CustomerSettings",
    "Order",
    "OrderAddress",
    "OrderLine",
    "OrderSettings",
    "OrderShippingCharge",
    "OrderTaxLine",
    "OrderTransaction",
    "PrivacyRequest",
    "ProductSettings",
    "SentChange",
    "Shop",
    "ShopCall",
    "ShopConnection",
    "WebhookInbox",
]
