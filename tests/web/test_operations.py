"""The pages for operators: tokens made, shown once and revoked; the workers that live; who is in which set."""

import re

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from jono.jobs import signs
from jono.web.models import ApiToken
from jono.web.permission_sets import make_permission_sets

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def permission_sets() -> None:
    make_permission_sets()


def test_a_token_is_made_shown_once_and_lets_a_program_in(pages: Client, liisa: User) -> None:
    filled_in = {"name": "Warehouse", "permission_set": Group.objects.get(name="JONO READ").pk}
    shown = pages.post("/api-tokens/-/new", filled_in, follow=True)
    (text,) = re.findall(r"jono_[\w-]{20,}", shown.text)
    assert text not in pages.get(shown.redirect_chain[-1][0]).text
    token = ApiToken.objects.get()
    assert (token.user, token.permission_set.name) == (liisa, "JONO READ")
    program = Client(headers={"Authorization": f"Bearer {text}"})
    assert program.get("/api/v1/job-queue-entries").status_code == 200
    pages.post(reverse("api-tokens-card-do", args=[token, "revoke"]))
    assert program.get("/api/v1/job-queue-entries").status_code == 401


def test_a_token_that_would_have_expired_is_refused_beside_what_was_filled_in(pages: Client) -> None:
    filled_in = {"name": "Old", "permission_set": Group.objects.get(name="JONO READ").pk}
    answer = pages.post("/api-tokens/-/new", filled_in | {"expires_at": "2020-01-01T00:00"})
    assert (answer.status_code, "would have expired already" in answer.text) == (422, True)
    assert pages.post("/api-tokens/-/new", {}).status_code == 422
    assert not ApiToken.objects.exists()


def test_a_token_cannot_be_changed(pages: Client, liisa: User) -> None:
    token = ApiToken.objects.create(name="Old", user=liisa, permission_set=Group.objects.all()[0], digest="x")
    pages.post(f"/api-tokens/{token.pk}/edit", {"name": "New"})
    token.refresh_from_db()
    assert token.name == "Old"


def test_the_workers_that_live_are_listed(pages: Client) -> None:
    assert "jono worker" in pages.get("/workers").text
    signs.sign(4)
    assert signs.living_workers()[0].host in pages.get("/workers").text


def test_a_person_is_put_into_a_permission_set_on_their_card(pages: Client) -> None:
    matti = User.objects.create_user("matti")
    reading = Group.objects.get(name="JONO READ")
    client = Client()
    client.force_login(matti)
    assert client.get("/job-queue-entries").status_code == 403
    pages.post(f"/users/{matti.pk}/edit", {"is_active": "on", "groups": [reading.pk]})
    assert client.get("/job-queue-entries").status_code == 200
    assert client.get("/api-tokens").status_code == 403
