"""Pictures of what models and attacks have shown, as figures and as SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.figure import Figure

from synth.report.svg import MUTED, PALE, REAL, SYNTHETIC, inline_svg, new_figure, printable, style

LONGEST_NAME = 28


def attack_figure(curves: Sequence[Mapping[str, Any]]) -> Figure:
    """Members found by false alarms, of each attack; guessing is the diagonal."""
    figure = new_figure(520, 400)
    axes = figure.add_axes((0.13, 0.14, 0.83, 0.82))
    axes.plot([0, 1], [0, 1], color=PALE, linewidth=1.2, linestyle=(0, (4, 3)), label="guessing")
    for curve, colour in zip(curves, (SYNTHETIC, REAL, MUTED), strict=False):
        label = printable(f"{curve['attack']}, {curve['targets']} rows", 40)
        axes.plot(curve["fpr"], curve["tpr"], color=colour, linewidth=1.8, label=label)
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="false alarms", ylabel="members found")
    axes.grid(True)
    axes.legend(frameon=False, loc="lower right", fontsize=10)
    return figure


def bars_figure(bars: Sequence[tuple[str, float]], *, full: float) -> Figure:
    """A bar for each name, and a line at what would be as good as real."""
    height = 30 + 24 * len(bars)
    figure = new_figure(560, height)
    axes = figure.add_axes((0.34, 24 / height, 0.62, 1 - 34 / height))
    names = [printable(name, LONGEST_NAME) for name, _ in bars]
    places = range(len(bars), 0, -1)
    axes.barh(list(places), [value for _, value in bars], color=SYNTHETIC, height=0.62)
    axes.axvline(full, color=REAL, linewidth=1.5)
    axes.set_yticks(list(places), names)
    axes.set_ylim(0.4, len(bars) + 0.6)
    axes.set_xlim(0, max(full * 1.1, *(value for _, value in bars)))
    axes.grid(True, axis="x")
    return figure


def attack_svg(curves: Sequence[Mapping[str, Any]], *, prefix: str) -> str:
    """:func:`attack_figure` as an element of a page."""
    with style():
        return inline_svg(attack_figure(curves), prefix=prefix)


def bars_svg(bars: Sequence[tuple[str, float]], *, full: float, prefix: str) -> str:
    """:func:`bars_figure` as an element of a page."""
    with style():
        return inline_svg(bars_figure(bars, full=full), prefix=prefix)
