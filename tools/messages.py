"""The texts people see: collected from code and templates, compiled for Django, checked for being whole.

python -m tools.messages update     collect every text into the catalogues
python -m tools.messages compile    make the .mo files that Django reads
python -m tools.messages check      say what is not translated, and fail if anything is not
"""

import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
CATALOGUES = ROOT / "jono" / "web" / "locale"
LANGUAGES = ("en", "fi")
SOURCE = "en"
TEMPLATES = {".html", ".txt"}
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_noop": None,
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
}
PLACE = re.compile(r"%\((\w+)\)[a-z]|%%|\{\w*\}")
COLUMNS = 110
SINCE = datetime(2026, 1, 1, tzinfo=UTC)
"""The one date in the headers: the history knows when a text changed."""
HEADER = "# The texts of Jono; collected and checked by tools/messages.py."


def main(command: str) -> int:
    """Do what the command line asks; return the exit code."""
    if command == "update":
        return update()
    if command == "compile":
        return compile_all()
    return check()


def update() -> int:
    """Bring each catalogue up to what is collected; a text that is new or gone is added or dropped."""
    template = collect()
    for language in LANGUAGES:
        catalogue = read(language)
        catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
        catalogue.obsolete.clear()
        write(catalogue, language)
        print(f"{language}: {len(catalogue)} texts")
    return 0


def compile_all() -> int:
    """Write each catalogue as Django reads it."""
    for language in LANGUAGES:
        with path_of(language).with_suffix(".mo").open("wb") as file:
            write_mo(file, read(language))
    return 0


def check() -> int:
    """Say what is wrong with the catalogues; return 1 if anything is."""
    found = list(problems())
    for problem in found:
        print(problem)
    return 1 if found else 0


def problems() -> Iterator[str]:
    """Yield what is wrong: a text that no catalogue has, is not translated, or loses a place for a value."""
    wanted = {key_of(message) for message in collect() if message.id}
    for language in LANGUAGES:
        catalogue = read(language)
        known = {key_of(message) for message in catalogue if message.id}
        for key in sorted(wanted ^ known, key=str):
            yield f"{language}: {key}: run update"
        for message in catalogue:
            if message.id and key_of(message) in wanted:
                yield from (
                    f"{language}: {message.id!r}: {problem}" for problem in _faults(message, language)
                )


def collect() -> Catalog:
    """Return every text of code and templates; where it stands is noted by file, without lines that would churn."""
    found = Catalog(fuzzy=False)
    for path in sorted(ROOT.glob("jono/**/*")):
        if path.suffix not in {".py", *TEMPLATES} or "migrations" in path.parts:
            continue
        for _line, message, comments, context in extract("python", _source(path), KEYWORDS, ["Translators:"]):
            found.add(
                message, None, [(str(path.relative_to(ROOT)), 0)], auto_comments=comments, context=context
            )
    return found


def read(language: str) -> Catalog:
    """Return a language's catalogue; an empty one if there is none yet."""
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language, domain="django", project="Jono", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language, domain="django")


def write(catalogue: Catalog, language: str) -> None:
    """Write a language's catalogue, sorted, so that changes are easy to read."""
    path = path_of(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.header_comment = HEADER
    catalogue.project, catalogue.version = "Jono", ""
    catalogue.last_translator = catalogue.language_team = catalogue.msgid_bugs_address = "Jono"
    catalogue.creation_date = catalogue.revision_date = SINCE
    with path.open("wb") as file:
        write_po(file, catalogue, width=COLUMNS, sort_output=True, include_lineno=False)


def path_of(language: str) -> Path:
    """Where a language's catalogue is."""
    return CATALOGUES / language / "LC_MESSAGES" / "django.po"


def key_of(message: Message) -> tuple[str | None, str]:
    """What tells a text from others: its context and its (first) form."""
    return (message.context, message.id if isinstance(message.id, str) else message.id[0])


def _source(path: Path) -> BytesIO:
    """A file's text as Python that calls gettext; a template's lines need not be indented as Python's must."""
    text = path.read_text()
    if path.suffix in TEMPLATES:
        text = "\n".join(line.strip() for line in templatize(text, origin=str(path)).splitlines())
    return BytesIO(text.encode())


def _faults(message: Message, language: str) -> Iterator[str]:
    forms = message.string if isinstance(message.string, tuple | list) else (message.string,)
    originals = message.id if isinstance(message.id, tuple | list) else (message.id,)
    if message.fuzzy:
        yield "is fuzzy"
    if language == SOURCE and not any(forms):
        return
    if not all(forms):
        yield "is not translated"
    for number, form in enumerate(forms):
        # The first form speaks of one, and may leave the number out as the English does.
        allowed = (_places(originals[0]), _places(originals[-1]))[0 if number == 0 else 1 :]
        if form and _places(form) not in allowed:
            yield f"has other places for values: {form!r}"


def _places(text: str) -> list[str]:
    return sorted(match[0] for match in PLACE.finditer(text) if match[0] != "%%")


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in {"update", "compile", "check"}:
        sys.exit(__doc__)
    settings.configure()
    sys.exit(main(sys.argv[1]))
