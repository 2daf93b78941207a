from typing import Optional

from pydantic import Field

from .base_model import BaseModel


class OrdersCount(BaseModel):
    orders_count: Optional["OrdersCountOrdersCount"] = Field(alias="ordersCount")


class OrdersCountOrdersCount(BaseModel):
    count: int
    precision: str


OrdersCount.model_rebuild()
