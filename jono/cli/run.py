"""`jono run`, which is `make run`: all of Jono on this machine, until Ctrl-C."""

import fcntl
import time
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from socket import socket
from typing import Annotated

import typer
from django.utils.translation import gettext as _
from rich.text import Text

from jono.cli import demo, ports
from jono.cli.administrator import USER_NAME, first_administrator
from jono.cli.children import Child
from jono.cli.database import bring_up_to_date, database
from jono.cli.sandbox import access_token
from jono.cli.terminal import FAILED, Json, console, errors, print_json, tell
from jono.kit import cluster, postgres
from jono.kit.errors import UserError, gettext_noop
from jono.kit.places import data_directory

SANDBOX_PORT = 8100
ANSWER_PATIENCE = 60.0  # seconds that a server has to answer in
GLANCE = 0.3  # seconds between two looks at the processes
RESTARTS = 5  # of the worker, within
RESTART_WINDOW = 120.0  # seconds; more of them is no accident

Port = Annotated[
    int,
    typer.Option(
        "--port", min=1, max=65535, help=_("The port of the pages; when it is taken, the next free one.")
    ),
]


@dataclass(frozen=True)
class Running:
    """What runs, and how a person gets in."""

    address: str
    password: str | None
    worker: Child
    servers: tuple[Child, ...]


def run(port: Port = 8000, as_json: Json = False) -> None:
    """Run all of Jono on this machine until Ctrl-C: database, sandbox store, worker and pages."""
    with ExitStack() as stack:
        with errors.status(_("Starting Jono …")):
            running = _start(stack, port)
        with suppress(KeyboardInterrupt):
            _announce(running, port, as_json)
            _watch(running, as_json)
        if not as_json:
            console.print(_("Stopping …"))
    if not as_json:
        console.print(_("Jono has stopped."))


def _start(stack: ExitStack, port: int) -> Running:
    """Start everything; whatever was started, the stack stops in the opposite order."""
    stack.enter_context(_alone())
    for_pages, for_store = (stack.enter_context(ports.listen_from(first)) for first in (port, SANDBOX_PORT))
    address, store_address, token = ports.address_of(for_pages), ports.address_of(for_store), access_token()
    store = _start_child(stack, "sandbox", for_store)
    stack.enter_context(database())
    bring_up_to_date()
    worker, web = _start_child(stack, "worker"), _start_child(stack, "web", for_pages)
    password = first_administrator()
    demo.prepare(store_address, token)
    _wait_for_answer(store, store_address)
    _wait_for_answer(web, address)
    return Running(address, password, worker, (store, web))


def _start_child(stack: ExitStack, name: str, listener: socket | None = None) -> Child:
    """Start a process; the socket that it is to serve on is its own from then on."""
    logs = data_directory() / "logs"
    logs.mkdir(exist_ok=True)
    handed = [listener.fileno()] if listener else []
    child = Child(name, [name, *(f"--listener={number}" for number in handed)], logs / f"{name}.log", handed)
    stack.callback(child.stop)
    if listener:
        listener.close()
    return child


@contextmanager
def _alone() -> Iterator[None]:
    """Refuse to run twice on one data directory."""
    with (data_directory() / "run.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            message = gettext_noop("Jono already runs on the data in %(place)s. Stop it there first.")
            raise UserError(message, place=str(data_directory())) from None
        yield


def _wait_for_answer(server: Child, address: str) -> None:
    deadline = time.monotonic() + ANSWER_PATIENCE
    while not ports.answers(address):
        if server.exit_code is not None or time.monotonic() > deadline:
            message = gettext_noop("%(name)s did not start. Its last words (%(log)s):\n%(words)s")
            raise UserError(message, name=server.name, log=str(server.log), words=server.last_words())
        time.sleep(0.1)


def _announce(running: Running, wished_port: int, as_json: bool) -> None:
    if as_json:
        print_json({"address": running.address, "user_name": USER_NAME, "password": running.password})
        return
    if not running.address.endswith(f":{wished_port}"):
        taken = _("Port %(port)s is taken by another program.") % {"port": wished_port}
        console.print(Text(taken, style="yellow"), soft_wrap=True)
    facts = {
        _("Address"): running.address,
        _("User name"): USER_NAME,
        _("Password"): running.password or _("the one you chose (forgotten? jono administrator)"),
        _("Logs"): str(data_directory() / "logs"),
    }
    width = max(map(len, facts))
    console.print(Text(_("Jono is running. Ctrl-C stops it."), style="bold green"))
    for name, fact in facts.items():
        console.print(Text.assemble((name.ljust(width), "bold"), "  ", fact), soft_wrap=True)


def _watch(running: Running, as_json: bool) -> None:
    """Look after the processes: a worker that ends is started again, anything else that ends is the end."""
    restarted: deque[float] = deque(maxlen=RESTARTS)
    while True:
        time.sleep(GLANCE)
        if not postgres.is_up():
            message = _("The database has stopped unexpectedly. Its log tells why: %(log)s")
            tell(message % {"log": cluster.log()}, as_json=as_json)
            raise typer.Exit(FAILED)
        for child in (*running.servers, running.worker):
            if child.exit_code is None:
                continue
            tell(_last_words(child), as_json=as_json)
            worn_out = len(restarted) == RESTARTS and time.monotonic() - restarted[0] < RESTART_WINDOW
            if child is not running.worker or worn_out:
                raise typer.Exit(FAILED)
            restarted.append(time.monotonic())
            child.start()


def _last_words(child: Child) -> str:
    message = _("%(name)s has ended unexpectedly (%(code)s). Its last words (%(log)s):\n%(words)s")
    return message % {
        "name": child.name, "code": child.exit_code, "log": child.log, "words": child.last_words()
    }  # fmt: skip
