from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .enums import StagedUploadHttpMethodType, StagedUploadTargetGenerateUploadResource


class StagedUploadInput(BaseModel):
    file_size: Optional[int] = Field(alias="fileSize", default=None)
    filename: str
    http_method: Optional[StagedUploadHttpMethodType] = Field(
        alias="httpMethod", default=StagedUploadHttpMethodType.PUT
    )
    mime_type: str = Field(alias="mimeType")
    resource: StagedUploadTargetGenerateUploadResource
