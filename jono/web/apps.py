"""Tells Django about the web room."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The web room."""

    name = "jono.web"
