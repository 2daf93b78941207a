"""The command line, Jono's second front door.

Every command says in words what it did, or with `--json` as one JSON document on standard output. It ends with

- 0: done;
- 1: failed, or done in part only;
- 2: the command was not understood;
- 3: refused before anything was done: not found, not allowed, not reachable; the message says what to do;
- 130: interrupted.
"""

import os
import signal
import sys

import django

from jono.kit.errors import UserError

REFUSED = 3
INTERRUPTED = 130


def main() -> None:
    """Set Django up, then hand over to the commands: their modules may import models at the top."""
    for stop in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(stop) is not signal.SIG_IGN:  # as nohup sets it
            signal.signal(stop, signal.default_int_handler)  # as Ctrl-C: whatever is open is closed
    try:
        _run()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except UserError as error:  # before there is a language to tell it in
        sys.stderr.write(f"{error}\n")
        sys.exit(REFUSED)


def _run() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jono.settings")
    django.setup()

    from django.utils import translation

    from jono.cli.terminal import language

    with translation.override(language(os.environ)):
        from jono.cli.commands import app

        app()
