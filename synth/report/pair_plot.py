"""How often values of two columns go together, in the real and in the synthetic table."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from synth.metrics.histograms import CodeHistograms
from synth.report.heatmap import Scale
from synth.report.pictures import short_number
from synth.report.plots import headed
from synth.report.svg import MUTED, new_figure, printable, style
from synth.table.bins import ColumnBins
from synth.table.errors import InputError
from synth.table.known_names import known_names
from synth.table.limits import MIN_ENTITIES

SIDE, MARGIN, BOTTOM = 230, 116, 112  # pixels of a panel, and beside and below it
LABEL_LETTERS = 14
MOST_LABELS = 16
_SHARES = ("#f1f5f8", "#9cc5de", "#2f6690", "#0b2545")  # dark: many rows

Matrix = npt.NDArray[np.float64]


def pair_figure(counts: Mapping[str, CodeHistograms], first: str, second: str) -> Figure:
    """Shares of the rows by both columns: real, synthetic, and their difference.

    ``counts`` are of whole tables by role. Cells of fewer rows than ``MIN_ENTITIES`` are left
    empty, those of the difference where both tables have fewer; a sensitive column shows numbers
    in place of values. InputError where a column is not compared, or both are the same one.
    """
    if not {"train", "synthetic"} <= counts.keys():
        raise InputError("a report alone does not hold pairs of values: evaluate(...) gives them")
    real, made = counts.get("holdout") or counts["train"], counts["synthetic"]
    names = [bins.name for bins in made.bins]
    for name in (first, second):
        if name not in names:
            raise InputError(f"no column {name!r} is compared; {known_names(name, names)}")
    if first == second:
        raise InputError(f"a pair has two columns, however: {first!r} twice")
    across, down = names.index(first), names.index(second)
    shares = [table.pair(down, across) / max(table.rows, 1) for table in (real, made)]
    few = [table.pair(down, across) < MIN_ENTITIES for table in (real, made)]
    shown = [np.where(hidden, 0.0, share) for hidden, share in zip(few, shares, strict=True)]
    gap = np.where(few[0] & few[1], 0.0, shares[1] - shares[0])
    bins = made.bins[across], made.bins[down]
    with style():
        return headed(_drawn(shown[0], shown[1], gap, bins), f"{first} and {second}")


def _drawn(real: Matrix, made: Matrix, gap: Matrix, bins: tuple[ColumnBins, ColumnBins]) -> Figure:
    """Three panels side by side; a cell that is 0 stays empty."""
    width, height = MARGIN + 3 * (SIDE + 24), BOTTOM + SIDE + 26
    figure = new_figure(width, height)
    most = max(float(real.max()), float(made.max()), 1e-9)
    far = max(float(np.abs(gap).max()), 1e-9)
    panels = (
        ("real", real, Scale(0.0, most, _SHARES)),
        ("synthetic", made, Scale(0.0, most, _SHARES)),
        ("synthetic less real", gap, Scale(-far, far, Scale.correlation().colours)),
    )
    for place, (title, matrix, scale) in enumerate(panels):
        left = MARGIN + place * (SIDE + 24)
        axes = figure.add_axes(
            (left / width, BOTTOM / height, SIDE / width, SIDE / height)  # in pixels
        )
        _panel(axes, matrix, scale)
        axes.set_title(f"{title}, up to {100 * scale.high:.2g} %", fontsize=10, color=MUTED)
        axes.set_xlabel(printable(bins[0].name, 2 * LABEL_LETTERS))
        if place == 0:
            axes.set_ylabel(printable(bins[1].name, 2 * LABEL_LETTERS))
        _name_places(axes, bins, labelled=place == 0)
    return figure


def _panel(axes: Axes, matrix: Matrix, scale: Scale) -> None:
    colours = LinearSegmentedColormap.from_list("scale", scale.colours)
    shown = np.ma.masked_equal(matrix, 0.0)
    axes.imshow(
        shown,
        cmap=colours,
        vmin=scale.low,
        vmax=scale.high,
        aspect="auto",
        origin="lower",
        interpolation="none",
    )
    axes.spines["bottom"].set_visible(False)


def _name_places(axes: Axes, bins: tuple[ColumnBins, ColumnBins], *, labelled: bool) -> None:
    across, down = (coarse_labels(one) for one in bins)
    step = 1 + (len(across) - 1) // MOST_LABELS
    axes.set_xticks(range(0, len(across), step), across[::step], rotation=90, fontsize=8)
    step = 1 + (len(down) - 1) // MOST_LABELS
    names = down[::step] if labelled else [""] * len(down[::step])
    axes.set_yticks(range(0, len(down), step), names, fontsize=8)
    axes.tick_params(length=0)


def coarse_labels(bins: ColumnBins) -> list[str]:
    """A text for each coarse bin: its label, its range, or how many labels it joins.

    Of a sensitive column the bin's number.
    """
    if bins.sensitive:
        return [str(place + 1) for place in range(bins.n_pair_bins)]
    members: list[list[int]] = [[] for _ in range(bins.n_pair_bins)]
    for fine, coarse in enumerate(bins.pair_bins):
        members[coarse].append(fine)
    return [_coarse_label(bins, own) for own in members]


def _coarse_label(bins: ColumnBins, own: list[int]) -> str:
    if len(own) == 1:
        return printable(bins.labels[own[0]], LABEL_LETTERS)
    low, high = bins.lower[own[0]], bins.upper[own[-1]]
    if not bins.ordinal or low is None or high is None:
        return f"{len(own)} values"
    if bins.unit == "number":
        return f"{short_number(low)} to {short_number(high)}"
    return f"{printable(bins.labels[own[0]], LABEL_LETTERS)} on"
