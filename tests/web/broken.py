"""Jono's addresses, and one that has a bug."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from jono.urls import urlpatterns as ours


def broken(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(1 // 0)


urlpatterns = [*ours, path("broken", broken)]
