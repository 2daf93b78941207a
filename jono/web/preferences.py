"""A person's settings (Business Central's My Settings): language and appearance, the same in every browser."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from jono.web.list_views import go_back
from jono.web.models import UserSettings

THEME_COOKIE = "jono_theme"
THEMES = ("light", "dark")
YEAR = 365 * 24 * 3600


class Preferences:
    """Middleware, after who is signed in is known: speak the person's language.

    Cookies keep what is chosen before anybody has signed in; what a signed-in person has chosen goes before them.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        theme, chosen = request.COOKIES.get(THEME_COOKIE, ""), _settings_of(request)
        if chosen:
            theme = chosen.theme
            if check_for_language(chosen.language):
                translation.activate(chosen.language)
        request.theme = theme if theme in THEMES else ""  # type: ignore[attr-defined]
        return self.get_response(request)


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keep which language the person reads."""
    language = request.POST.get("language", "")
    if check_for_language(language):
        _keep(request, language=language)
    return set_language(request)


@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Keep whether the person wants light, dark, or what their machine says."""
    answer = go_back(request)
    chosen = request.POST.get("theme", "")
    theme = chosen if chosen in THEMES else ""
    _keep(request, theme=theme)
    if theme:
        answer.set_cookie(THEME_COOKIE, theme, max_age=YEAR, samesite="Lax")
    else:
        answer.delete_cookie(THEME_COOKIE, samesite="Lax")
    return answer


def _settings_of(request: HttpRequest) -> UserSettings | None:
    return UserSettings.objects.filter(user=request.user).first() if request.user.is_authenticated else None


def _keep(request: HttpRequest, **chosen: Any) -> None:
    """Keep what a signed-in person has chosen; what else this browser shows them stays with it."""
    if isinstance(request.user, User):
        shown = {"theme": request.theme}  # type: ignore[attr-defined]
        UserSettings.objects.update_or_create(
            user=request.user, defaults=chosen, create_defaults=shown | chosen
        )
