"""From a matplotlib figure to a picture that can stand in a page with many others."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

INK = "#1b2733"
MUTED = "#5c6b7a"
GRID = "#e3e8ed"
PALE = "#a3b1be"
REAL = "#2b5d8a"
SYNTHETIC = "#d9730d"

_STYLE: dict[Any, Any] = {
    "text.parse_math": False,  # a dollar sign in a name must not start a formula
    "svg.fonttype": "none",  # text stays text: selectable, small, in the reader's own font
    "svg.hashsalt": "lakesynth",  # the same report gives the same bytes
    "font.size": 11,
    "text.color": INK,
    "axes.edgecolor": GRID,
    "axes.labelcolor": MUTED,
    "axes.labelsize": 11,
    "axes.linewidth": 1.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.axisbelow": True,
    "axes.formatter.use_mathtext": False,
    "axes.unicode_minus": True,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelsize": 11,
    "ytick.labelsize": 11,
    "xtick.major.size": 3,
    "ytick.major.size": 0,
    "grid.color": GRID,
}
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]+")


@contextmanager
def style() -> Iterator[None]:
    """Settings of matplotlib for the length of one picture; the user's own come back afterwards."""
    with matplotlib.rc_context(_STYLE), warnings.catch_warnings():
        # only the width of such letters is guessed: the reader's browser draws them
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        yield


class Picture(Figure):
    """A figure that a notebook shows, whether pyplot is loaded or not."""

    def _repr_svg_(self) -> str:
        buffer = io.StringIO()
        with style():
            self.savefig(buffer, format="svg", facecolor="white", metadata={"Date": None})
        return buffer.getvalue()


def new_figure(width: float, height: float) -> Picture:
    """An empty figure of so many CSS pixels (one SVG unit is one pixel at full size)."""
    figure = Picture(figsize=(width / 72, height / 72))
    FigureCanvasSVG(figure)
    return figure


def printable(text: str, limit: int | None = None) -> str:
    """Text on one line that XML can hold, cut with an ellipsis beyond ``limit`` letters."""
    line = _CONTROL.sub(" ", text.encode("utf-8", "replace").decode("utf-8")).strip() or "(empty)"
    return line if limit is None or len(line) <= limit else line[: limit - 1].rstrip() + "…"


def inline_svg(figure: Figure, *, prefix: str) -> str:
    """The figure as an ``svg`` element; its ids start with ``prefix``, so that none clash."""
    buffer = io.StringIO()
    figure.savefig(
        buffer,
        format="svg",
        transparent=True,
        metadata={"Date": None, "Creator": None, "Format": None, "Type": None},
    )
    whole = buffer.getvalue()
    element = re.sub(r"<metadata>.*?</metadata>", "", whole[whole.index("<svg") :], flags=re.S)
    return _own_ids(_scalable(element), prefix)


def _scalable(element: str) -> str:
    """Without a fixed size in points: the page decides, the view box keeps the proportions."""
    head, tail = element.split(">", 1)
    head = re.sub(r' (?:width|height|version|xmlns:xlink)="[^"]*"', "", head)
    return f'{head} aria-hidden="true" focusable="false">{tail}'.replace("xlink:href", "href")


def _own_ids(element: str, prefix: str) -> str:
    """Prefix the ids that are referred to, and drop all others."""
    used = set(re.findall(r'(?:url\(#|href="#)([^)"]+)', element))

    def rename(match: re.Match[str]) -> str:
        return f' id="{prefix}-{match[1]}"' if match[1] in used else ""

    element = re.sub(r' id="([^"]*)"', rename, element)
    return re.sub(r'(url\(#|href="#)', rf"\1{prefix}-", element)
