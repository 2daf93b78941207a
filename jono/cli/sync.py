"""`jono sync`: a synchronisation by hand, here and now with a progress bar, or in the background."""

from collections.abc import Callable
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from jono.cli.database import database
from jono.cli.shown import entry_document, print_outcome, run_document
from jono.cli.terminal import FAILED, Commands, Json, console, print_json
from jono.jobs import queue
from jono.jobs.models import Run
from jono.jobs.perform import perform
from jono.kit.errors import UserError, gettext_noop
from jono.shopify.models import Shop

ShopCode = Annotated[str, typer.Option("--shop", help=_("The code of the Shopify shop."))]
Background = Annotated[
    bool, typer.Option("--background", help=_("Make a job queue entry that starts at once, and return."))
]

app = typer.Typer(cls=Commands, no_args_is_help=True, help=_("Synchronise a shop with its company."))

SYNCS = {
    "orders": (30104, _("Import new and changed orders (report 30104).")),
    "documents": (30103, _("Create sales documents from imported orders (report 30103).")),
}


def _command(report_id: int) -> Callable[..., None]:
    @database()
    def command(shop: ShopCode, background: Background = False, as_json: Json = False) -> None:
        company_code = _company_of(shop)
        if background:
            _start(report_id, company_code, shop, as_json)
        else:
            perform_here(queue.open_in_foreground(report_id, company_code, {"shop": shop}), as_json)

    return command


for name, (report_id, help_text) in SYNCS.items():
    app.command(name, help=help_text)(_command(report_id))


def _company_of(shop_code: str) -> str:
    shop = Shop.objects.filter(code=shop_code).first()
    if shop is None:
        known = ", ".join(Shop.objects.values_list("code", flat=True))
        raise UserError(
            gettext_noop("There is no shop %(shop)s. The shops are: %(known)s."), shop=shop_code, known=known
        )
    return shop.company_code


def _start(report_id: int, company_code: str, shop: str, as_json: bool) -> None:
    entry = queue.start_now(report_id, company_code, {"shop": shop})
    if as_json:
        print_json(entry_document(entry))
    else:
        message = _("Started in the background as job queue entry %(no)s (%(status)s).")
        console.print(message % {"no": entry.pk, "status": entry.get_status_display()})


def perform_here(run: Run, as_json: bool) -> None:
    """Perform a run while the terminal waits, and say what came of it; end with FAILED when not all went well."""
    if as_json:
        perform(run.pk, run.token)
    else:
        _perform_with_progress(run)
    run.refresh_from_db()
    if as_json:
        print_json(run_document(run))
    else:
        print_outcome(run)
    if run.status != Run.Status.SUCCESS or run.failed:
        raise typer.Exit(FAILED)


def _perform_with_progress(run: Run) -> None:
    columns: tuple[Any, ...] = (
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
    )  # fmt: skip
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(run.caption, total=None)

        def show(now: Run) -> None:
            progress.update(task, total=now.expected, completed=now.tally.total)

        perform(run.pk, run.token, show)
