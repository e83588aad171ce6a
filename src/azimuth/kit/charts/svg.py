"""A small drawing board: shapes in, well-formed SVG out, every text escaped."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from html import escape
from unicodedata import combining

from django.utils.formats import number_format
from django.utils.safestring import SafeString

WIDTHS = {"wide": 680, "narrow": 340}
COLOURS = {
    "ink": "#2b2520", "soft": "#5f564d", "line": "#ddd7cd", "grid": "#ebe6de", "grey": "#9b9287", "pale": "#e4dfd7", "paper": "#ffffff",
    "accent": "#17545f", "tint": "#c9e0e3", "mid": "#6fa6ae", "warm": "#a8501f", "warm-mid": "#d79a73", "warm-tint": "#f0d3c0",
    "on-accent": "#ffffff",
}
FACE = "Azimuth Sans, Azimuth Arabic, Source Sans Pro, IBM Plex Sans Arabic, Source Sans 3, sans-serif"
_CONTROL = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)])

_NARROW, _BROAD = frozenset("iljtfrI.,:;'|!()[] "), frozenset("mwMWQO@%—…")


def text_width(text: str, size: float) -> float:
    """About how wide a text will be; errs on the wide side."""
    return size * sum(map(_width, text))


@cache
def _width(sign: str) -> float:
    if sign in _NARROW or sign in _BROAD:
        return 0.28 if sign in _NARROW else 0.8
    if ord(sign) > 0x2E7F or combining(sign):  # the widest scripts; marks above or below another sign
        return 0.0 if combining(sign) else 1.0
    return 0.58 if sign.isupper() else 0.42 if "\u0600" <= sign <= "\u06ff" else 0.5


def wrapped(text: str, width: float, size: float, most: int = 2) -> list[str]:
    """The text in at most `most` lines that fit the width; what does not fit ends in an ellipsis."""
    lines: list[str] = []
    words = text.split()
    while words and len(lines) < most:
        line = words.pop(0) if len(lines) < most - 1 else " ".join(words)
        words = words if len(lines) < most - 1 else []
        while words and text_width(f"{line} {words[0]}", size) <= width:
            line += f" {words.pop(0)}"
        lines.append(line)
    return [fitted(line, width, size) for line in lines] or [""]


def fitted(text: str, width: float, size: float) -> str:
    """The text, cut with an ellipsis when it is wider than `width`."""
    if text_width(text, size) <= width:
        return text
    while text and text_width(f"{text}…", size) > width:
        text = text[:-1]
    return f"{text.rstrip()}…"


def figure(number: float, places: int = 1) -> str:
    """A number as the reader writes it, with a real minus sign. Rounded first: Django's own format cuts off."""
    return number_format(round(number, places), places).replace("-", "−")


def _written(value: object) -> str:
    """An attribute's value: a number without needless places, one of our colours, or a text made harmless."""
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return COLOURS.get(str(value)) or _clean(value)


def _clean(text: object) -> str:
    return escape(str(text).translate(_CONTROL))


class Board:
    """Shapes collected in order; `done` gives the SVG."""

    def __init__(self, width: float, height: float = 0) -> None:
        self.width = width
        self.height = height
        self.shapes: list[str] = []

    def add(self, name: str, content: str = "", **attributes: object) -> None:
        """One element; `fill` and `stroke` name a colour of ours; None leaves an attribute out."""
        classes = [f"{letter}-{attributes[kind]}" for kind, letter in (("fill", "c"), ("stroke", "s")) if attributes.get(kind) in COLOURS]
        written = "".join(f' {key.replace("_", "-")}="{_written(value)}"' for key, value in attributes.items() if value is not None)
        klass = f' class="{" ".join(classes)}"' if classes else ""
        self.shapes.append(f"<{name}{klass}{written}>{content}</{name}>" if content else f"<{name}{klass}{written}/>")

    def text(self, x: float, y: float, text: object, *, size: float = 14, colour: str = "ink", anchor: str = "start", bold: bool = False) -> None:
        """One line of text, its foot at y."""
        self.add("text", _clean(text), x=x, y=y, fill=colour, font_size=size, text_anchor=None if anchor == "start" else anchor,
                 font_weight="600" if bold else None)

    def lines(self, x: float, y: float, lines: Sequence[str], *, size: float = 14, colour: str = "ink", anchor: str = "start", bold: bool = False) -> None:
        """Lines of text, the first with its foot at y."""
        for place, line in enumerate(lines):
            self.text(x, y + place * size * 1.25, line, size=size, colour=colour, anchor=anchor, bold=bold)

    def line(self, x1: float, y1: float, x2: float, y2: float, colour: str = "line", width: float = 1, dash: str | None = None) -> None:
        """A straight line."""
        self.add("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=colour, stroke_width=width, stroke_dasharray=dash, stroke_linecap="round")

    def rect(self, x: float, y: float, width: float, height: float, colour: str, radius: float = 0, edge: str | None = None) -> None:
        """A rectangle."""
        self.add("rect", x=x, y=y, width=max(width, 0.0), height=height, rx=radius or None, fill=colour, stroke=edge)

    def circle(self, x: float, y: float, radius: float, colour: str, edge: str | None = "paper", edge_width: float = 1.5) -> None:
        """A dot, with a thin rim so that dots stay apart."""
        self.add("circle", cx=x, cy=y, r=radius, fill=colour, stroke=edge, stroke_width=edge_width if edge else None)

    def path(self, d: str, fill: str | None = None, stroke: str | None = None, width: float | None = None) -> None:
        """A path."""
        self.add("path", d=d, fill=fill or "none", stroke=stroke, stroke_width=width, stroke_linejoin="round", stroke_linecap="round" if stroke else None)

    def done(self, title: str, desc: str = "") -> SafeString:
        """The SVG, named and described for readers."""
        said = f"<desc>{_clean(desc)}</desc>" if desc else ""
        return SafeString(
            f'<svg xmlns="http://www.w3.org/2000/svg" class="picture" role="img" direction="ltr" width="{_written(float(self.width))}" height="{_written(float(self.height))}" '
            f'viewBox="0 0 {_written(float(self.width))} {_written(float(self.height))}" font-family="{FACE}"><title>{_clean(title)}</title>{said}{"".join(self.shapes)}</svg>'
        )
