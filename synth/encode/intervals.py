"""Intervals of an ordered column between its atoms: of equal mass, across no gap, nobody's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from synth.encode.gaps import pieces
from synth.encode.settings import EncoderSettings
from synth.encode.tails import End, Tails, fitted_end

FEWEST_CELLS = 4  # a piece of fewer, or of fewer rows than so many need, has no fitted ends


@dataclass(frozen=True)
class Intervals:
    """``[lower, upper)`` ascending, int64 ``rows`` in each, and how values lie in them."""

    lower: np.ndarray
    upper: np.ndarray
    rows: np.ndarray
    tails: Tails


@dataclass(frozen=True)
class Bounds:
    """Within which values may be drawn: ``low`` and ``high``, and not across an atom.

    ``grid`` is the least distance from one. ``heaviest`` is the greatest shape of a law.
    """

    low: float
    high: float
    atoms: np.ndarray  # float64, ascending
    grid: float
    heaviest: float

    def beside(self, values: np.ndarray, start: int, end: int) -> Bounds:
        """Those of a piece of the ascending ``values``: half of the gaps beside it at most.

        An atom beyond the piece's last value ends it as well.
        """
        first, last = float(values[start]), float(values[end - 1])
        low, high = [self.low], [self.high]
        if start:
            low.append(float(values[start - 1]) / 2 + first / 2)
        if end < len(values):
            high.append(last / 2 + float(values[end]) / 2)
        below, above = self.atoms[self.atoms < first], self.atoms[self.atoms > last]
        if len(below):
            low.append(max(below[-1] + self.grid, np.nextafter(below[-1], np.inf)))
        if len(above):
            high.append(above[0] - self.grid)
        return Bounds(float(max(low)), float(min(high)), self.atoms, self.grid, self.heaviest)


def intervals(
    values: np.ndarray,
    weights: np.ndarray,
    settings: EncoderSettings,
    *,
    grid: float = 0.0,
    bounds: Bounds | None = None,
) -> Intervals:
    """Intervals over ascending distinct ``values`` of so many rows (``weights``, int64).

    Each has at least ``min_entities`` rows, and none spans a gap. The ends of each piece between
    gaps are fitted within the ``bounds``; without these, and where rows are too few, they are
    values that ``min_entities`` rows lie at or beyond.
    """
    least, total = settings.min_entities, int(weights.sum())
    number = min(settings.coarse * settings.fine, total // least)
    if number < 1:
        empty = np.zeros(0, values.dtype)
        return Intervals(empty, empty, np.zeros(0, np.int64), Tails.none(0))
    values, weights, starts = pieces(values, weights, least, grid)
    found = []
    for start, end in zip(starts, np.r_[starts[1:], len(values)], strict=True):
        rows = int(weights[start:end].sum())
        share = max(1, min(round(number * rows / total), rows // least))
        own = None if bounds is None else bounds.beside(values, start, end)
        found.append(_piece(values[start:end], weights[start:end], share, least, own))
    return _joined(found)


def _joined(parts: Sequence[Intervals]) -> Intervals:
    return Intervals(
        np.concatenate([part.lower for part in parts]),
        np.concatenate([part.upper for part in parts]),
        np.concatenate([part.rows for part in parts]),
        Tails.joined([part.tails for part in parts]),
    )


def _piece(
    values: np.ndarray, weights: np.ndarray, number: int, least: int, bounds: Bounds | None
) -> Intervals:
    """At most ``number`` intervals of equal mass over a run of values without a gap."""
    reach = np.cumsum(weights)
    total = int(reach[-1])
    ends = np.searchsorted(reach, np.arange(1, number) * total // number, side="left") + 1
    cuts = _with_enough_rows(np.unique(ends[ends < len(values)]), reach, least)
    between = _between(values[cuts - 1], values[cuts])
    first = values[np.searchsorted(reach, min(least, total), side="left")]
    last = values[np.searchsorted(reach, max(total - least, 0), side="right")]
    first, last = min(first, last), max(first, last)  # few rows: the two bounds may cross
    low = high = None
    if bounds is not None and len(cuts) >= FEWEST_CELLS - 1 and total >= FEWEST_CELLS * least:
        low, high = _fitted_ends(values, weights, cuts, between, bounds)
    start = first if low is None else _moved(between[0], -low.width)
    stop = _after(last) if high is None else _moved(between[-1], high.width)
    edges = np.concatenate([[start], np.clip(between, start, stop), [stop]]).astype(values.dtype)
    rows = np.diff(np.concatenate([[0], reach[cuts - 1], [total]]))
    tails = Tails.none(len(rows))
    for end, cell, side in ((low, 0, -1), (high, len(rows) - 1, 1)):
        width = float(edges[cell + 1]) - float(edges[cell])
        if end is not None and width > 0:
            tails.side[cell], tails.shape[cell] = side, end.law.shape
            tails.scale[cell] = end.law.scale / width
    wide = edges[1:] > edges[:-1]
    return Intervals(edges[:-1][wide], edges[1:][wide], rows[wide], tails.at(wide))


def _fitted_ends(
    values: np.ndarray, weights: np.ndarray, cuts: np.ndarray, between: np.ndarray, bounds: Bounds
) -> tuple[End | None, End | None]:
    """The lower and the upper end of a run, seen from its middle."""
    middle = int(np.searchsorted(np.cumsum(weights), weights.sum() / 2))
    centre, inner, outer = float(values[middle]), float(between[0]), float(between[-1])
    lower = upper = None
    with np.errstate(over="ignore"):
        if cuts[0] <= middle:
            down = centre - values[middle::-1].astype(np.float64)
            cut, edge, room = middle + 1 - int(cuts[0]), centre - inner, inner - bounds.low
            lower = fitted_end(down, weights[middle::-1], cut, edge, room, bounds.heaviest)
        if cuts[-1] > middle:
            up = values[middle:].astype(np.float64) - centre
            cut, edge, room = int(cuts[-1]) - middle, outer - centre, bounds.high - outer
            upper = fitted_end(up, weights[middle:], cut, edge, room, bounds.heaviest)
    return lower, upper


def _moved(edge: np.int64 | np.float64, by: float) -> np.int64 | np.float64:
    """An edge so much further out; by at least one where it is whole."""
    if isinstance(edge, np.int64):
        return edge + np.int64(np.sign(by) * max(np.ceil(abs(by)), 1))
    return np.float64(edge + by)


def _with_enough_rows(cuts: np.ndarray, reach: np.ndarray, least: int) -> np.ndarray:
    """Cuts between which at least ``least`` rows lie, greedily from below."""
    kept: list[int] = []
    start = 0
    for cut in cuts:
        if reach[cut - 1] - start >= least and reach[-1] - reach[cut - 1] >= least:
            kept.append(int(cut))
            start = int(reach[cut - 1])
    return np.array(kept, np.int64)


def _between(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """A point in ``(left, right]`` that is no value of its own: the middle, rounded up if whole."""
    if left.dtype == np.int64:
        middle: np.ndarray = left + (right - left + 1) // 2
        return middle
    half: np.ndarray = left + (right - left) / 2
    return half


def _after(value: np.int64 | np.float64) -> np.int64 | np.float64:
    """The open end just beyond the last value."""
    return value + 1 if isinstance(value, np.int64) else np.nextafter(value, np.inf)
