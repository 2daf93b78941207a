"""A flood of webhooks against the real web server: how long each waits for its answer, and how many imports follow.

All tell of one order, each with an id of its own, from several senders at once, as fast as they are answered. Shopify
waits five seconds for an answer; a worker imports beside it, on the same machine.
"""

import argparse
import base64
import hashlib
import hmac
import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from decimal import Decimal
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from benchmarks.ground import database, percentile, process

SECRET = "shpss_benchmark"
PATIENCE = 60.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--webhooks", type=int, default=1_000)
    parser.add_argument("--senders", type=int, nargs="+", default=[1, 8, 32])
    asked = parser.parse_args()
    columns = {}
    with database():
        from django.core.management import call_command

        for senders in asked.senders:
            call_command("flush", verbosity=0, interactive=False)
            columns[senders] = measure(asked.webhooks, senders)
    print(f"{asked.webhooks:,} webhooks for one order, beside one worker")
    print("".join(["senders at once".ljust(28), *(f"{senders:>12}" for senders in columns)]))
    for figure in next(iter(columns.values())):
        print("".join([figure.ljust(28), *(f"{column[figure]:>12,.1f}" for column in columns.values())]))


def measure(webhooks: int, senders: int) -> dict[str, float]:
    """Send so many webhooks, wait until all that they told of was looked into, and count."""
    from jono.jobs.models import Run
    from jono.shopify.models import Order, WebhookInbox

    with listening_shop() as (shop, gid), web() as address, process("jono", "worker", "--concurrency=1"):
        began = time.monotonic()
        with ThreadPoolExecutor(senders) as pool:
            parts = [range(first, webhooks, senders) for first in range(senders)]
            taken = [
                each
                for part in pool.map(lambda part: send(address, shop.code, gid, part), parts)
                for each in part
            ]
        took = time.monotonic() - began
        wait_until(lambda: not WebhookInbox.objects.filter(done_at=None).exists())
    assert (Order.objects.count(), WebhookInbox.objects.count()) == (1, webhooks)
    assert not Run.objects.exclude(failed=0).exists()
    return {
        "webhooks a second": webhooks / took,
        "answer p50 ms": 1000 * percentile(taken, 0.5),
        "answer p99 ms": 1000 * percentile(taken, 0.99),
        "slowest answer ms": 1000 * max(taken),
        "times the order was read": sum(run.done for run in Run.objects.all()),
        "seconds that it all took": took,
    }


def send(address: str, shop_code: str, gid: str, numbers: range) -> list[float]:
    """Send webhooks one after the other; return how long each waited for its answer, in seconds."""
    body = json.dumps({"id": 1, "admin_graphql_api_id": gid}).encode()
    signature = base64.b64encode(hmac.digest(SECRET.encode(), body, hashlib.sha256)).decode()
    headers = {
        "Content-Type": "application/json",
        "X-Shopify-Topic": "orders/updated",
        "X-Shopify-Hmac-Sha256": signature,
    }
    line = HTTPConnection(urlsplit(address).netloc, timeout=PATIENCE)
    taken = []
    for number in numbers:
        began = time.monotonic()
        sent = {**headers, "X-Shopify-Webhook-Id": f"{shop_code}-{number}"}
        line.request("POST", f"/webhooks/shopify/{shop_code}", body, sent)
        answer = line.getresponse()
        assert answer.status == 200, (answer.status, answer.read())
        answer.read()
        taken.append(time.monotonic() - began)
    line.close()
    return taken


@contextmanager
def listening_shop() -> Iterator[tuple[Any, str]]:
    """Serve a store with one order, and a shop of it that has its webhook entry; yield both's names."""
    from jono.sandbox.drafts import Line, OrderDraft
    from jono.sandbox.orders import place
    from jono.sync.webhooks import standing_entry
    from tests import cast
    from tests.stores import empty_store, served
    from tests.sync.conftest import make_shop

    state = empty_store()
    [order] = place(state, OrderDraft(lines=(Line(title="Mug", price=Decimal("12.90")),)))
    with served(state) as address:
        shop = make_shop(cast.nordic().code, address)
        shop.connection.client_secret = SECRET
        shop.connection.save()
        shop.orders_section.auto_create_sales_documents = False
        shop.orders_section.save()
        standing_entry(shop)
        yield shop, str(order["id"])
    state.close()


@contextmanager
def web() -> Iterator[str]:
    """Run the web server in a process of its own; yield its address once it answers."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with process("jono", "web", "--port", str(port)):
        wait_until(lambda: answers(port))
        yield f"http://127.0.0.1:{port}"


def answers(port: int) -> bool:
    line = HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        line.request("GET", "/healthz")
        return line.getresponse().status == 200
    except OSError:
        return False
    finally:
        line.close()


def wait_until(there: Any) -> None:
    deadline = time.monotonic() + PATIENCE
    while not there():
        assert time.monotonic() < deadline, "it takes too long"
        time.sleep(0.1)


if __name__ == "__main__":
    main()
