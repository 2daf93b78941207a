from decimal import Decimal
from typing import Literal, Optional, Union

from pydantic import AwareDatetime, Field

from .base_model import BaseModel


class Attribute(BaseModel):
    key: str
    value: Optional[str]


class BulkState(BaseModel):
    id: str
    status: str
    error_code: Optional[str] = Field(alias="errorCode")
    object_count: int = Field(alias="objectCount")
    root_object_count: int = Field(alias="rootObjectCount")
    file_size: Optional[int] = Field(alias="fileSize")
    url: Optional[str]
    partial_data_url: Optional[str] = Field(alias="partialDataUrl")
    created_at: AwareDatetime = Field(alias="createdAt")


class MailingAddress(BaseModel):
    first_name: Optional[str] = Field(alias="firstName")
    last_name: Optional[str] = Field(alias="lastName")
    name: Optional[str]
    company: Optional[str]
    address_1: Optional[str] = Field(alias="address1")
    address_2: Optional[str] = Field(alias="address2")
    zip_: Optional[str] = Field(alias="zip")
    city: Optional[str]
    province: Optional[str]
    province_code: Optional[str] = Field(alias="provinceCode")
    country: Optional[str]
    country_code: Optional[str] = Field(alias="countryCode")
    phone: Optional[str]
    latitude: Optional[Decimal]
    longitude: Optional[Decimal]


class Customer(BaseModel):
    id: str
    legacy_resource_id: int = Field(alias="legacyResourceId")
    first_name: Optional[str] = Field(alias="firstName")
    last_name: Optional[str] = Field(alias="lastName")
    display_name: str = Field(alias="displayName")
    locale: str
    tax_exempt: bool = Field(alias="taxExempt")
    created_at: AwareDatetime = Field(alias="createdAt")
    updated_at: AwareDatetime = Field(alias="updatedAt")
    default_email_address: Optional["CustomerDefaultEmailAddress"] = Field(
        alias="defaultEmailAddress"
    )
    default_phone_number: Optional["CustomerDefaultPhoneNumber"] = Field(
        alias="defaultPhoneNumber"
    )
    default_address: Optional["CustomerDefaultAddress"] = Field(alias="defaultAddress")


class CustomerDefaultEmailAddress(BaseModel):
    email_address: str = Field(alias="emailAddress")


class CustomerDefaultPhoneNumber(BaseModel):
    phone_number: str = Field(alias="phoneNumber")


class CustomerDefaultAddress(MailingAddress):
    pass


class Money(BaseModel):
    amount: Decimal
    currency_code: str = Field(alias="currencyCode")


class MoneyBag(BaseModel):
    shop_money: "MoneyBagShopMoney" = Field(alias="shopMoney")
    presentment_money: "MoneyBagPresentmentMoney" = Field(alias="presentmentMoney")


class MoneyBagShopMoney(Money):
    pass


class MoneyBagPresentmentMoney(Money):
    pass


class DiscountAllocation(BaseModel):
    allocated_amount_set: "DiscountAllocationAllocatedAmountSet" = Field(
        alias="allocatedAmountSet"
    )


class DiscountAllocationAllocatedAmountSet(MoneyBag):
    pass


class TaxLine(BaseModel):
    title: str
    rate: Optional[Decimal]
    rate_percentage: Optional[Decimal] = Field(alias="ratePercentage")
    channel_liable: Optional[bool] = Field(alias="channelLiable")
    price_set: "TaxLinePriceSet" = Field(alias="priceSet")


class TaxLinePriceSet(MoneyBag):
    pass


class LineItem(BaseModel):
    id: str
    name: str
    title: str
    variant_title: Optional[str] = Field(alias="variantTitle")
    sku: Optional[str]
    vendor: Optional[str]
    quantity: int
    current_quantity: int = Field(alias="currentQuantity")
    unfulfilled_quantity: int = Field(alias="unfulfilledQuantity")
    is_gift_card: bool = Field(alias="isGiftCard")
    requires_shipping: bool = Field(alias="requiresShipping")
    taxable: bool
    product: Optional["LineItemProduct"]
    variant: Optional["LineItemVariant"]
    original_unit_price_set: "LineItemOriginalUnitPriceSet" = Field(
        alias="originalUnitPriceSet"
    )
    discount_allocations: list["LineItemDiscountAllocations"] = Field(
        alias="discountAllocations"
    )
    tax_lines: list["LineItemTaxLines"] = Field(alias="taxLines")
    custom_attributes: list["LineItemCustomAttributes"] = Field(
        alias="customAttributes"
    )


class LineItemProduct(BaseModel):
    id: str
    legacy_resource_id: int = Field(alias="legacyResourceId")


class LineItemVariant(BaseModel):
    id: str
    legacy_resource_id: int = Field(alias="legacyResourceId")
    barcode: Optional[str]


class LineItemOriginalUnitPriceSet(MoneyBag):
    pass


class LineItemDiscountAllocations(DiscountAllocation):
    pass


class LineItemTaxLines(TaxLine):
    pass


class LineItemCustomAttributes(Attribute):
    pass


class OrderTransaction(BaseModel):
    id: str
    kind: str
    status: str
    gateway: Optional[str]
    formatted_gateway: Optional[str] = Field(alias="formattedGateway")
    manual_payment_gateway: bool = Field(alias="manualPaymentGateway")
    created_at: AwareDatetime = Field(alias="createdAt")
    processed_at: Optional[AwareDatetime] = Field(alias="processedAt")
    test: bool
    authorization_code: Optional[str] = Field(alias="authorizationCode")
    error_code: Optional[str] = Field(alias="errorCode")
    payment_id: Optional[str] = Field(alias="paymentId")
    amount_set: "OrderTransactionAmountSet" = Field(alias="amountSet")
    amount_rounding_set: Optional["OrderTransactionAmountRoundingSet"] = Field(
        alias="amountRoundingSet"
    )


class OrderTransactionAmountSet(MoneyBag):
    pass


class OrderTransactionAmountRoundingSet(MoneyBag):
    pass


class ShippingLine(BaseModel):
    id: Optional[str]
    title: str
    code: Optional[str]
    source: Optional[str]
    original_price_set: "ShippingLineOriginalPriceSet" = Field(alias="originalPriceSet")
    discount_allocations: list["ShippingLineDiscountAllocations"] = Field(
        alias="discountAllocations"
    )
    tax_lines: list["ShippingLineTaxLines"] = Field(alias="taxLines")


class ShippingLineOriginalPriceSet(MoneyBag):
    pass


class ShippingLineDiscountAllocations(DiscountAllocation):
    pass


class ShippingLineTaxLines(TaxLine):
    pass


class Order(BaseModel):
    id: str
    legacy_resource_id: int = Field(alias="legacyResourceId")
    name: str
    created_at: AwareDatetime = Field(alias="createdAt")
    updated_at: AwareDatetime = Field(alias="updatedAt")
    processed_at: AwareDatetime = Field(alias="processedAt")
    cancelled_at: Optional[AwareDatetime] = Field(alias="cancelledAt")
    cancel_reason: Optional[str] = Field(alias="cancelReason")
    closed: bool
    closed_at: Optional[AwareDatetime] = Field(alias="closedAt")
    confirmed: bool
    edited: bool
    test: bool
    fully_paid: bool = Field(alias="fullyPaid")
    unpaid: bool
    refundable: bool
    display_financial_status: Optional[str] = Field(alias="displayFinancialStatus")
    display_fulfillment_status: str = Field(alias="displayFulfillmentStatus")
    return_status: str = Field(alias="returnStatus")
    email: Optional[str]
    phone: Optional[str]
    note: Optional[str]
    tags: list[str]
    po_number: Optional[str] = Field(alias="poNumber")
    source_name: Optional[str] = Field(alias="sourceName")
    currency_code: str = Field(alias="currencyCode")
    presentment_currency_code: str = Field(alias="presentmentCurrencyCode")
    taxes_included: bool = Field(alias="taxesIncluded")
    tax_exempt: bool = Field(alias="taxExempt")
    discount_code: Optional[str] = Field(alias="discountCode")
    discount_codes: list[str] = Field(alias="discountCodes")
    total_weight: Optional[int] = Field(alias="totalWeight")
    subtotal_line_items_quantity: int = Field(alias="subtotalLineItemsQuantity")
    current_subtotal_line_items_quantity: int = Field(
        alias="currentSubtotalLineItemsQuantity"
    )
    total_price_set: "OrderTotalPriceSet" = Field(alias="totalPriceSet")
    subtotal_price_set: Optional["OrderSubtotalPriceSet"] = Field(
        alias="subtotalPriceSet"
    )
    total_tax_set: Optional["OrderTotalTaxSet"] = Field(alias="totalTaxSet")
    total_discounts_set: Optional["OrderTotalDiscountsSet"] = Field(
        alias="totalDiscountsSet"
    )
    total_shipping_price_set: "OrderTotalShippingPriceSet" = Field(
        alias="totalShippingPriceSet"
    )
    total_tip_received_set: "OrderTotalTipReceivedSet" = Field(
        alias="totalTipReceivedSet"
    )
    current_total_price_set: "OrderCurrentTotalPriceSet" = Field(
        alias="currentTotalPriceSet"
    )
    current_total_discounts_set: "OrderCurrentTotalDiscountsSet" = Field(
        alias="currentTotalDiscountsSet"
    )
    total_cash_rounding_adjustment: "OrderTotalCashRoundingAdjustment" = Field(
        alias="totalCashRoundingAdjustment"
    )
    app: Optional["OrderApp"]
    attribution: Optional["OrderAttribution"]
    retail_location: Optional["OrderRetailLocation"] = Field(alias="retailLocation")
    purchasing_entity: Optional[
        Union["OrderPurchasingEntityCustomer", "OrderPurchasingEntityPurchasingCompany"]
    ] = Field(alias="purchasingEntity")
    custom_attributes: list["OrderCustomAttributes"] = Field(alias="customAttributes")
    risk: "OrderRisk"
    customer: Optional["OrderCustomer"]
    display_address: Optional["OrderDisplayAddress"] = Field(alias="displayAddress")
    shipping_address: Optional["OrderShippingAddress"] = Field(alias="shippingAddress")
    billing_address: Optional["OrderBillingAddress"] = Field(alias="billingAddress")
    tax_lines: list["OrderTaxLines"] = Field(alias="taxLines")
    transactions: list["OrderTransactions"]
    shipping_lines: "OrderShippingLines" = Field(alias="shippingLines")
    line_items: "OrderLineItems" = Field(alias="lineItems")


class OrderTotalPriceSet(MoneyBag):
    pass


class OrderSubtotalPriceSet(MoneyBag):
    pass


class OrderTotalTaxSet(MoneyBag):
    pass


class OrderTotalDiscountsSet(MoneyBag):
    pass


class OrderTotalShippingPriceSet(MoneyBag):
    pass


class OrderTotalTipReceivedSet(MoneyBag):
    pass


class OrderCurrentTotalPriceSet(MoneyBag):
    pass


class OrderCurrentTotalDiscountsSet(MoneyBag):
    pass


class OrderTotalCashRoundingAdjustment(BaseModel):
    payment_set: "OrderTotalCashRoundingAdjustmentPaymentSet" = Field(
        alias="paymentSet"
    )
    refund_set: "OrderTotalCashRoundingAdjustmentRefundSet" = Field(alias="refundSet")


class OrderTotalCashRoundingAdjustmentPaymentSet(MoneyBag):
    pass


class OrderTotalCashRoundingAdjustmentRefundSet(MoneyBag):
    pass


class OrderApp(BaseModel):
    name: str


class OrderAttribution(BaseModel):
    handle: str
    display_name: str = Field(alias="displayName")


class OrderRetailLocation(BaseModel):
    id: str
    legacy_resource_id: int = Field(alias="legacyResourceId")
    name: str


class OrderPurchasingEntityCustomer(BaseModel):
    typename__: Literal["Customer"] = Field(alias="__typename")


class OrderPurchasingEntityPurchasingCompany(BaseModel):
    typename__: Literal["PurchasingCompany"] = Field(alias="__typename")


class OrderCustomAttributes(Attribute):
    pass


class OrderRisk(BaseModel):
    assessments: list["OrderRiskAssessments"]


class OrderRiskAssessments(BaseModel):
    risk_level: str = Field(alias="riskLevel")


class OrderCustomer(Customer):
    pass


class OrderDisplayAddress(MailingAddress):
    pass


class OrderShippingAddress(MailingAddress):
    pass


class OrderBillingAddress(MailingAddress):
    pass


class OrderTaxLines(TaxLine):
    pass


class OrderTransactions(OrderTransaction):
    pass


class OrderShippingLines(BaseModel):
    nodes: list["OrderShippingLinesNodes"]
    page_info: "OrderShippingLinesPageInfo" = Field(alias="pageInfo")


class OrderShippingLinesNodes(ShippingLine):
    pass


class OrderShippingLinesPageInfo(BaseModel):
    has_next_page: bool = Field(alias="hasNextPage")
    end_cursor: Optional[str] = Field(alias="endCursor")


class OrderLineItems(BaseModel):
    nodes: list["OrderLineItemsNodes"]
    page_info: "OrderLineItemsPageInfo" = Field(alias="pageInfo")


class OrderLineItemsNodes(LineItem):
    pass


class OrderLineItemsPageInfo(BaseModel):
    has_next_page: bool = Field(alias="hasNextPage")
    end_cursor: Optional[str] = Field(alias="endCursor")


Attribute.model_rebuild()
BulkState.model_rebuild()
MailingAddress.model_rebuild()
Customer.model_rebuild()
Money.model_rebuild()
MoneyBag.model_rebuild()
DiscountAllocation.model_rebuild()
TaxLine.model_rebuild()
LineItem.model_rebuild()
OrderTransaction.model_rebuild()
ShippingLine.model_rebuild()
Order.model_rebuild()
