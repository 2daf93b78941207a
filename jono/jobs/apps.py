"""Tells Django about the jobs room."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """The jobs room."""

    name = "jono.jobs"
