"""The processes of an installation: `jono web` serves the pages, `jono worker` does the work."""

import socket
from typing import Annotated

import typer
from django.utils.translation import gettext as _

from jono.cli import ports
from jono.cli.children import WithParent
from jono.cli.database import database
from jono.cli.terminal import console

Host = Annotated[str, typer.Option("--host", help=_("The address to listen on."))]
Listener = Annotated[int, typer.Option("--listener", hidden=True)]


@database()
def web(
    port: Annotated[int, typer.Option("--port", help=_("The port to listen on."))] = 8000,
    host: Host = ports.LOOPBACK,
    listener: Listener = -1,
    with_parent: WithParent = False,
) -> None:
    """Serve the pages until interrupted."""
    if listener >= 0:
        ports.serve("jono.asgi:application", socket.socket(fileno=listener))
    else:
        opened = ports.listen(host, port)
        console.print(_("Serving on http://%(host)s:%(port)s") % {"host": host, "port": port})
        ports.serve("jono.asgi:application", opened)


@database()
def worker(
    concurrency: Annotated[int, typer.Option("--concurrency", min=1, help=_("How many runs at once."))] = 4,
    with_parent: WithParent = False,
) -> None:
    """Perform runs as they become due, until interrupted."""
    from jono.jobs import worker as works

    works.run(concurrency)
