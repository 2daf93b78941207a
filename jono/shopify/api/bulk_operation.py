from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .fragments import BulkState


class BulkOperation(BaseModel):
    bulk_operation: Optional["BulkOperationBulkOperation"] = Field(
        alias="bulkOperation"
    )


BulkOperationBulkOperation = BulkState
BulkOperation.model_rebuild()
