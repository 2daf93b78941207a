from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .fragments import BulkState


class BulkOperationRunQuery(BaseModel):
    bulk_operation_run_query: Optional["BulkOperationRunQueryBulkOperationRunQuery"] = (
        Field(alias="bulkOperationRunQuery")
    )


class BulkOperationRunQueryBulkOperationRunQuery(BaseModel):
    bulk_operation: Optional[
        "BulkOperationRunQueryBulkOperationRunQueryBulkOperation"
    ] = Field(alias="bulkOperation")
    user_errors: list["BulkOperationRunQueryBulkOperationRunQueryUserErrors"] = Field(
        alias="userErrors"
    )


BulkOperationRunQueryBulkOperationRunQueryBulkOperation = BulkState


class BulkOperationRunQueryBulkOperationRunQueryUserErrors(BaseModel):
    field: Optional[list[str]]
    message: str
    code: Optional[str]


BulkOperationRunQuery.model_rebuild()
BulkOperationRunQueryBulkOperationRunQuery.model_rebuild()
