"""Small pieces of HTML, every text escaped; and the frame they stand in."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from html import escape
from importlib.resources import files

Say = Callable[[str], str]
PLACES = (("/", "Orders"), ("/products", "Products"), ("/customers", "Customers"), ("/payouts", "Payouts"),
          ("/events", "Events"), ("/settings", "Faults and clock"))  # fmt: skip
_GOOD = {"paid", "fulfilled", "success", "closed", "active", "delivered", "completed"}
_WAITING = {
    "pending",
    "open",
    "on_hold",
    "in_progress",
    "needs_response",
    "authorized",
    "unfulfilled",
    "partially_fulfilled",
    "partially_paid",
    "waiting",
    "running",
    "draft",
}


class Html(str):
    """Text that is HTML already."""


def h(value: object) -> Html:
    """Return a value as HTML: escaped, unless it is HTML already; nothing for None."""
    return value if isinstance(value, Html) else Html(escape("" if value is None else str(value)))


def joined(parts: Iterable[object]) -> Html:
    """Return parts one after the other."""
    return Html("".join(h(each) for each in parts))


def link(address: str, text: object) -> Html:
    """Return a link."""
    return Html(f'<a href="{h(address)}">{h(text)}</a>')


def badge(status: str) -> Html:
    """Return a status as a coloured word."""
    kind = "good" if status.lower() in _GOOD else "waiting" if status.lower() in _WAITING else "plain"
    words = status.replace("_", " ").capitalize()
    return Html(f'<span class="badge {kind}">{h(words)}</span>')


def table(
    heads: Sequence[str], rows: Iterable[Sequence[object]], say: Say, right: Sequence[int] = ()
) -> Html:
    """Return a table; `right` are the columns of numbers."""
    names = [h(say(each)) if each else "" for each in heads]
    body = [f"<tr>{''.join(_cells(row, names, right))}</tr>" for row in rows]
    if not body:
        return Html(f'<p class="empty">{h(say("Nothing yet."))}</p>')
    cells = "".join(f"<th{_class(index, right)}>{each}</th>" for index, each in enumerate(names))
    head = f"<thead><tr>{cells}</tr></thead>" if any(names) else ""
    return Html(f"<table>{head}<tbody>{''.join(body)}</tbody></table>")


def card(title: str, content: object, say: Say) -> Html:
    """Return a card, with a title unless the page's own says it."""
    head = f"<h2>{h(say(title))}</h2>" if title else ""
    return Html(f"<section>{head}{h(content)}</section>")


def form(action: str, fields: Sequence[object], button: str, say: Say, kind: str = "") -> Html:
    """Return a form that is sent to the store itself."""
    inside = joined(fields)
    return Html(
        f'<form method="post" action="{h(action)}">{inside}<button class="{h(kind)}">{h(say(button))}</button></form>'
    )


def field(name: str, label: str, value: object, say: Say, kind: str = "number") -> Html:
    """Return a labelled field of a form."""
    step = ' step="any"' if kind == "number" else ""
    return Html(
        f'<label>{h(say(label))} <input type="{kind}" name="{h(name)}" value="{h(value)}"{step}></label>'
    )


def choice(name: str, label: str, values: Mapping[str, str], say: Say) -> Html:
    """Return a labelled choice of a form: values, and how people call them."""
    options = "".join(f'<option value="{h(each)}">{h(say(words))}</option>' for each, words in values.items())
    return Html(f'<label>{h(say(label))} <select name="{h(name)}">{options}</select></label>')


def page(store: str, here: str, title: object, content: object, say: Say, language: str) -> str:
    """Return a whole page."""
    places = "".join(
        f'<a href="{address}"{_here(here == address)}>{h(say(name))}</a>' for address, name in PLACES
    )
    css = files("jono.sandbox.admin").joinpath("admin.css").read_text(encoding="utf-8")
    kind = h(say("Sandbox store"))
    button = form("/_admin/orders", (), "Place an order", say, "primary")
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{h(title)} · {h(store)}</title><style>{css}</style></head><body>"
        f"<header><strong>{h(store)}</strong><span>{kind}</span>{button}</header>"
        f"<nav>{places}</nav><main><h1>{h(title)}</h1>{h(content)}</main></body></html>"
    )


def _cells(row: Sequence[object], names: Sequence[str], right: Sequence[int]) -> Iterator[str]:
    """The cells of a row; each knows its column's name, which a narrow screen shows beside it."""
    for index, cell in enumerate(row):
        name = f' data-name="{names[index]}"' if names[index] else ""
        yield f"<td{_class(index, right)}{name}>{h(cell)}</td>"


def _class(index: int, right: Sequence[int]) -> str:
    return ' class="number"' if index in right else ""


def _here(is_here: bool) -> str:
    return ' aria-current="page"' if is_here else ""
