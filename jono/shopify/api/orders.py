from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .fragments import Order


class Orders(BaseModel):
    orders: "OrdersOrders"


class OrdersOrders(BaseModel):
    nodes: list["OrdersOrdersNodes"]
    page_info: "OrdersOrdersPageInfo" = Field(alias="pageInfo")


OrdersOrdersNodes = Order


class OrdersOrdersPageInfo(BaseModel):
    has_next_page: bool = Field(alias="hasNextPage")
    end_cursor: Optional[str] = Field(alias="endCursor")


Orders.model_rebuild()
OrdersOrders.model_rebuild()
