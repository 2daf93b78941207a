"""Files that the store keeps for a while: what bulk operations wrote, what apps have uploaded."""

from collections.abc import Iterator

from jono.sandbox.state import State


def append(state: State, name: str, content: bytes) -> None:
    """Add a part to a file, which need not exist yet."""
    state.write(
        "INSERT INTO file SELECT ?, coalesce(max(part), 0) + 1, ? FROM file WHERE name = ?",
        (name, content, name),
    )


def parts(state: State, name: str) -> Iterator[bytes]:
    """Yield the parts of a file."""
    part = 0
    while True:
        rows = state.rows(
            "SELECT part, content FROM file WHERE name = ? AND part > ? ORDER BY part LIMIT 1", (name, part)
        )
        if not rows:
            return
        part, content = rows[0]
        yield content


def lines(state: State, name: str) -> Iterator[bytes]:
    """Yield the lines of a file that are not empty."""
    rest = b""
    for content in parts(state, name):
        *whole, rest = (rest + content).split(b"\n")
        yield from (each for each in whole if each.strip())
    if rest.strip():
        yield rest


def size(state: State, name: str) -> int:
    """How many bytes a file has."""
    return int(state.rows("SELECT coalesce(sum(length(content)), 0) FROM file WHERE name = ?", (name,))[0][0])


def exists(state: State, name: str) -> bool:
    """Whether there is such a file."""
    return bool(state.rows("SELECT 1 FROM file WHERE name = ? LIMIT 1", (name,)))


def remove(state: State, name: str) -> None:
    """Forget a file."""
    state.write("DELETE FROM file WHERE name = ?", (name,))
