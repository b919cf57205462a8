"""The colours keep their contrast in both themes."""

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).resolve().parent.parent.parent / "server" / "web" / "static" / "css" / "tokens.css"

TEXT, EDGE = 4.5, 3.0  # WCAG 2.2 AA


def block(start: str) -> dict[str, str]:
    """Return the colours of the block that begins with ``start``."""
    css = TOKENS.read_text("utf-8")
    begin = css.index("{", css.index(start))
    depth, end = 1, begin + 1
    while depth:
        depth += {"{": 1, "}": -1}.get(css[end], 0)
        end += 1
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", css[begin:end]))


LIGHT = block(":root {")
DARK = block(':root[data-theme="dark"]')


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour."""
    parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def pairs() -> list[tuple[str, str, float]]:
    """Return which colour stands on which, and the contrast that asks for."""
    found = [
        (ink, on, TEXT) for ink in ("ink", "ink-2", "ink-3", "accent") for on in ("bg", "surface", "sunken", "hover")
    ]
    found += [("on-accent", on, TEXT) for on in ("accent", "accent-hover")]
    found += [(ink, "accent-soft", TEXT) for ink in ("accent", "ink", "ink-2", "ink-3")]
    for word in ("pass", "fail", "warn"):
        found += [(word, on, TEXT) for on in ("bg", "surface", "sunken", f"{word}-soft")]
        found += [(ink, f"{word}-soft", TEXT) for ink in ("ink", "ink-2")]
        found += [("surface", word, TEXT)]
    code = ("syn-key", "syn-str", "syn-num", "syn-com", "syn-fn", "ink", "ink-2")
    found += [(ink, on, TEXT) for ink in code for on in ("code-bg", "code-locked")]
    found += [("h-ink-lo", ground, TEXT) for ground in ("h0", "h1", "h2")]
    found += [("line-strong", on, EDGE) for on in ("bg", "surface", "sunken")]
    found += [("focus", on, EDGE) for on in ("bg", "surface", "sunken", "accent-soft", "hover")]
    return found


def test_the_two_copies_of_the_dark_theme_are_one() -> None:
    """By choice or by the system, dark is the same dark, and names every colour that light names."""
    assert DARK == block(':root:not([data-theme="light"])')
    assert LIGHT.keys() == DARK.keys()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everything_can_be_read(theme: str) -> None:
    """Text has a contrast of 4.5, edges and focus rings of 3."""
    colours = LIGHT if theme == "light" else DARK
    weak = [
        f"{ink} on {on}: {contrast(colours[ink], colours[on]):.2f}"
        for ink, on, needed in pairs()
        if contrast(colours[ink], colours[on]) < needed
    ]

    assert [] == weak
