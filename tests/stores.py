"""Sandbox stores for tests: served over real HTTP on this machine, from a thread of the test's own process."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn

from jono.sandbox.bucket import Plan
from jono.sandbox.server import application
from jono.sandbox.shop import open_shop
from jono.sandbox.state import State

TOKEN = "shpat_sandbox"
BOUNDLESS = Plan(maximum=10_000_000, restore_rate=1_000_000)


class Clock:
    """Time that passes only by waiting."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.pauses: list[float] = []

    def __call__(self) -> float:
        return self.seconds

    def wait(self, seconds: float) -> None:
        """Let time pass, and remember it."""
        self.pauses.append(seconds)
        self.seconds += seconds


def empty_store() -> State:
    """An open store that sells nothing yet."""
    state = State()
    open_shop(state)
    return state


@contextmanager
def served(
    state: State, plan: Plan = BOUNDLESS, clock: Callable[[], float] = time.monotonic
) -> Iterator[str]:
    """Serve a store whose app has the token TOKEN; yields its address."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        application(state, TOKEN, plan, clock), log_config=None, lifespan="off", ws="none"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listening.close()
