"""A figure for every pair of columns, as a lower triangle of coloured squares."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from matplotlib.colors import LinearSegmentedColormap

from synth.report.svg import MUTED, inline_svg, new_figure, printable, style

NARROW = 340
LABEL_LETTERS = 16
_LOSS = ("#0b2545", "#2f6690", "#9cc5de", "#f1f5f8")  # dark: a large loss
_SIGNED = ("#5b3a8c", "#b9a3d6", "#f5f5f3", "#9ccfa9", "#1f6b3b")  # negative, none, positive


@dataclass(frozen=True)
class Scale:
    """The colours between two values; the same scale on two maps makes them comparable."""

    low: float
    high: float
    colours: tuple[str, ...]

    @classmethod
    def similarity(cls, *matrices: npt.NDArray[np.float64]) -> Scale:
        """From the lowest value met, in twentieths, up to 1; pale is good."""
        lowest = min((float(np.nanmin(m)) for m in matrices if np.isfinite(m).any()), default=0.9)
        return cls(min(max(np.floor(lowest * 20) / 20, 0.0), 0.95), 1.0, _LOSS)

    @classmethod
    def correlation(cls) -> Scale:
        """From -1 to 1; pale is no link."""
        return cls(-1.0, 1.0, _SIGNED)

    @classmethod
    def difference(cls, matrix: npt.NDArray[np.float64]) -> Scale:
        """From 0 up to the largest value met, in twentieths; pale is good."""
        largest = float(np.nanmax(matrix)) if np.isfinite(matrix).any() else 0.0
        return cls(0.0, max(np.ceil(largest * 20) / 20, 0.05), _LOSS[::-1])


def heat_map_svg(
    matrix: npt.NDArray[np.float64], names: list[str], scale: Scale, *, prefix: str
) -> str:
    """The lower triangle of a symmetric matrix; NaN stays empty. Past 22 names it grows wide."""
    labels = [printable(name, LABEL_LETTERS) for name in names]
    margin = 12 + 5.6 * max(map(len, labels), default=0)
    side = max(NARROW - margin - 8, 11.5 * (len(names) - 1))
    width, height = margin + side + 8, margin + side + 8
    lower = np.where(np.tri(len(names), k=-1, dtype=bool), matrix, np.nan)[1:, :-1]
    with style():
        figure = new_figure(width, height)
        axes = figure.add_axes((margin / width, margin / height, side / width, side / height))
        colours = LinearSegmentedColormap.from_list("scale", scale.colours)
        picture = axes.imshow(
            np.ma.masked_invalid(lower),
            cmap=colours,
            vmin=scale.low,
            vmax=scale.high,
            interpolation="none",  # one pixel for each pair, scaled by the browser
        )
        places = [float(k) for k in range(len(names) - 1)]
        axes.set_yticks(places, labels[1:])
        axes.set_xticks(places, labels[:-1])
        size = float(np.clip(side / max(len(names) - 1, 1) * 0.75, 7.5, 10))
        axes.tick_params(axis="x", rotation=90, length=0, labelsize=size)
        axes.tick_params(axis="y", length=0, labelsize=size)
        axes.spines["bottom"].set_visible(False)
        bar = axes.inset_axes((0.56, 0.93, 0.42, 0.028))  # in the empty upper triangle
        key = figure.colorbar(picture, cax=bar, orientation="horizontal")
        key.outline.set_visible(False)
        bar.set_xticks([scale.low, scale.high], [f"{scale.low:g}", f"{scale.high:g}"])
        bar.tick_params(labelsize=10, length=0, colors=MUTED)
        return inline_svg(figure, prefix=prefix)
