"""What lies beyond the last shared bound of an ordered column: a fitted law in place of values.

The largest rows of a column, and those on either side of a gap, are counted and not looked at: a
generalised Pareto law (:mod:`synth.encode.pareto`) of the many rows before them says how far they
may lie.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from synth.encode.pareto import FLATTEST, ParetoLaw, fit_pareto
from synth.table.schema import decimal_parts
from synth.table.values import MICROSECONDS_PER_DAY, is_moment, is_whole

SHARE, LEAST_TIMES, MOST_ROWS = 0.2, 5, 1000  # of half the rows; the rows beyond; then no more
FEWEST_ROWS, FEWEST_VALUES = 10, 8  # that a law is fitted to
HEAVIEST = 1.0  # a shape beyond which a law has no mean: extremes would dwarf all else
SHARP = -0.5  # a law of this shape or less ends at once: what exceeds the real end is wrong
BLUR = 2.0  # mean distances of neighbours, to which the real end of a sharp law is rounded
REACH = 4.0  # one of so many tables would have a value further out than is drawn
NATURAL = (0, 1, 100)  # and their negatives: signs, shares, per cents
_FIRST_DAY, _LAST_DAY = -719_162, 2_932_896  # 0001-01-01 and 9999-12-31


@dataclass(frozen=True)
class Tails:
    """Of each cell its ``side``: 1 where values thin out upwards, -1 downwards, 0 for none.

    ``scale`` is that of the law as a share of the cell's width, ``shape`` the law's own. All are
    ``(cells,)``.
    """

    side: np.ndarray
    scale: np.ndarray
    shape: np.ndarray

    @classmethod
    def none(cls, cells: int) -> Tails:
        """Those of cells in which values lie even."""
        return cls(np.zeros(cells, np.int8), np.ones(cells), np.zeros(cells))

    @classmethod
    def joined(cls, parts: Sequence[Tails]) -> Tails:
        """Those of several runs of cells."""
        names = ("side", "scale", "shape")
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))

    def at(self, cells: np.ndarray) -> Tails:
        """Those of chosen cells."""
        return Tails(self.side[cells], self.scale[cells], self.shape[cells])

    def bent(self, cell: np.ndarray, uniform: np.ndarray) -> np.ndarray:
        """Places in the cells, in [0, 1), that follow the laws; from even ones, one for each row.

        Each law is cut at the end of its cell.
        """
        side = self.side[cell]
        rows = np.flatnonzero(side)
        if not len(rows):
            return uniform
        scale, shape, up = self.scale[cell[rows]], self.shape[cell[rows]], side[rows] > 0
        own = uniform[rows]
        own = np.where(up, own, 1 - own)  # 0 is the end at which the law begins
        flat = np.abs(shape) < FLATTEST
        safe = np.where(flat, 1.0, shape)
        inner = np.maximum(1 + safe / scale, 0.0)  # 0 where a law ends with its cell
        with np.errstate(divide="ignore"):
            reached = 1 - np.where(flat, np.exp(-1 / scale), inner ** (-1 / safe))
        left = 1 - own * reached
        with np.errstate(divide="ignore"):
            logarithm = -np.log(left)
        far = np.where(flat, scale * logarithm, scale * np.expm1(safe * logarithm) / safe)
        far = np.clip(far, 0.0, 1.0)
        result: np.ndarray = uniform.copy()
        result[rows] = np.clip(np.where(up, far, 1 - far), 0.0, np.nextafter(1.0, 0.0))
        return result

    def to_json(self) -> list[list[float]]:
        """Those cells that have a law: place, side, scale, shape."""
        places = np.flatnonzero(self.side)
        columns = (places, self.side[places], self.scale[places], self.shape[places])
        return [[float(number) for number in row] for row in zip(*columns, strict=True)]

    @classmethod
    def from_json(cls, data: list[Any], cells: int) -> Tails:
        """What :meth:`to_json` wrote, of so many cells."""
        found = cls.none(cells)
        for place, side, scale, shape in data:
            found.side[int(place)] = int(side)
            found.scale[int(place)], found.shape[int(place)] = scale, shape
        return found


@dataclass(frozen=True)
class End:
    """How far the outmost cell of a run reaches from its inner edge, and the law within."""

    width: float
    law: ParetoLaw


def fitted_end(
    distance: np.ndarray, weights: np.ndarray, cut: int, edge: float, limit: float, heaviest: float
) -> End | None:
    """The end of a run of values, from their distances to a place within it; None if none fits.

    ``distance`` ascends from the middle towards the end, ``weights`` are rows. The outmost cell
    holds the values from ``cut`` on and begins at the distance ``edge``; it may reach ``limit``
    further. Of what lies in it the number of rows is read, and where the law is sharp the extreme
    one: there something else ends the values, a full scale or a first day, and so the cell ends
    within them, by up to ``BLUR`` mean distances. A law that may not be heavy (``heaviest`` 0)
    leads no further than the rows reach that it is fitted to.
    """
    beyond, total = float(weights[cut:].sum()), float(weights.sum())
    rows = max(LEAST_TIMES * beyond, min(SHARE * total, float(MOST_ROWS)))
    below = np.cumsum(weights)
    start = max(int(np.searchsorted(below, total - rows, side="right")), 1)
    threshold = float(distance[start - 1] + distance[start]) / 2
    seen, seen_rows = distance[start:cut] - threshold, weights[start:cut].astype(np.float64)
    if len(seen) < FEWEST_VALUES or seen_rows.sum() < FEWEST_ROWS:
        return None
    law = fit_pareto(seen, seen_rows, edge - threshold, beyond)
    if law is None:
        return None
    law = law.beyond(edge - threshold).moderated(float(seen_rows.sum()))
    law = ParetoLaw(law.scale, min(law.shape, heaviest))
    width = float(law.excess(np.array(1 / (REACH * beyond))))
    extreme = float(distance[-1]) - edge
    if law.shape <= SHARP and extreme < width:
        width = _rounded_down(extreme, BLUR * width / beyond)
    if heaviest <= 0:
        width = min(width, edge - threshold)
    width = min(width, limit)
    if not (np.isfinite(width) and law.scale > 0 and width > 0):
        return None
    return End(width, law)


def _rounded_down(value: float, unit: float) -> float:
    """To a multiple of the unit, or to a half, a quarter and so on of it."""
    if value >= unit:
        return float(np.floor(value / unit) * unit)
    return float(unit * 2.0 ** np.floor(np.log2(value / unit))) if value > 0 else 0.0


def heaviest_shape(type_name: str) -> float:
    """The greatest shape of a column's law: dates and times have no heavy tails."""
    return 0.0 if is_moment(type_name) else HEAVIEST


def natural_bounds(type_name: str, least: float, greatest: float) -> tuple[float, float]:
    """Bounds in which a column's numbers stay, given the least and the greatest of them all.

    Those of its type, and of signs, shares and per cents where no value lies beyond.
    """
    low, high = _type_bounds(type_name)
    if is_moment(type_name):
        return low, high
    parts = decimal_parts(type_name)
    unit = 10 ** parts[1] if parts and is_whole(type_name) else 1
    signed = sorted({sign * number * unit for number in NATURAL for sign in (1, -1)})
    below = [bound for bound in signed if bound <= least]
    above = [bound for bound in signed if bound >= greatest]
    return max([low, *below]), min([high, *above])


def _type_bounds(type_name: str) -> tuple[float, float]:
    bits = {"tinyint": 8, "smallint": 16, "int": 32, "bigint": 63}.get(type_name)
    if bits:  # of 64 bits less than all: beyond 2**62 differences would overflow
        return -(2.0 ** (bits - 1)), 2.0 ** (bits - 1) - 1
    if type_name == "date":
        return float(_FIRST_DAY), float(_LAST_DAY)
    if is_moment(type_name):
        first, last = _FIRST_DAY * MICROSECONDS_PER_DAY, (_LAST_DAY + 1) * MICROSECONDS_PER_DAY
        return float(first), float(last - 1_000_000)
    parts = decimal_parts(type_name)
    if parts:
        most = 10.0 ** (parts[0] if is_whole(type_name) else parts[0] - parts[1])
        return -np.nextafter(most, 0.0), np.nextafter(most, 0.0)
    most = float(np.finfo(np.float32 if type_name == "float" else np.float64).max)
    return -most, most
