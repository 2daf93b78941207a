"""Tells Django about the shopify room."""

from django.apps import AppConfig


class ShopifyConfig(AppConfig):
    """The shopify room."""

    name = "jono.shopify"
