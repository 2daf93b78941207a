"""Django's settings: what the environment says, and sound defaults for the rest."""

import hashlib
import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from psycopg.conninfo import conninfo_to_dict

from jono.kit import logs, postgres, secrets
from jono.kit.places import data_directory


def _switch(name: str, default: bool) -> bool:
    return os.environ.get(name, str(default)).strip().lower() in {"1", "true", "yes", "on"}


def _one_of(name: str, default: str, *others: str) -> str:
    chosen = os.environ.get(name, default)
    if chosen not in (default, *others):
        raise ImproperlyConfigured(f"{name} is {chosen!r}; it may be {', '.join((default, *others))}.")
    return chosen


# A server that is gone without a word is given up for lost in half a minute, not in hours (libpq: s, s, s, times, ms).
_PATIENCE: dict[str, object] = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 4,
    "tcp_user_timeout": 30_000,
}


def _database(url: str) -> dict[str, object]:
    """Django's words for a libpq connection string or URL."""
    parts = conninfo_to_dict(url)
    known = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    database: dict[str, object] = {known[name]: value for name, value in parts.items() if name in known}
    options = _PATIENCE | {name: value for name, value in parts.items() if name not in known}
    # The server ends a transaction whose process is frozen or cut off: others wait for what it has locked.
    options["options"] = f"-c idle_in_transaction_session_timeout=20s {parts.get('options', '')}"
    # What one connection is asked again and again it plans once; only `jobs.rows` asks so that this is possible.
    options["prepare_threshold"] = 2
    # Threads of the web and of workers borrow connections and give them back.
    options["pool"] = {
        "min_size": 0,
        "max_size": int(os.environ.get("JONO_DATABASE_CONNECTIONS", "20")),
        "timeout": 10,
        "reconnect_timeout": 10,  # then whoever asks next begins anew: a long outage makes no long pauses
    }
    # One that broke while it lay in the pool is found out as it is borrowed.
    return {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
        **database,
    }


DATABASES = {"default": _database(postgres.address())}

SECRET_KEY = hashlib.sha256(b"django" + secrets.key().encode()).hexdigest()
DEBUG = _switch("JONO_DEBUG", False)
ALLOWED_HOSTS = os.environ.get("JONO_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("JONO_ORIGINS", "").split(",") if origin]
# Where people reach Jono, for the links in alerts: https://jono.example. None: alerts have no links.
JONO_ADDRESS = os.environ.get("JONO_ADDRESS", next(iter(CSRF_TRUSTED_ORIGINS), "")).rstrip("/")
# Whether a shop's address may be a store on this machine: yes where there is a sandbox store.
JONO_SANDBOX_ALLOWED = _switch("JONO_SANDBOX_ALLOWED", (data_directory() / "sandbox.token").exists())

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_htmx",
    "ninja",
    "procrastinate.contrib.django",
    "jono.jobs",
    "jono.shopify",
    "jono.office",
    "jono.sync",
    "jono.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "jono.web.assets.Files",
    "jono.web.request_log.RequestLog",
    "jono.web.frame.Frame",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "jono.web.preferences.Preferences",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "jono.urls"
ASGI_APPLICATION = "jono.asgi.application"
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "jono.web.frame.frame",
                "jono.web.banner.banner",
            ],
        },
    }
]

LANGUAGE_CODE = os.environ.get("JONO_LANGUAGE", "en")
LANGUAGES = [("en", _("English")), ("fi", _("Finnish"))]
LOCALE_PATHS = [Path(__file__).parent / "web" / "locale"]
USE_TZ = True
TIME_ZONE = os.environ.get("JONO_TIME_ZONE", "Europe/Helsinki")

STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 0 if DEBUG else 365 * 24 * 3600
STORAGES = {"staticfiles": {"BACKEND": "jono.web.assets.FingerprintedFiles"}}

SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _switch("JONO_HTTPS", False)
X_FRAME_OPTIONS = "DENY"

# The mail server that alerts are sent by. No host: e-mails wait in the outbox.
EMAIL_HOST = os.environ.get("JONO_EMAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("JONO_EMAIL_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("JONO_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("JONO_EMAIL_PASSWORD", "")
_security = _one_of("JONO_EMAIL_SECURITY", "starttls", "tls", "none")
EMAIL_USE_TLS, EMAIL_USE_SSL = _security == "starttls", _security == "tls"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("JONO_EMAIL_FROM", EMAIL_HOST_USER or "jono@localhost")

# What whoever reads /metrics has to bring; empty: nothing.
JONO_METRICS_TOKEN = os.environ.get("JONO_METRICS_TOKEN", "")

LOGGING = logs.configuration(
    format_name=os.environ.get("JONO_LOG_FORMAT", "words"), level=os.environ.get("JONO_LOG", "WARNING")
)
