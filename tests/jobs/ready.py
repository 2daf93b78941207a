"""Django made ready for a process that tests start: to be imported before whatever needs it."""

import django
from django.apps import apps

if not apps.ready:
    django.setup()
