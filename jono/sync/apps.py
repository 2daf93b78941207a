"""Tells Django about the sync room."""

from importlib import import_module

from django.apps import AppConfig

FLOWS = ("orders", "documents", "store_check")


class SyncConfig(AppConfig):
    """The sync room: when Django starts, each flow registers itself as a job."""

    name = "jono.sync"

    def ready(self) -> None:
        for flow in FLOWS:
            import_module(f"jono.sync.{flow}")
