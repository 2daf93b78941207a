"""The processes of an installation: `jono web` serves the pages, `jono worker` does the work."""

import socket
from typing import Annotated

import typer
from django.utils.translation import gettext as _

from jono.cli import ports
from jono.cli.children import WithParent
from jono.cli.database import database
from jono.cli.terminal import Json, console, print_json
from jono.jobs import worker as performer

Port = Annotated[int, typer.Option("--port", min=1, max=65535, help=_("The port to listen on."))]
Host = Annotated[str, typer.Option("--host", help=_("The address to listen on."))]
Listener = Annotated[int | None, typer.Option("--listener", hidden=True)]  # a socket handed down
Concurrency = Annotated[int, typer.Option("--concurrency", min=1, help=_("How many runs at once."))]


@database()
def web(
    port: Port = 8000,
    host: Host = ports.LOOPBACK,
    listener: Listener = None,
    with_parent: WithParent = False,
    as_json: Json = False,
) -> None:
    """Serve the pages until interrupted."""
    opened = ports.listen(host, port) if listener is None else socket.socket(fileno=listener)
    say_serving(opened, as_json)
    ports.serve("jono.asgi:application", opened)


@database()
def worker(concurrency: Concurrency = 4, with_parent: WithParent = False, as_json: Json = False) -> None:
    """Perform runs as they become due, until interrupted."""
    if as_json:
        print_json({"concurrency": concurrency})
    else:
        console.print(_("Working on up to %(count)s runs at once.") % {"count": concurrency})
    performer.run(concurrency)


def say_serving(opened: socket.socket, as_json: bool) -> None:
    """Say where a server listens."""
    address = ports.address_of(opened)
    if as_json:
        print_json({"address": address})
    else:
        console.print(_("Serving on %(address)s") % {"address": address})
