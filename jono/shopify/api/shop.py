from pydantic import Field

from .base_model import BaseModel


class Shop(BaseModel):
    shop: "ShopShop"
    current_app_installation: "ShopCurrentAppInstallation" = Field(
        alias="currentAppInstallation"
    )


class ShopShop(BaseModel):
    id: str
    name: str
    email: str
    myshopify_domain: str = Field(alias="myshopifyDomain")
    currency_code: str = Field(alias="currencyCode")
    taxes_included: bool = Field(alias="taxesIncluded")
    iana_timezone: str = Field(alias="ianaTimezone")
    weight_unit: str = Field(alias="weightUnit")
    plan: "ShopShopPlan"


class ShopShopPlan(BaseModel):
    public_display_name: str = Field(alias="publicDisplayName")
    shopify_plus: bool = Field(alias="shopifyPlus")
    partner_development: bool = Field(alias="partnerDevelopment")


class ShopCurrentAppInstallation(BaseModel):
    access_scopes: list["ShopCurrentAppInstallationAccessScopes"] = Field(
        alias="accessScopes"
    )


class ShopCurrentAppInstallationAccessScopes(BaseModel):
    handle: str


Shop.model_rebuild()
ShopShop.model_rebuild()
ShopCurrentAppInstallation.model_rebuild()
