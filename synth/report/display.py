"""What a distribution picture shows: few bars out of many fine bins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from synth.report.report import ColumnComparison

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]

MOST_CATEGORIES = 15
MOST_CELLS = 40
MOST_LATTICE_CELLS = 60  # values on a grid get a cell each up to here: joining two makes combs
# Exact values above a tenth of the rows get their own bars once they hold most of the table:
# on the axis of the rest they would press everything else flat.
HEAVY_VALUE, HEAVY_TOGETHER = 0.10, 0.60
TAIL = 0.005  # on either side, folded into the outermost cells of a column with long tails
MOST_REMOTE = 3  # values on either side that may stand apart: 98 and 99, 9997 to 9999


@dataclass(frozen=True)
class Bars:
    """Shares of rows by label."""

    labels: list[str]
    real: Floats
    synthetic: Floats
    left_out: int = 0  # labels joined in the last bar


@dataclass(frozen=True)
class Cells:
    """Shares of rows in cells of equal width along the values' axis, shape ``(n_cells,)``."""

    edges: Floats
    real: Floats
    synthetic: Floats
    folded_below: bool = False
    folded_above: bool = False


@dataclass(frozen=True)
class Display:
    """Bars for what has no place on an axis or would dwarf the rest, cells for all else."""

    bars: Bars | None
    cells: Cells | None


def display(column: ColumnComparison) -> Display:
    """How the column is drawn; every row of both tables is in exactly one bar or cell."""
    real, synthetic = _shares(column.real), _shares(column.synthetic)
    placed = _placed(column)
    if not column.bins.ordinal or not len(placed):
        return Display(_category_bars(column, real, synthetic), None)
    lower = np.array([column.bins.lower[k] for k in placed], np.float64)
    upper = np.array([column.bins.upper[k] for k in placed], np.float64)
    on_grid = _lattice(lower, upper)
    if on_grid is None and len(placed) <= MOST_CATEGORIES and bool((lower == upper).all()):
        return Display(_bars(column, _with_mass(np.arange(len(real)), real, synthetic)), None)
    off_axis = np.zeros(len(placed), bool)
    if on_grid is None:
        share = np.maximum(real[placed], synthetic[placed])
        off_axis = _heavy(lower == upper, share)
        off_axis |= _remote(lower, upper, np.where(off_axis, 0.0, share))
    rest = np.setdiff1d(np.arange(len(real)), placed)
    apart = np.concatenate([placed[off_axis], _with_mass(rest, real, synthetic)])
    bars = _bars(column, apart) if len(apart) else None
    on_axis = placed[~off_axis]
    if not len(on_axis):
        return Display(bars, None)
    masses = real[on_axis], synthetic[on_axis]
    return Display(bars, _cells(lower[~off_axis], upper[~off_axis], *masses, edges=on_grid))


def _shares(counts: list[int]) -> Floats:
    array = np.asarray(counts, np.float64)
    return np.asarray(array / max(float(array.sum()), 1.0))


def _placed(column: ColumnComparison) -> Indices:
    """Bins with a finite range; infinite ones are named by their label instead."""
    ends = zip(column.bins.lower, column.bins.upper, strict=True)
    return np.array(
        [k for k, end in enumerate(ends) if None not in end and np.isfinite(_pair(end)).all()],
        np.intp,
    )


def _pair(end: tuple[Any, Any]) -> Floats:
    return np.array(end, np.float64)


def _with_mass(indices: Indices, real: Floats, synthetic: Floats) -> Indices:
    return indices[(real[indices] > 0) | (synthetic[indices] > 0)]


def _bars(column: ColumnComparison, indices: Indices) -> Bars:
    labels = [column.bins.labels[k] for k in indices]
    return Bars(labels, _shares(column.real)[indices], _shares(column.synthetic)[indices])


def _category_bars(column: ColumnComparison, real: Floats, synthetic: Floats) -> Bars:
    """The most frequent real categories, then one bar for all others."""
    order = np.lexsort((-synthetic, -real))
    order = _with_mass(order, real, synthetic)
    if len(order) <= MOST_CATEGORIES + 1:
        return _bars(column, order)
    top, others = _bars(column, order[:MOST_CATEGORIES]), order[MOST_CATEGORIES:]
    return Bars(
        [*top.labels, f"other ({len(others)} more)"],
        np.append(top.real, real[others].sum()),
        np.append(top.synthetic, synthetic[others].sum()),
        left_out=len(others),
    )


def _heavy(exact: npt.NDArray[np.bool_], share: Floats) -> npt.NDArray[np.bool_]:
    heavy = exact & (share >= HEAVY_VALUE)
    return heavy if share[heavy].sum() >= HEAVY_TOGETHER else np.zeros(len(share), bool)


def _remote(lower: Floats, upper: Floats, share: Floats) -> npt.NDArray[np.bool_]:
    """Exact values that lie farther from all others than those reach: often a code for "unknown".

    They would press the others into one cell, and too many rows have them to be folded.
    """
    remote = np.zeros(len(share), bool)
    exact = np.flatnonzero((lower == upper) & (share >= TAIL))
    for inwards in (exact, exact[::-1]):
        for end in range(1, min(MOST_REMOTE, len(inwards)) + 1):
            others = (share > 0) & ~remote
            others[inwards[:end]] = False
            if not others.any():
                continue
            low, high, *_ = _span(lower[others], upper[others], share[others])
            nearest = lower[inwards[end - 1]]
            if max(low - nearest, nearest - high) > high - low:
                remote[inwards[:end]] = True
    return remote


def _lattice(lower: Floats, upper: Floats) -> Floats | None:
    """Edges around exact values that lie on a grid of few points; None for all other columns."""
    values = np.unique(lower)
    if len(values) < 2 or bool((lower != upper).any()):
        return None
    with np.errstate(over="ignore", invalid="ignore"):  # the largest floats: no grid
        step = float(np.diff(values).min())
        places = (values - values[0]) / step
    if not places[-1] <= MOST_LATTICE_CELLS - 1 or np.abs(places - places.round()).max() > 1e-6:
        return None
    return np.asarray(values[0] + (np.arange(round(places[-1]) + 2) - 0.5) * step)


def _cells(
    lower: Floats, upper: Floats, real: Floats, synthetic: Floats, *, edges: Floats | None
) -> Cells:
    """Spread the bins over cells: exact values whole, ranges evenly."""
    below = above = False
    exact = np.flatnonzero(upper <= lower)
    if edges is None:
        low, high, below, above = _span(lower, upper, (real + synthetic) / 2)
        whole = bool((lower % 1 == 0).all() and (upper % 1 == 0).all())
        edges = _edges(low, high, whole)
        if whole:  # a range of whole numbers holds both of its ends
            lower, upper = lower - 0.5 * (upper > lower), upper + 0.5 * (upper > lower)
    bounds = edges.copy()
    bounds[0], bounds[-1] = -np.inf, np.inf  # what lies outside counts in the outermost cells
    width = np.where(upper > lower, upper - lower, 1.0)[:, None]
    overlap = np.minimum(upper[:, None], bounds[1:]) - np.maximum(lower[:, None], bounds[:-1])
    weight = np.clip(overlap, 0.0, None) / width  # (n_bins, n_cells)
    cell = np.clip(np.searchsorted(bounds, lower[exact], side="right") - 1, 0, len(edges) - 2)
    weight[exact] = 0.0
    weight[exact, cell] = 1.0
    return Cells(edges, real @ weight, synthetic @ weight, below, above)


def _span(lower: Floats, upper: Floats, share: Floats) -> tuple[float, float, bool, bool]:
    """The axis' range, without tails that would press the rest into a few cells."""
    low, high = float(lower.min()), float(upper.max())
    order = np.argsort(lower / 2 + upper / 2, kind="stable")
    cumulative = np.cumsum(share[order]) / max(share.sum(), 1e-12)
    last = len(order) - 1
    first_kept = order[min(int(np.searchsorted(cumulative, TAIL)), last)]
    last_kept = order[min(int(np.searchsorted(cumulative, 1 - TAIL)), last)]
    inner_low, inner_high = float(lower[first_kept]), float(upper[last_kept])
    core = inner_high - inner_low
    if core <= 0:
        return low, high, False, False
    below, above = inner_low - low > core / 4, high - inner_high > core / 4
    return (inner_low if below else low), (inner_high if above else high), below, above


def _edges(low: float, high: float, whole: bool) -> Floats:
    if whole:
        # whole numbers: each cell holds equally many of them, else the picture shows a comb
        step = float(max(1, np.ceil((high - low + 1) / MOST_CELLS)))
        return np.asarray(low - 0.5 + step * np.arange(np.ceil((high - low + 1) / step) + 1))
    if high <= low:
        half = max(abs(low), 1.0) * 0.5
        low, high = low - half, high + half
    return np.linspace(low, high, MOST_CELLS + 1)
