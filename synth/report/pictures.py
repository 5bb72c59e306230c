"""The pictures of the report, each a function from plain numbers to an inline SVG."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle, product
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from synth.report.display import Bars, Cells, display
from synth.report.report import ColumnComparison
from synth.report.svg import (
    INK,
    MUTED,
    PALE,
    REAL,
    SYNTHETIC,
    inline_svg,
    new_figure,
    printable,
    style,
)
from synth.table.values import MICROSECONDS_PER_DAY

WIDTH = 340  # CSS pixels of a card on a wide screen, and of the page on a phone
ROW = 24  # height of one pair of bars
AXIS_HEIGHT = 150
LABEL_LETTERS = 24
_CURVE_COLOURS = (PALE, REAL, SYNTHETIC, INK, MUTED)
_LEGEND_COLUMNS = 4
FIRST_DAY, LAST_DAY = -719_162, 2_932_896  # years 1 and 9999, as far as a calendar axis goes


def distribution_svg(column: ColumnComparison, *, prefix: str, alone: bool = False) -> str:
    """Real and synthetic shares of one column: cells along its axis, bars for what has no place.

    ``alone``: the real ones, as where nothing is synthetic yet.
    """
    with style():
        return inline_svg(distribution_figure(column, alone=alone), prefix=prefix)


def curve_svg(
    curve: list[dict[str, Any]], names: Sequence[str], best_step: int | None, *, prefix: str
) -> str:
    """The named figures of a fit by step on one axis, the kept step marked where there is one."""
    with style():
        legend = 10 + ROW * -(-len(names) // _LEGEND_COLUMNS)
        height = 210 + legend
        figure = new_figure(720, height)
        axes = figure.add_axes((0.075, 34 / height, 0.9, 1 - (34 + legend) / height))
        for name, (line, colour) in zip(
            names, cycle(product(("-", "--", ":"), _CURVE_COLOURS)), strict=False
        ):
            _curve_line(axes, curve, name, colour, line)
        if best_step is not None:
            axes.axvline(best_step, color=INK, linewidth=1.1, linestyle=(0, (4, 3)))
            axes.annotate(
                "kept",
                (best_step, 1),
                xycoords=("data", "axes fraction"),
                xytext=(-4, -10),
                textcoords="offset points",
                ha="right",
            )
        axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: short_number(value)))
        axes.yaxis.set_major_locator(MaxNLocator(4))
        axes.grid(axis="y")
        if axes.get_legend_handles_labels()[0]:
            # above the lines: inside, it would lie on the mark of the kept step
            axes.legend(
                frameon=False, loc="lower right", bbox_to_anchor=(1, 1), ncols=_LEGEND_COLUMNS
            )
        return inline_svg(figure, prefix=prefix)


def short_number(value: float) -> str:
    """A number for an axis: 1.5k, 20M, 0.25; no exponent from 0.001 to 999 billion.

    >>> [short_number(v) for v in (0, 1500, -20_000_000, 0.25, 1234)]
    ['0', '1.5k', '-20M', '0.25', '1.23k']
    """
    size = abs(value)
    if 0 < size < 1e-3 or size >= 1e12:
        return f"{value:.2g}"
    for unit, letter in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
        if size >= unit:
            return f"{value / unit:.3g}{letter}"
    return f"{value:.4g}"


def _curve_line(axes: Axes, curve: list[dict[str, Any]], name: str, colour: str, line: str) -> None:
    points = [(row["step"], row[name]) for row in curve if row.get(name) is not None]
    if points:
        steps, values = zip(*points, strict=True)
        # one point makes no line: its dot is all there is to see
        axes.plot(
            steps,
            values,
            color=colour,
            linestyle=line,
            linewidth=1.6,
            marker=".",
            markersize=4,
            label=printable(name, LABEL_LETTERS),
        )


def distribution_figure(column: ColumnComparison, *, alone: bool = False) -> Figure:
    """:func:`distribution_svg` as a figure."""
    shown = display(column)
    bars_height = 30 + ROW * len(shown.bars.labels) if shown.bars else 0
    cells_height = AXIS_HEIGHT if shown.cells else 0
    height = max(bars_height + cells_height, 60)
    figure = new_figure(WIDTH, height)
    if shown.bars:
        # beside an axis the bars are shares of the table: a few nulls must not look like many
        full = 1.0 if shown.cells else None
        _draw_bars(figure, shown.bars, bars_height, height, full, alone)
    if shown.cells:
        _draw_cells(figure, shown.cells, column, cells_height, height, alone)
    return figure


def _draw_bars(
    figure: Figure, bars: Bars, own: int, height: int, full: float | None, alone: bool
) -> None:
    """Paired horizontal bars, the real one above; the label left, both shares right."""
    labels = [printable(label, LABEL_LETTERS) for label in bars.labels]
    left = min(14 + 6.6 * max(map(len, labels)), 172) / WIDTH
    bottom = (height - own + 6) / height
    axes = figure.add_axes((left, bottom, 0.985 - left, (own - 8) / height))
    places = np.arange(len(labels), dtype=float)
    widest = full or max(float(bars.real.max()), float(bars.synthetic.max()), 1e-9)
    axes.barh(places - (0 if alone else 0.19), bars.real, height=0.36, color=REAL)
    if not alone:
        axes.barh(places + 0.19, bars.synthetic, height=0.36, color=SYNTHETIC)
    for place, real, synthetic in zip(places, bars.real, bars.synthetic, strict=True):
        beside = (max(real, synthetic) + widest * 0.03, place)
        text = f"{100 * real:.1f} %" if alone else f"{100 * real:.1f} | {100 * synthetic:.1f} %"
        axes.text(*beside, text, va="center", fontsize=10, color=MUTED)
    axes.set_xlim(0, widest * 1.72)  # room for the shares beside the longest bar
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.set_yticks(places, labels)
    axes.xaxis.set_visible(False)
    axes.spines["bottom"].set_visible(False)


def _draw_cells(
    figure: Figure, cells: Cells, column: ColumnComparison, own: int, height: int, alone: bool
) -> None:
    left = 48 / WIDTH
    axes = figure.add_axes((left, 28 / height, 0.96 - left, (own - 40) / height))
    scale = MICROSECONDS_PER_DAY if column.bins.unit == "timestamp" else 1
    edges = cells.edges / scale
    axes.stairs(cells.real, edges, fill=True, color=REAL, alpha=0.28, linewidth=0)
    axes.stairs(cells.real, edges, color=REAL, linewidth=1.4)
    if not alone:
        axes.stairs(cells.synthetic, edges, color=SYNTHETIC, linewidth=1.8)
    axes.set_xlim(edges[0], edges[-1])
    top = max(float(cells.real.max()), float(cells.synthetic.max()), 1e-9)
    axes.set_ylim(0, top * 1.06)
    axes.yaxis.set_major_locator(MaxNLocator(3))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:.3g} %"))
    axes.grid(axis="y")
    _label_values(axes, column, edges)


def _label_values(axes: Axes, column: ColumnComparison, edges: npt.NDArray[np.float64]) -> None:
    """Ticks in the column's own unit; none for a sensitive one, whose axis shows only the order."""
    if column.bins.sensitive:
        axes.set_xticks([])
        axes.set_xlabel("values in their order (masked)", fontsize=9)
        return
    is_time = column.bins.unit in ("date", "timestamp")
    if is_time and edges[0] >= FIRST_DAY and edges[-1] <= LAST_DAY:
        locator = AutoDateLocator(minticks=3, maxticks=6)  # type: ignore[no-untyped-call]
        axes.xaxis.set_major_locator(locator)
        formatter = ConciseDateFormatter(locator)  # type: ignore[no-untyped-call]
        axes.xaxis.set_major_formatter(formatter)
        return
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: short_number(value)))


def axis_note(column: ColumnComparison) -> str:
    """What a reader of the picture must know about its outermost cells; empty where nothing."""
    cells = display(column).cells
    if cells is None or not (cells.folded_below or cells.folded_above):
        return ""
    sides = [
        side
        for side, folded in (("first", cells.folded_below), ("last", cells.folded_above))
        if folded
    ]
    return f"The {' and '.join(sides)} step also holds all values beyond it."
