"""Intervals of an ordered column between its atoms: of equal mass, across no gap, nobody's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from synth.encode.gaps import pieces
from synth.encode.settings import EncoderSettings
from synth.encode.tails import End, Tails, fitted_end
from synth.statistics.edges import Piece
from synth.table.round_numbers import cut_between

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

        They are round numbers within the gaps. An atom beyond the piece's last value ends it as
        well.
        """
        first, last = float(values[start]), float(values[end - 1])
        low, high = [self.low], [self.high]
        if start:
            low.append(_within(first, float(values[start - 1])))
        if end < len(values):
            high.append(_within(last, float(values[end])))
        below, above = self.atoms[self.atoms < first], self.atoms[self.atoms > last]
        if len(below):
            low.append(max(below[-1] + self.grid, np.nextafter(below[-1], np.inf)))
        if len(above):
            high.append(above[0] - self.grid)
        return Bounds(float(max(low)), float(min(high)), self.atoms, self.grid, self.heaviest)


def _within(own: float, other: float) -> float:
    """A round number in the middle fourth of a gap, on the own side of it."""
    middle, near = own / 2 + other / 2, own * 0.75 + other * 0.25
    return cut_between(min(middle, near), max(middle, near), "double")


def intervals(
    values: np.ndarray,
    weights: np.ndarray,
    settings: EncoderSettings,
    *,
    type_name: str,
    grid: float = 0.0,
    bounds: Bounds | None = None,
) -> Intervals:
    """Intervals over ascending distinct ``values`` of so many rows (``weights``, int64).

    Each has at least ``min_entities`` rows, and none spans a gap. An edge is the roundest number
    amid so many rows, of a column of a type, and none of their values where it can be helped. The
    ends of each piece between gaps are fitted within the ``bounds``; without these, and where rows
    are too few, at least ``min_entities`` rows lie at or beyond them.
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
        piece = Piece.of(values[start:end], weights[start:end], least, type_name)
        found.append(_intervals_of(piece, share, own))
    return _joined(found)


def _joined(parts: Sequence[Intervals]) -> Intervals:
    return Intervals(
        np.concatenate([part.lower for part in parts]),
        np.concatenate([part.upper for part in parts]),
        np.concatenate([part.rows for part in parts]),
        Tails.joined([part.tails for part in parts]),
    )


def _intervals_of(piece: Piece, number: int, bounds: Bounds | None) -> Intervals:
    """At most ``number`` intervals of about equal mass over a run of values without a gap."""
    between = piece.edges(number)
    cuts = piece.places(between)
    values, weights, total = piece.values, piece.weights, piece.total
    low = high = None
    if bounds is not None and len(cuts) >= FEWEST_CELLS - 1 and total >= FEWEST_CELLS * piece.least:
        low, high = _fitted_ends(values, weights, cuts, between, bounds)
    start = piece.start(between) if low is None else _moved(between[0], -low.width)
    stop = piece.stop(between) if high is None else _moved(between[-1], high.width)
    edges = np.concatenate([[start], np.clip(between, start, stop), [stop]]).astype(values.dtype)
    rows = np.diff(np.concatenate([[0], piece.reach[cuts - 1], [total]]))
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
