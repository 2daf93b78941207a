"""Who calls REST: let in by a valid token within its permission set, or by the own sign-in."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.db import OperationalError
from django.test import Client

from jono.jobs import queue
from jono.kit.clock import now
from jono.web.models import ApiToken
from jono.web.permission_sets import make_permission_sets
from jono.web.rest import entries
from jono.web.tokens import create_token, find_token, revoke
from tests.jobs.conftest import SHEAR, Hooks, hooks
from tests.web.callers import Program

__all__ = ["hooks"]

pytestmark = pytest.mark.django_db

ENTRIES = "/job-queue-entries"


def reader(name: str = "pekka") -> User:
    """A user who may only read."""
    make_permission_sets()
    user = User.objects.create_user(name)
    user.groups.add(Group.objects.get(name="JONO READ"))
    return user


def test_who_does_not_say_who_they_are_is_told_how_to(client: Client) -> None:
    answer = client.get("/api/v1/job-queue-entries")
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert "Authorization: Bearer jono_" in answer.json()["detail"]


def test_a_token_to_read_reads_and_does_not_change(hooks: Hooks) -> None:
    program = Program("JONO READ")
    entry = queue.create_entry(SHEAR, "NORDIC", {})
    assert program.get(f"{ENTRIES}/{entry.pk}").status_code == 200
    for attempt in (
        program.post(ENTRIES, {"report": SHEAR, "company": "NORDIC"}),
        program.post(f"{ENTRIES}/{entry.pk}/ready"),
        program.patch(f"{ENTRIES}/{entry.pk}", {"description": "x"}),
        program.delete(f"{ENTRIES}/{entry.pk}"),
    ):
        assert attempt.status_code == 403
    assert "jobs.delete_jobqueueentry" in attempt.json()["detail"]
    entry.refresh_from_db()
    assert (entry.status, entry.description) == ("on hold", "")


def test_a_token_may_no_more_than_its_user(hooks: Hooks) -> None:
    program = Program("JONO ADMIN", user=reader())
    entry = queue.create_entry(SHEAR, "NORDIC", {})
    assert program.get(f"{ENTRIES}/{entry.pk}").status_code == 200
    assert program.post(f"{ENTRIES}/{entry.pk}/ready").status_code == 403


def test_what_an_administrator_takes_from_the_set_the_token_loses() -> None:
    program = Program("JONO EDIT")
    assert program.get(ENTRIES).status_code == 200
    gone = Permission.objects.get(codename="view_jobqueueentry")
    program.token.permission_set.permissions.remove(gone)
    assert program.get(ENTRIES).status_code == 403


def test_a_token_lets_nobody_in_when_revoked_expired_or_its_user_is_not_enabled() -> None:
    revoked, expired, left = (Program("JONO READ", user=reader(name)) for name in ("a", "b", "c"))
    revoke(revoked.token)
    ApiToken.objects.filter(pk=expired.token.pk).update(expires_at=now() - timedelta(seconds=1))
    User.objects.filter(pk=left.user.pk).update(is_active=False)
    for program in (revoked, expired, left):
        answer = program.get(ENTRIES)
        assert answer.status_code == 401
        assert "expired or was revoked" in answer.json()["detail"]


def test_a_bad_token_is_not_made_good_by_a_session(client: Client) -> None:
    client.force_login(reader())
    assert client.get("/api/v1/reports").status_code == 200
    assert client.get("/api/v1/reports", headers={"Authorization": "Bearer x"}).status_code == 401


def test_a_signed_in_person_changes_things_only_with_a_form_token() -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(User.objects.create_superuser("liisa"))
    address = "/api/v1/job-queue-categories"
    refused = browser.post(address, {"code": "WOOL"}, content_type="application/json")
    assert refused.status_code == 403
    assert "X-CSRFToken" in refused.json()["detail"]
    browser.get("/api/docs")
    headers = {"X-CSRFToken": browser.cookies["csrftoken"].value}
    made = browser.post(address, {"code": "WOOL"}, content_type="application/json", headers=headers)
    assert made.status_code == 201


def test_only_the_digest_of_a_token_is_kept() -> None:
    token, text = create_token("a program", reader(), Group.objects.get(name="JONO READ"))
    stored = [str(value) for value in ApiToken.objects.filter(pk=token.pk).values_list()[0]]
    assert not any(text in value for value in stored)
    assert text.startswith(token.hint)
    assert find_token(text) == token
    assert find_token(text + "x") is None


def test_the_last_use_of_a_token_is_noted_to_the_minute() -> None:
    token, text = create_token("a program", reader(), Group.objects.get(name="JONO READ"))
    find_token(text)
    token.refresh_from_db()
    first = token.last_used_at
    assert first
    find_token(text)
    token.refresh_from_db()
    assert token.last_used_at == first
    ApiToken.objects.update(last_used_at=first - timedelta(minutes=2))
    find_token(text)
    token.refresh_from_db()
    assert token.last_used_at
    assert token.last_used_at > first - timedelta(minutes=2)


def test_an_error_of_ours_is_told_without_its_insides(monkeypatch: pytest.MonkeyPatch) -> None:
    program = Program("JONO READ")

    def fail(_query: object) -> None:
        raise ZeroDivisionError("secret insides")

    monkeypatch.setattr(entries, "find_entries", fail)
    answer = program.get(ENTRIES)
    assert answer.status_code == 500
    assert "insides" not in answer.text

    def lose(_query: object) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(entries, "find_entries", lose)
    answer = program.get(ENTRIES)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


def test_addresses_and_methods_there_are_not_are_told(client: Client) -> None:
    unknown = client.get("/api/v2/sheep")
    assert (unknown.status_code, unknown.headers["Content-Type"]) == (404, "application/problem+json")
    refused = client.put("/api/v1/reports")
    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET")
    assert refused.json()["detail"] == "That cannot be done here. What can be: GET."


def test_the_permission_sets_hold_what_they_say() -> None:
    make_permission_sets()
    make_permission_sets()
    held = {
        group.name: set(group.permissions.values_list("codename", flat=True)) for group in Group.objects.all()
    }
    assert all(name.startswith("view_") for name in held["JONO READ"])
    assert held["JONO READ"] < held["JONO EDIT"] < held["JONO ADMIN"]
    assert {"change_jobqueueentry", "change_run", "add_customer"} <= held["JONO EDIT"]
    assert not {"change_retentionpolicy", "change_shopconnection", "add_apitoken"} & held["JONO EDIT"]
    assert {"change_retentionpolicy", "add_apitoken", "change_user"} <= held["JONO ADMIN"]


def test_the_documentation_is_served_by_jono_alone(client: Client) -> None:
    page = client.get("/api/docs").text
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert addresses
    assert all(address.startswith("/static/ninja/") for address in addresses)
    assert {client.get(address).status_code for address in addresses} == {200}
    assert client.get("/api/openapi.json").json()["openapi"].startswith("3.1")
