"""The portion of a column's codes whose values meet something: a set, a range, or any test.

Values inside an interval are as likely on its grid as each other, so that a condition admits a
share of an interval: the weight of its code, and the part of it from which a value is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pyarrow as pa

from synth.table.values import from_numbers

if TYPE_CHECKING:
    from synth.encode.numeric import NumericEncoding

MOST_POINTS = 2**17  # values of a grid that are tried one by one
_HALVINGS = 60  # of [0, 1): beyond the digits of a float64
Number = int | float


@dataclass(frozen=True)
class Wanted:
    """What is wanted of a column's values: ``meets`` tells for an array of them, bool ``(n,)``.

    Those that meet it, and are numbers, lie from ``low`` to ``high`` (inclusive, as ``to_numbers``
    has them; None is open); ``is_range`` says that all of these do. ``is_set``: a few values alone
    do, so that of numbers between which there is always another none is drawn. ``of`` says of which
    part of a time the answer is a matter: the second of the day, the day of the week, or all of it.
    """

    meets: Callable[[pa.Array], np.ndarray]
    low: Number | None = None
    high: Number | None = None
    is_range: bool = False
    is_set: bool = False
    of: Literal["value", "clock", "weekday"] = "value"


@dataclass(frozen=True)
class Portion:
    """``weights``: float32 ``(groups, K)`` for each sub-column, in [0, 1].

    There is one group but at odd levels, where the code before is the group. A weight above 0 says
    that values of the code may meet what is wanted. ``draw`` gives values that do to codes with a
    weight above 0; None where decoding them, and looking, is the way.
    """

    weights: tuple[np.ndarray, ...]
    draw: Callable[[np.ndarray, np.random.Generator], pa.Array] | None = None

    @property
    def is_empty(self) -> bool:
        """Whether no code has a value that meets what is wanted."""
        return any(not own.any() for own in self.weights)


def levels_of(cells: np.ndarray, table: np.ndarray, absent: np.ndarray) -> tuple[np.ndarray, ...]:
    """The weights of one or two sub-columns from those of cells, and of the codes beyond groups.

    ``table`` is that of :class:`synth.encode.levels.Levels`.
    """
    inner = cells[table]  # (groups, places)
    outer = inner.max(1, initial=0.0)
    first = np.concatenate([outer, absent])[None].astype(np.float32)
    if table.shape[1] <= 1:
        return (first,)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(outer[:, None] > 0, inner / outer[:, None], 1.0)
    rest = np.ones((len(absent), table.shape[1]))
    return first, np.concatenate([share, rest]).astype(np.float32)


@dataclass(frozen=True)
class Pieces:
    """Parts ``[low, high)`` of cells, in shares of the cell, by ascending cell."""

    cell: np.ndarray
    low: np.ndarray
    high: np.ndarray

    def weights(self, cells: int) -> np.ndarray:
        """The share of each cell."""
        return np.minimum(np.bincount(self.cell, self.high - self.low, cells), 1.0)

    def place(self, cell: np.ndarray, uniform: np.ndarray) -> np.ndarray:
        """Where in its cell a value lies that is drawn in the cell's pieces alone."""
        reach = np.r_[0.0, np.cumsum(self.high - self.low)]
        first = np.searchsorted(self.cell, cell, side="left")
        last = np.searchsorted(self.cell, cell, side="right")
        at = reach[first] + uniform * (reach[last] - reach[first])
        piece = np.clip(np.searchsorted(reach, at, side="right") - 1, first, last - 1)
        found: np.ndarray = self.low[piece] + (at - reach[piece])
        within: np.ndarray = np.clip(found, self.low[piece], np.nextafter(self.high[piece], 0.0))
        return within


def numeric_portion(encoding: NumericEncoding, wanted: Sequence[Wanted]) -> Portion:
    """The portion of a number, date or time of which all is wanted."""
    values, count = encoding.code_values
    good = np.logical_and.reduce([one.meets(values) for one in wanted])
    pieces = _pieces(encoding, wanted, good[:count])
    cells = pieces.weights(count)
    beyond = good[count:].astype(np.float64)
    table = encoding.levels.table()

    def draw(codes: np.ndarray, rng: np.random.Generator) -> pa.Array:
        uniform = rng.random(len(codes))
        group = codes[:, 0]
        place = codes[:, 1] if table.shape[1] > 1 else np.zeros(len(codes), np.int32)
        inside = group < len(table)
        cell = table[np.where(inside, group, 0), place]
        # What is absent, or not wanted, is drawn from the whole of its cell and not looked at.
        known = np.isin(cell, pieces.cell)
        at = uniform.copy()
        at[known] = pieces.place(cell[known], uniform[known])
        numbers, kind = encoding.drawn(cell, at), encoding.column.type
        made = from_numbers(numbers, np.ones(len(codes), bool), kind, encoding.decimals)
        codes_beyond = np.where(inside, 0, group - len(table) + count)
        both = pa.concat_arrays([made, values])
        rows = np.arange(len(codes))
        return both.take(pa.array(np.where(inside, rows, len(codes) + codes_beyond)))

    return Portion(levels_of(cells, table, beyond), draw)


def _pieces(encoding: NumericEncoding, wanted: Sequence[Wanted], good: np.ndarray) -> Pieces:
    """Atoms whole or not at all; of intervals what lies in the bounds and meets all tests."""
    atom = encoding.cells.is_atom
    whole = np.flatnonzero(atom & good)
    inner = np.flatnonzero(~atom)
    low, high = np.zeros(len(inner)), np.ones(len(inner))
    for one in wanted:
        if one.low is not None:
            low = np.maximum(low, first_place(encoding, inner, np.full(len(inner), one.low)))
        if one.high is not None:
            after = _after(encoding, one.high)
            high = np.minimum(high, place_before(encoding, inner, np.full(len(inner), after)))
    parts = [(whole, np.zeros(len(whole)), np.ones(len(whole))), (inner, low, high)]
    points = encoding.points if not all(one.is_range for one in wanted) else None
    if points is not None:
        parts[1] = _runs(encoding, wanted, *points, (low, high))
    elif any(one.is_set for one in wanted):
        parts[1] = (np.zeros(0, np.int64), np.zeros(0), np.zeros(0))
    cell, low, high = (np.concatenate(own) for own in zip(*parts, strict=True))
    kept = np.flatnonzero(high > low)
    kept = kept[np.lexsort((low[kept], cell[kept]))]
    return Pieces(cell[kept], low[kept], high[kept])


def _runs(
    encoding: NumericEncoding,
    wanted: Sequence[Wanted],
    points: pa.Array,
    numbers: np.ndarray,
    cell: np.ndarray,
    within: tuple[np.ndarray, np.ndarray],
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Parts of intervals in which neighbouring values of the grid meet all tests."""
    good = np.logical_and.reduce([one.meets(points) for one in wanted])
    new = np.r_[True, cell[1:] != cell[:-1]]
    starts = np.flatnonzero(good & (new | ~np.r_[False, good[:-1]]))
    ends = np.flatnonzero(good & (np.r_[new[1:], True] | ~np.r_[good[1:], False]))
    own = cell[starts]
    low = first_place(encoding, own, numbers[starts])
    last = np.r_[new[1:], True][ends]
    following = numbers[np.minimum(ends + 1, len(numbers) - 1)]
    high = np.where(last, 1.0, place_before(encoding, own, following))
    inner = np.flatnonzero(~encoding.cells.is_atom)
    place = np.searchsorted(inner, own)
    return own, np.maximum(low, within[0][place]), np.minimum(high, within[1][place])


def first_place(encoding: NumericEncoding, cell: np.ndarray, value: np.ndarray) -> np.ndarray:
    """The smallest number in [0, 1) that draws at least ``value`` in each cell; 1 if none does."""
    return _halved(encoding, cell, value)[1]


def place_before(encoding: NumericEncoding, cell: np.ndarray, value: np.ndarray) -> np.ndarray:
    """The greatest number in [0, 1] that draws less than ``value`` in each cell; 0 if none does.

    It is not the first one that draws it: a real number just below may be drawn by few numbers.
    """
    return _halved(encoding, cell, value)[0]


def _halved(
    encoding: NumericEncoding, cell: np.ndarray, value: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """What is drawn ascends with the number, so that halving finds where it reaches the value."""
    low, high = np.zeros(len(cell)), np.ones(len(cell))
    at_start = encoding.drawn(cell, low) >= value
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        reached = encoding.drawn(cell, middle) >= value
        high, low = np.where(reached, middle, high), np.where(reached, low, middle)
    return np.where(at_start, 0.0, low), np.where(at_start, 0.0, high)


def grid_points(encoding: NumericEncoding) -> tuple[pa.Array, np.ndarray, np.ndarray] | None:
    """All values of intervals: ``(values, numbers, cells)``; None where they are too many."""
    grid, inner = encoding.points_grid, np.flatnonzero(~encoding.cells.is_atom)
    if grid.is_dense:
        return None
    edges = [encoding.drawn(inner, np.full(len(inner), at)) for at in (0.0, np.nextafter(1.0, 0))]
    first, last = (grid.first(edge).astype(np.float64) for edge in edges)
    counts = np.maximum(last - first + 1, 1)
    if not np.isfinite(counts).all() or counts.sum() > MOST_POINTS:
        return None
    sizes = counts.astype(np.int64)
    cell = np.repeat(inner, sizes)
    within = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    numbers = grid.at(np.repeat(grid.first(edges[0]), sizes) + within)
    kind, decimals = encoding.column.type, encoding.decimals
    return from_numbers(numbers, np.ones(len(numbers), bool), kind, decimals), numbers, cell


def _after(encoding: NumericEncoding, value: Number) -> Number:
    if encoding.cells.lower.dtype == np.int64:
        return int(np.floor(value)) + 1
    return float(np.nextafter(value, np.inf))
