from typing import Optional

from pydantic import Field

from .base_model import BaseModel


class BulkOperationCancel(BaseModel):
    bulk_operation_cancel: Optional["BulkOperationCancelBulkOperationCancel"] = Field(
        alias="bulkOperationCancel"
    )


class BulkOperationCancelBulkOperationCancel(BaseModel):
    bulk_operation: Optional["BulkOperationCancelBulkOperationCancelBulkOperation"] = (
        Field(alias="bulkOperation")
    )
    user_errors: list["BulkOperationCancelBulkOperationCancelUserErrors"] = Field(
        alias="userErrors"
    )


class BulkOperationCancelBulkOperationCancelBulkOperation(BaseModel):
    status: str


class BulkOperationCancelBulkOperationCancelUserErrors(BaseModel):
    field: Optional[list[str]]
    message: str


BulkOperationCancel.model_rebuild()
BulkOperationCancelBulkOperationCancel.model_rebuild()
