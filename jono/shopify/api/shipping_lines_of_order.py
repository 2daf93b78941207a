from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .fragments import ShippingLine


class ShippingLinesOfOrder(BaseModel):
    order: Optional["ShippingLinesOfOrderOrder"]


class ShippingLinesOfOrderOrder(BaseModel):
    shipping_lines: "ShippingLinesOfOrderOrderShippingLines" = Field(
        alias="shippingLines"
    )


class ShippingLinesOfOrderOrderShippingLines(BaseModel):
    nodes: list["ShippingLinesOfOrderOrderShippingLinesNodes"]
    page_info: "ShippingLinesOfOrderOrderShippingLinesPageInfo" = Field(
        alias="pageInfo"
    )


ShippingLinesOfOrderOrderShippingLinesNodes = ShippingLine


class ShippingLinesOfOrderOrderShippingLinesPageInfo(BaseModel):
    has_next_page: bool = Field(alias="hasNextPage")
    end_cursor: Optional[str] = Field(alias="endCursor")


ShippingLinesOfOrder.model_rebuild()
ShippingLinesOfOrderOrder.model_rebuild()
ShippingLinesOfOrderOrderShippingLines.model_rebuild()
