from typing import Optional

from pydantic import AwareDatetime, Field

from .base_model import BaseModel


class OrderIds(BaseModel):
    orders: "OrderIdsOrders"


class OrderIdsOrders(BaseModel):
    nodes: list["OrderIdsOrdersNodes"]
    page_info: "OrderIdsOrdersPageInfo" = Field(alias="pageInfo")


class OrderIdsOrdersNodes(BaseModel):
    id: str
    updated_at: AwareDatetime = Field(alias="updatedAt")


class OrderIdsOrdersPageInfo(BaseModel):
    has_next_page: bool = Field(alias="hasNextPage")
    end_cursor: Optional[str] = Field(alias="endCursor")


OrderIds.model_rebuild()
OrderIdsOrders.model_rebuild()
