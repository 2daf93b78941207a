"""`jono sandbox`: a Shopify store on this machine, to try Jono on."""

import secrets
import socket
from pathlib import Path
from typing import Annotated, Literal

import typer
from django.utils.translation import gettext as _

from jono.cli import ports
from jono.cli.children import WithParent
from jono.cli.servers import Listener, Port
from jono.cli.terminal import Json, console, print_json
from jono.kit.places import data_directory, kept
from jono.sandbox.bucket import PLANS
from jono.sandbox.server import application, open_store

State = Annotated[Path | None, typer.Option("--state", help=_("The file that the store lives in."))]
Plan = Annotated[
    Literal["standard", "advanced", "plus", "enterprise"],
    typer.Option("--plan", help=_("The store's plan: how many query points it grants.")),
]


def sandbox(
    port: Port = 8100,
    state: State = None,
    plan: Plan = "standard",
    listener: Listener = None,
    with_parent: WithParent = False,
    as_json: Json = False,
) -> None:
    """Serve a sandbox store until interrupted; a new one is filled with goods and orders first."""
    opened = ports.listen(ports.LOOPBACK, port) if listener is None else socket.socket(fileno=listener)
    store = open_store(state or data_directory() / "sandbox.sqlite3")
    try:
        _say(ports.address_of(opened), as_json)
        ports.serve(application(store, access_token(), PLANS[plan]), opened)
    finally:
        store.close()


def access_token() -> str:
    """Return the token that the sandbox store asks for, made once for this data directory."""
    return kept("sandbox.token", lambda: f"shpat_{secrets.token_hex(16)}")


def _say(address: str, as_json: bool) -> None:
    if as_json:
        print_json({"address": address, "access_token": access_token()})
    else:
        message = _("The sandbox store serves on %(address)s. Its access token is %(token)s")
        console.print(message % {"address": address, "token": access_token()}, soft_wrap=True)
