"""Every command, a line each."""

import typer
from django.utils.translation import gettext as _

from jono.cli import jobs, sandbox, store, sync, tokens
from jono.cli.administrator import administrator
from jono.cli.database import migrate
from jono.cli.run import run
from jono.cli.servers import web, worker
from jono.cli.terminal import Commands

app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help=_("Jono keeps a Shopify store and an ERP in step."),
)
app.command("run", help=_("Run all of Jono on this machine, with a sandbox store, until Ctrl-C."))(run)
app.command("migrate", help=_("Bring the database up to this version of Jono."))(migrate)
app.command("administrator", help=_("Make a user an administrator with a new password, and show it."))(
    administrator
)
app.command("web", help=_("Serve the pages until interrupted."))(web)
app.command("worker", help=_("Perform runs as they become due, until interrupted."))(worker)
app.add_typer(sandbox.app, name="sandbox")
app.add_typer(store.app, name="store")
app.add_typer(sync.app, name="sync")
app.add_typer(jobs.app, name="jobs")
app.add_typer(tokens.app, name="token")
