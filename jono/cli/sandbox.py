"""`jono sandbox`: a Shopify store on this machine, to try Jono on; `jono sandbox orders` buys from it."""

import secrets
import socket
from pathlib import Path
from typing import Annotated, Literal

import typer
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jono.cli import demo, ports
from jono.cli.children import WithParent
from jono.cli.database import database
from jono.cli.servers import Listener, Port
from jono.cli.terminal import Commands, Json, console, print_json
from jono.kit.errors import UserError, gettext_noop
from jono.kit.http import Http
from jono.kit.places import data_directory, kept
from jono.sandbox.apps import App, credentials
from jono.sandbox.bucket import PLANS
from jono.sandbox.server import FIRST_ORDERS, application, open_store
from jono.shopify.models import Shop

State = Annotated[Path | None, typer.Option("--state", help=_("The file that the store lives in."))]
Plan = Annotated[
    Literal["standard", "advanced", "plus", "enterprise"],
    typer.Option("--plan", help=_("The store's plan: how many query points it grants.")),
]
Catalogue = Annotated[
    Path | None,
    typer.Option(
        "--catalogue", exists=True, dir_okay=False, help=_("A product CSV of Shopify to sell from.")
    ),
]
FirstOrders = Annotated[
    int, typer.Option("--orders", min=0, max=50_000, help=_("How many orders a new store has already."))
]
Pizzas = Annotated[
    bool, typer.Option("--pizzas", help=_("A new store is a pizza place, with the orders of its real year."))
]
Count = Annotated[int, typer.Option("--count", min=1, max=1_000, help=_("How many orders."))]
ShopCode = Annotated[str, typer.Option("--shop", help=_("The code of the shop that stands for the store."))]

app = typer.Typer(
    cls=Commands,
    invoke_without_command=True,
    help=_("Serve a sandbox store until interrupted, to try Jono on."),
)


@app.callback()
def sandbox(
    context: typer.Context,
    port: Port = 8100,
    state: State = None,
    plan: Plan = "standard",
    catalogue: Catalogue = None,
    first_orders: FirstOrders = FIRST_ORDERS,
    pizzas: Pizzas = False,
    listener: Listener = None,
    with_parent: WithParent = False,
    as_json: Json = False,
) -> None:
    """Serve a sandbox store until interrupted; a new one is filled with goods and orders first."""
    if context.invoked_subcommand:
        return
    opened = ports.listen(ports.LOOPBACK, port) if listener is None else socket.socket(fileno=listener)
    goods = catalogue.read_bytes() if catalogue else None
    store = open_store(state or data_directory() / "sandbox.sqlite3", goods, first_orders, pizzas=pizzas)
    try:
        _say(ports.address_of(opened), credentials(store), as_json)
        ports.serve(application(store, access_token(), PLANS[plan]), opened)
    finally:
        store.close()


@app.command("orders", help=_("Place new orders in the sandbox store that runs."))
@database()
def orders(count: Count = 5, shop: ShopCode = demo.SHOP, as_json: Json = False) -> None:
    """Place orders as the store's customers would."""
    found = Shop.objects.filter(code=shop).first()
    if found is None:
        raise UserError(gettext_noop("There is no Shopify shop %(shop)s."), shop=shop)
    answer = Http(found.shopify_url).post("/_control/orders", {"count": count})
    if answer.status != 201:
        raise UserError(gettext_noop("%(address)s is no sandbox store."), address=found.shopify_url)
    if as_json:
        print_json(answer.json())
    else:
        placed = ngettext("%(count)s order placed.", "%(count)s orders placed.", count)
        console.print(placed % {"count": count})


def access_token() -> str:
    """Return the token that the sandbox store asks for, made once for this data directory."""
    return kept("sandbox.token", lambda: f"shpat_{secrets.token_hex(16)}")


def _say(address: str, own_app: App, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "address": address,
                "access_token": access_token(),
                "client_id": own_app.client_id,
                "client_secret": own_app.client_secret,
            }
        )
    else:
        message = _("The sandbox store serves on %(address)s. Its access token is %(token)s")
        console.print(message % {"address": address, "token": access_token()}, soft_wrap=True)
