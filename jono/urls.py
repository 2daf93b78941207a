"""Every address of Jono."""

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView, LogoutView
from django.urls import URLPattern, URLResolver, include, path

from jono.web import banner, health, home, live, metrics, preferences, syncs, tell_me, webhooks
from jono.web.addresses import addresses_of
from jono.web.frame import all_pages
from jono.web.rest import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.show_home, name="home"),
    path(
        "sign-in",
        LoginView.as_view(template_name="web/sign_in.html", redirect_authenticated_user=True),
        name="sign-in",
    ),
    path("sign-out", LogoutView.as_view(), name="sign-out"),
    path("language", login_not_required(preferences.choose_language), name="set_language"),
    path("theme", login_not_required(preferences.choose_theme), name="theme"),
    path("tell-me", tell_me.tell_me, name="tell-me"),
    path("webhooks/shopify/<str:shop_code>", webhooks.receive, name="shopify-webhook"),
    path("live", live.stream, name="live"),
    path("banner", banner.show_banner, name="alert-banner"),
    path("healthz", health.show_health, name="healthz"),
    path("readyz", health.show_readiness, name="readyz"),
    path("metrics", metrics.show_metrics, name="metrics"),
    path("api/", include((api.addresses(), "ninja"), namespace="rest")),
    path("foreground/<int:run_id>", syncs.perform_in_foreground, name="foreground"),
    path("foreground/<int:run_id>/progress", syncs.show_progress, name="foreground-progress"),
    *(address for page in all_pages() for address in addresses_of(page)),
]
