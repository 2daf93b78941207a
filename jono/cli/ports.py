"""Ports: sockets to listen on, web servers on them, and whether one answers."""

import http.client
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import uvicorn

from jono.kit.errors import UserError, gettext_noop

LOOPBACK = "127.0.0.1"
NEXT_PORTS = 100


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens on the port, or raise UserError: it is taken, or not ours to take."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        message = gettext_noop(
            "Port %(port)s of %(host)s cannot be used: %(reason)s. Choose another with --port."
        )
        raise UserError(message, port=port, host=host, reason=error.strerror or str(error)) from error
    listener.listen(128)
    return listener


def listen_from(port: int) -> socket.socket:
    """Return a socket of this machine alone that listens on the port, or on the next one that is free."""
    for candidate in range(port, min(port + NEXT_PORTS, 65536)):
        with suppress(UserError):
            return listen(LOOPBACK, candidate)
    return listen(LOOPBACK, port)


def serve(application: str | Callable[..., Any], listener: socket.socket) -> None:
    """Serve the ASGI application until SIGINT or SIGTERM; open requests get a moment to end."""
    config = uvicorn.Config(
        application, lifespan="off", log_config=None, access_log=False, timeout_graceful_shutdown=2
    )
    # When the server has ended in order, the signal that ended it comes once more.
    with listener, suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listener])


def answers(address: str) -> bool:
    """Whether a web server answers there, whatever it says."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or LOOPBACK, parts.port, timeout=5)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def port_of(listener: socket.socket) -> int:
    """Return the port a socket listens on."""
    port: int = listener.getsockname()[1]
    return port


def address_of(listener: socket.socket) -> str:
    """Return the address of the web server on a socket."""
    host = listener.getsockname()[0]
    return f"http://[{host}]:{port_of(listener)}" if ":" in host else f"http://{host}:{port_of(listener)}"
