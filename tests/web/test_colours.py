"""What is written can be read: every colour of text stands out from its ground as WCAG 2.2 AA asks, in both lights."""

import re
from itertools import product
from pathlib import Path

import pytest

import jono.web

CSS = (Path(jono.web.__file__).parent / "static" / "jono" / "jono.css").read_text()
COLOURS = {
    name: (light, dark)
    for name, light, dark in re.findall(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", CSS)
}
GROUNDS = ("ground", "paper", "raised", "hover", "soft")
ON_GROUNDS = [*product(("ink", "quiet"), GROUNDS), *product(("accent",), ("ground", "paper", "soft"))]
TONES = [(tone, f"{tone}-soft") for tone in ("good", "busy", "warn", "bad", "calm")]


@pytest.mark.parametrize("light", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), [*ON_GROUNDS, *TONES, ("on-accent", "accent")])
def test_text_stands_out_from_its_ground(text: str, ground: str, light: int) -> None:
    assert contrast(COLOURS[text][light], COLOURS[ground][light]) >= 4.5


@pytest.mark.parametrize("light", [0, 1], ids=["light", "dark"])
def test_the_edges_of_inputs_and_the_focus_stand_out(light: int) -> None:
    for line in ("edge", "accent"):
        assert contrast(COLOURS[line][light], COLOURS["paper"][light]) >= 3


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, from 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """How light a colour is, from 0 to 1."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
