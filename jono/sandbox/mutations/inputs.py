"""What the sandbox store takes of the schema's inputs: arrays are bounded, and what it would ignore it refuses."""

from collections.abc import Iterator
from typing import Any

from graphql import (
    GraphQLError,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLNonNull,
    get_named_type,
    is_list_type,
)

from jono.sandbox.refusals import missing_argument, too_many

ARRAY_LIMIT = 250
VARIANT_LIMIT = 2048
_LONGER = {
    ("productSet", "variants"), ("productVariantsBulkCreate", "variants"), ("productVariantsBulkUpdate", "variants"),
}  # fmt: skip
_MUST_BE_PRESENT = {
    "InventoryQuantityInput": "changeFromQuantity",
    "InventoryChangeInput": "changeFromQuantity",
    "InventoryMoveQuantityTerminalInput": "changeFromQuantity",
    "InventorySetQuantityInput": "changeFromQuantity",
}
_TAKEN: dict[str, frozenset[str]] = {
    name: frozenset(fields.split())
    for name, fields in {
        "InventoryItemInput": """cost countryCodeOfOrigin harmonizedSystemCode measurement provinceCodeOfOrigin
            requiresShipping sku tracked""",
        "InventoryItemMeasurementInput": "weight",
        "CreateMediaInput": "alt mediaContentType originalSource",
        "CustomerInput": "addresses email firstName id lastName locale note phone tags taxExempt taxExemptions",
        "FileCreateInput": "alt contentType originalSource duplicateResolutionMode",
        "FileSetInput": "alt contentType id originalSource duplicateResolutionMode",
        "FileUpdateInput": "alt id originalSource previewImageSource referencesToAdd referencesToRemove",
        "OptionCreateInput": "name position values",
        "OptionSetInput": "name position values",
        "OptionValueCreateInput": "name",
        "OptionValueSetInput": "name",
        "ProductCreateInput": """descriptionHtml giftCard handle productOptions productType seo status tags title
            vendor""",
        "ProductSetIdentifiers": "handle id",
        "ProductSetInput": """descriptionHtml files handle id productOptions productType seo status tags title variants
            vendor""",
        "ProductUpdateInput": "descriptionHtml handle id productType seo status tags title vendor",
        "ProductVariantSetInput": """barcode compareAtPrice id inventoryItem inventoryPolicy inventoryQuantities
            optionValues position price sku taxable""",
        "ProductVariantsBulkInput": """barcode compareAtPrice id inventoryItem inventoryPolicy inventoryQuantities
            mediaId mediaSrc optionValues price taxable""",
        "VariantOptionValueInput": "name optionId optionName",
        "FulfillmentOrderHoldInput": "fulfillmentOrderLineItems handle notifyMerchant reason reasonNotes",
        "FulfillmentInput": "lineItemsByFulfillmentOrder notifyCustomer trackingInfo",
        "CompanyContactInput": "email firstName lastName locale phone",
        "CompanyLocationInput": "externalId name note phone shippingAddress taxRegistrationId billingSameAsShipping",
        "GiftCardCreateInput": "code customerId expiresOn initialAmount initialValue note",
        "DraftOrderInput": """appliedDiscount billingAddress customAttributes customerId email lineItems note phone
            poNumber purchasingEntity shippingAddress shippingLine tags taxExempt""",
        "DraftOrderLineItemInput": """appliedDiscount originalUnitPrice originalUnitPriceWithCurrency priceOverride
            quantity requiresShipping sku taxable title variantId""",
        "ExchangeLineItemInput": "quantity variantId",
        "ReturnInput": "exchangeLineItems notifyCustomer orderId returnLineItems",
        "ReturnLineItemInput": "fulfillmentLineItemId quantity returnReason returnReasonNote",
        "ReturnRequestInput": "orderId returnLineItems",
        "ReturnRequestLineItemInput": "customerNote fulfillmentLineItemId quantity returnReason",
        "OrderInput": "customAttributes email id note phone poNumber shippingAddress tags",
        "OrderCancelRefundMethodInput": "originalPaymentMethodsRefund",
        "OrderCaptureInput": "amount id parentTransactionId currency finalCapture",
        "RefundInput": "allowOverRefunding note notify orderId refundLineItems shipping transactions currency",
        "WebhookSubscriptionInput": "callbackUrl filter format includeFields metafieldNamespaces name uri",
    }.items()
}


def check_inputs(mutation: str, declared: GraphQLField, arguments: dict[str, Any]) -> None:
    """Check a mutation's arguments; raises GraphQLError in the store's words, or the sandbox's own."""
    for name, argument in declared.args.items():
        if arguments.get(name) is not None:
            for problem in _problems(mutation, name, argument.type, arguments[name]):
                raise problem


def _problems(mutation: str, name: str, declared: GraphQLInputType, value: Any) -> Iterator[GraphQLError]:
    bare: Any = declared.of_type if isinstance(declared, GraphQLNonNull) else declared
    if is_list_type(bare):
        limit = VARIANT_LIMIT if (mutation, name) in _LONGER else ARRAY_LIMIT
        if len(value) > limit:
            yield too_many(len(value), limit)
        for each in value:
            yield from _problems(mutation, name, bare.of_type, each)
        return
    kind = get_named_type(bare)
    if isinstance(kind, GraphQLInputObjectType) and value is not None:
        yield from _problems_of_object(mutation, kind, value)


def _problems_of_object(
    mutation: str, kind: GraphQLInputObjectType, value: dict[str, Any]
) -> Iterator[GraphQLError]:
    must = _MUST_BE_PRESENT.get(kind.name)
    if must and must not in value:
        yield missing_argument(kind.name, must)
    taken = _TAKEN.get(kind.name)
    for name, each in value.items():
        if each in (None, [], False, {}):
            continue
        if taken is not None and name not in taken:
            yield GraphQLError(f"The sandbox store does not take {kind.name}.{name}.")
        yield from _problems(mutation, name, kind.fields[name].type, each)
