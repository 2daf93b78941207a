"""The ASGI door: what a web server serves."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jono.settings")

application = get_asgi_application()
