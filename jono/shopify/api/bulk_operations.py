from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .fragments import BulkState


class BulkOperations(BaseModel):
    bulk_operations: "BulkOperationsBulkOperations" = Field(alias="bulkOperations")


class BulkOperationsBulkOperations(BaseModel):
    nodes: list["BulkOperationsBulkOperationsNodes"]
    page_info: "BulkOperationsBulkOperationsPageInfo" = Field(alias="pageInfo")


class BulkOperationsBulkOperationsNodes(BulkState):
    query: str


class BulkOperationsBulkOperationsPageInfo(BaseModel):
    has_next_page: bool = Field(alias="hasNextPage")
    end_cursor: Optional[str] = Field(alias="endCursor")


BulkOperations.model_rebuild()
BulkOperationsBulkOperations.model_rebuild()
