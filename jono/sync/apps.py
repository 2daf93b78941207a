"""Tells Django about the sync room."""

from django.apps import AppConfig


class SyncConfig(AppConfig):
    """The sync room."""

    name = "jono.sync"
