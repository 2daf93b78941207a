"""The outbox: told in order, by e-mail or signed webhook, again and again until it is heard or given up."""

import base64
import hashlib
import hmac
import json
import re
import socket
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.db import connection
from pytest_django.fixtures import Settings

from jono.jobs import alerts, channels, deliveries, queue, senders
from jono.jobs.models import Alert, AlertChannel, Delivery, JobQueueEntry
from jono.jobs.models.alert import FOREVER
from jono.kit.clock import now
from jono.kit.errors import UserError
from tests.jobs.conftest import SHEAR, Hooks

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


class Receiver:
    """A web server that notes what it is sent and answers as it is told."""

    def __init__(self) -> None:
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.paths: list[str] = []
        self.status = 204
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.heard.append(({name.lower(): value for name, value in self.headers.items()}, body))
                receiver.paths.append(self.path)
                self.send_response(receiver.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=[0.01])
        self.thread.start()

    def told(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.heard]

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture
def mail(settings: Settings, mailoutbox: list[EmailMessage]) -> list[EmailMessage]:
    settings.EMAIL_HOST = "mail.example.fi"
    settings.JONO_ADDRESS = "https://jono.example.fi"
    return mailoutbox


def an_alert(hooks: Hooks, pasture: str = "north") -> Alert:
    entry = queue.start_now(SHEAR, "NORDIC", {"pasture": pasture})
    queue.finish(entry.runs.get(), UserError("The shears of %(place)s are blunt.", place=pasture))
    return entry.alerts.get()


def a_webhook(receiver: Receiver, path: str = "/hook?for=jono") -> AlertChannel:
    return channels.keep(
        AlertChannel(kind="webhook", description="Watch", url=receiver.address + path, language="en")
    )


def an_office(**fields: Any) -> AlertChannel:
    addresses = "maija@example.fi, pekka@example.fi\nmaija@example.fi"
    return channels.keep(
        AlertChannel(
            **{"kind": "email", "description": "Office", "addresses": addresses, "language": "en", **fields}
        )
    )


def test_an_email_says_what_happened_to_what_and_where_to_look(
    hooks: Hooks, mail: list[EmailMessage]
) -> None:
    an_office()
    alert = an_alert(hooks)
    assert deliveries.send_due(now()) == 1
    (message,) = mail
    assert message.to == ["maija@example.fi", "pekka@example.fi"]
    assert message.subject == "[Jono] NORDIC: Shear Sheep: Failed"
    body = str(message.body)
    assert "The shears of north are blunt." in body
    assert f"https://jono.example.fi/alerts/{alert.pk}" in body
    assert Delivery.objects.get().status == "sent"
    assert deliveries.send_due(now()) == 0


def test_many_alerts_at_once_are_one_email(hooks: Hooks, mail: list[EmailMessage]) -> None:
    an_office()
    for pasture in ("north", "south", "west"):
        an_alert(hooks, pasture)
    assert deliveries.send_due(now()) == 3
    (message,) = mail
    assert message.subject == "[Jono] 3 alerts"
    assert [place in str(message.body) for place in ("north", "south", "west")] == [True, True, True]


def test_the_end_is_told_after_the_beginning(hooks: Hooks, receiver: Receiver) -> None:
    a_webhook(receiver)
    alerts.resolve(an_alert(hooks))
    assert deliveries.send_due(now()) == 2
    assert [told["type"] for told in receiver.told()] == ["alert.raised", "alert.resolved"]
    assert receiver.told()[1]["data"]["resolved_at"] is not None


def test_the_end_waits_while_the_beginning_could_not_be_told(hooks: Hooks, receiver: Receiver) -> None:
    channel = a_webhook(receiver)
    alert = an_alert(hooks)
    receiver.status = 503
    deliveries.send_due(now())
    alerts.resolve(alert)
    AlertChannel.objects.filter(pk=channel.pk).update(rests_until_at=None)
    receiver.status = 204
    assert deliveries.send_due(now()) == 0
    assert deliveries.send_due(now() + 2 * MINUTE) == 2
    assert [told["type"] for told in receiver.told()[1:]] == ["alert.raised", "alert.resolved"]


def test_a_webhook_is_signed_over_its_id_its_time_and_its_raw_body(hooks: Hooks, receiver: Receiver) -> None:
    channel = a_webhook(receiver)
    alert = an_alert(hooks, pasture="pohjoinen sänki")
    deliveries.send_due(now())
    ((headers, body),) = receiver.heard
    key = base64.b64decode(channels.secret_of(channel).removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == expected
    assert headers["content-type"] == "application/json"
    assert abs(int(headers["webhook-timestamp"]) - now().timestamp()) < 60
    assert receiver.paths == ["/hook?for=jono"]
    told = json.loads(body)
    assert (told["type"], told["data"]["kind"], told["data"]["entry"]) == (
        "alert.raised",
        "failed",
        alert.entry_no,
    )
    assert told["data"]["message"] == "The shears of pohjoinen sänki are blunt."


def test_the_signature_is_that_of_the_published_example() -> None:
    assert (
        senders.sign(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            "1614265330",
            b'{"test": 2432232314}',
        )
        == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


def test_what_is_refused_is_tried_again_later_under_the_same_id(hooks: Hooks, receiver: Receiver) -> None:
    a_webhook(receiver)
    an_alert(hooks)
    receiver.status = 500
    at = now()
    assert deliveries.send_due(at) == 0
    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.attempts, delivery.due_at) == ("due", 1, at + MINUTE)
    assert delivery.error_values["status"] == 500
    assert deliveries.send_due(at + timedelta(seconds=59)) == 0
    receiver.status = 200
    assert deliveries.send_due(at + 2 * MINUTE) == 1
    first, second = (headers["webhook-id"] for headers, _ in receiver.heard)
    assert first == second == str(delivery.id)
    delivery.refresh_from_db()
    assert (delivery.status, delivery.error_message) == ("sent", "")


def test_a_redirect_is_not_followed(hooks: Hooks, receiver: Receiver) -> None:
    a_webhook(receiver)
    an_alert(hooks)
    receiver.status = 302
    assert deliveries.send_due(now()) == 0
    assert len(receiver.heard) == 1


def test_what_is_never_heard_is_given_up_after_a_day_and_can_be_sent_again(
    hooks: Hooks, receiver: Receiver
) -> None:
    a_webhook(receiver)
    an_alert(hooks)
    receiver.status = 404
    at = began = now()
    while (delivery := Delivery.objects.get()).status == "due":
        at = max(at, delivery.due_at) + MINUTE
        AlertChannel.objects.update(rests_until_at=None)
        deliveries.send_due(at)
    assert (delivery.status, delivery.attempts) == ("given up", len(deliveries.WAITS) + 1)
    assert timedelta(hours=20) < at - began < timedelta(days=1)
    deliveries.send_again(delivery)
    AlertChannel.objects.update(rests_until_at=None)
    receiver.status = 200
    assert deliveries.send_due(now()) == 1


def closed_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def test_a_dead_mail_server_keeps_nobody_else_waiting_and_is_left_in_peace(
    hooks: Hooks, receiver: Receiver, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", closed_port()
    office = an_office()
    a_webhook(receiver)
    for pasture in ("north", "south"):
        an_alert(hooks, pasture)
    at = now()
    assert deliveries.send_due(at) == 2
    office.refresh_from_db()
    assert office.rests_until_at is not None
    assert office.rests_until_at > at
    assert deliveries.send_due(at) == 0
    failed = office.deliveries.order_by("created_at")
    assert [(one.status, one.attempts) for one in failed] == [("due", 1), ("due", 1)]
    assert "Connection refused" in str(failed[0].error_values)


def test_without_a_mail_server_the_delivery_says_what_to_do(hooks: Hooks, settings: Settings) -> None:
    settings.EMAIL_HOST = ""
    an_office()
    an_alert(hooks)
    assert deliveries.send_due(now()) == 0
    assert "JONO_EMAIL_HOST" in Delivery.objects.get().error_message


def test_a_worker_that_dies_while_it_sends_costs_one_attempt(
    hooks: Hooks, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise SystemExit

    a_webhook(receiver)
    an_alert(hooks)
    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(senders, "send", die)
        deliveries.send_due(now())
    assert deliveries.send_due(now()) == 0
    assert deliveries.send_due(now() + 2 * MINUTE) == 1
    assert Delivery.objects.get().attempts == 2


def test_what_is_muted_is_told_when_the_mute_is_over(hooks: Hooks, receiver: Receiver) -> None:
    channel = a_webhook(receiver)
    first, second = an_alert(hooks), an_alert(hooks, "south")
    alerts.mute(first, now() + MINUTE)
    assert deliveries.send_due(now()) == 1
    alerts.mute(channel, FOREVER)
    an_alert(hooks, "west")
    assert deliveries.send_due(now()) == 0
    alerts.test_channel(channel)
    assert deliveries.send_due(now()) == 1
    alerts.mute(channel, None)
    assert deliveries.send_due(now() + 2 * MINUTE) == 2
    assert receiver.told()[0]["data"]["alert"] == second.pk


def test_a_channel_speaks_its_own_language(hooks: Hooks, mail: list[EmailMessage]) -> None:
    an_office(language="fi")
    an_office(language="en", addresses="pekka@example.fi")
    an_alert(hooks)
    deliveries.send_due(now())
    finnish, english = (str(message.body) for message in mail)
    assert "kuuta" in finnish
    assert "kuuta" not in english


def test_a_test_and_an_end_say_so_in_the_subject(hooks: Hooks, mail: list[EmailMessage]) -> None:
    an_office()
    alert = an_alert(hooks)
    deliveries.send_due(now())
    alerts.test_alert(alert)
    deliveries.send_due(now())
    alerts.resolve(alert)
    deliveries.send_due(now())
    endings = [message.subject.removeprefix("[Jono] NORDIC: Shear Sheep: ") for message in mail]
    assert endings == ["Failed", "Failed (test)", "Failed (over)"]
    assert len({message.extra_headers["Message-ID"] for message in mail}) == 3


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"kind": "email", "addresses": " "}, "at least one e-mail address"),
        ({"kind": "email", "addresses": "maija at example"}, "maija is not an e-mail address"),
        ({"kind": "webhook", "url": "example.fi/hook"}, "begins with https:// or http://"),
        ({"kind": "webhook", "url": "ftp://example.fi"}, "begins with https:// or http://"),
        ({"kind": "webhook", "url": "http://[::1"}, "begins with https:// or http://"),
    ],
)
def test_a_channel_that_could_not_work_is_refused(fields: dict[str, str], complaint: str) -> None:
    with pytest.raises(UserError, match=complaint):
        channels.keep(AlertChannel(description="No", **fields))


def test_a_secret_is_sealed_and_can_be_renewed() -> None:
    channel = channels.keep(AlertChannel(kind="webhook", description="Watch", url="http://n8n:5678/hook"))
    first = channels.secret_of(channel)
    assert first.startswith("whsec_")
    assert first not in channel.sealed_secret
    assert channels.keep(channel).sealed_secret == channel.sealed_secret
    assert channels.renew_secret(channel) != first


@pytest.mark.django_db(transaction=True)
def test_workers_that_send_side_by_side_send_each_thing_once(hooks: Hooks, receiver: Receiver) -> None:
    a_webhook(receiver)
    entries = JobQueueEntry.objects.bulk_create(
        [JobQueueEntry(object_id_to_run=SHEAR, company_code="NORDIC") for _ in range(30)]
    )
    for entry in entries:
        alerts.raise_alert(entry, alerts.Kind.FAILED, "Blunt.", {})
    at, barrier = now(), threading.Barrier(4)

    def send(at: datetime) -> None:
        barrier.wait(10)
        deliveries.send_due(at)
        connection.close()

    workers = [threading.Thread(target=send, args=[at]) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    heard = [headers["webhook-id"] for headers, _ in receiver.heard]
    assert len(heard) == len(set(heard)) == 30
    assert set(Delivery.objects.values_list("status", flat=True)) == {"sent"}


def blocks_of_the_documentation(language: str) -> list[str]:
    text = (Path(__file__).parents[2] / "docs" / "alerts.md").read_text()
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def test_the_receiver_in_the_documentation_verifies_what_is_sent(hooks: Hooks, receiver: Receiver) -> None:
    channel = a_webhook(receiver)
    an_alert(hooks)
    deliveries.send_due(now())
    ((headers, body),) = receiver.heard
    documented: dict[str, Any] = {}
    exec(blocks_of_the_documentation("python")[0], documented)
    verify, secret = documented["verify"], channels.secret_of(channel)
    assert verify(secret, headers, body)
    assert not verify(secret, headers, body + b" ")
    assert not verify(secret, {**headers, "webhook-id": "another"}, body)
    assert not verify(secret, {**headers, "webhook-timestamp": "1614265330"}, body)
    assert not verify(channels.renew_secret(channel), headers, body)


def test_the_body_in_the_documentation_has_the_fields_that_are_sent(hooks: Hooks) -> None:
    an_office()
    an_alert(hooks)
    documented = json.loads(blocks_of_the_documentation("json")[0])
    sent = senders.describe(Delivery.objects.get())
    assert list(documented) == list(sent)
    assert list(documented["data"]) == list(sent["data"])


def test_the_waits_in_the_documentation_are_those_between_attempts() -> None:
    text = " ".join((Path(__file__).parents[2] / "docs" / "alerts.md").read_text().split())
    minutes = [str(wait // MINUTE) for wait in deliveries.WAITS]
    assert f"then after {', '.join(minutes[:-1])} and {minutes[-1]} minutes" in text
