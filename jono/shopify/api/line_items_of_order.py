from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .fragments import LineItem


class LineItemsOfOrder(BaseModel):
    order: Optional["LineItemsOfOrderOrder"]


class LineItemsOfOrderOrder(BaseModel):
    line_items: "LineItemsOfOrderOrderLineItems" = Field(alias="lineItems")


class LineItemsOfOrderOrderLineItems(BaseModel):
    nodes: list["LineItemsOfOrderOrderLineItemsNodes"]
    page_info: "LineItemsOfOrderOrderLineItemsPageInfo" = Field(alias="pageInfo")


LineItemsOfOrderOrderLineItemsNodes = LineItem


class LineItemsOfOrderOrderLineItemsPageInfo(BaseModel):
    has_next_page: bool = Field(alias="hasNextPage")
    end_cursor: Optional[str] = Field(alias="endCursor")


LineItemsOfOrder.model_rebuild()
LineItemsOfOrderOrder.model_rebuild()
LineItemsOfOrderOrderLineItems.model_rebuild()
