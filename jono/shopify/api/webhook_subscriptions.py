from typing import Optional

from pydantic import Field

from .base_model import BaseModel


class WebhookSubscriptions(BaseModel):
    webhook_subscriptions: "WebhookSubscriptionsWebhookSubscriptions" = Field(
        alias="webhookSubscriptions"
    )


class WebhookSubscriptionsWebhookSubscriptions(BaseModel):
    nodes: list["WebhookSubscriptionsWebhookSubscriptionsNodes"]
    page_info: "WebhookSubscriptionsWebhookSubscriptionsPageInfo" = Field(
        alias="pageInfo"
    )


class WebhookSubscriptionsWebhookSubscriptionsNodes(BaseModel):
    id: str
    topic: str
    uri: str


class WebhookSubscriptionsWebhookSubscriptionsPageInfo(BaseModel):
    has_next_page: bool = Field(alias="hasNextPage")
    end_cursor: Optional[str] = Field(alias="endCursor")


WebhookSubscriptions.model_rebuild()
WebhookSubscriptionsWebhookSubscriptions.model_rebuild()
