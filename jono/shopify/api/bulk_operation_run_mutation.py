from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .fragments import BulkState


class BulkOperationRunMutation(BaseModel):
    bulk_operation_run_mutation: Optional[
        "BulkOperationRunMutationBulkOperationRunMutation"
    ] = Field(alias="bulkOperationRunMutation")


class BulkOperationRunMutationBulkOperationRunMutation(BaseModel):
    bulk_operation: Optional[
        "BulkOperationRunMutationBulkOperationRunMutationBulkOperation"
    ] = Field(alias="bulkOperation")
    user_errors: list["BulkOperationRunMutationBulkOperationRunMutationUserErrors"] = (
        Field(alias="userErrors")
    )


BulkOperationRunMutationBulkOperationRunMutationBulkOperation = BulkState


class BulkOperationRunMutationBulkOperationRunMutationUserErrors(BaseModel):
    field: Optional[list[str]]
    message: str
    code: Optional[str]


BulkOperationRunMutation.model_rebuild()
BulkOperationRunMutationBulkOperationRunMutation.model_rebuild()
