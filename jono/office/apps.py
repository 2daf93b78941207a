"""Tells Django about the office room."""

from django.apps import AppConfig


class OfficeConfig(AppConfig):
    """The office room."""

    name = "jono.office"
