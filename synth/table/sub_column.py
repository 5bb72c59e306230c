"""What a generator sees of a column: one code or several, the currency of encode and generators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any


@dataclass(frozen=True)
class SubColumn:
    """One code of a column: what a generator sees.

    ``level``: an even one stands for itself, an odd one for a place in a group of the level before.
    ``ranks`` places each code on [0, 1] in the order of the values it stands for, None for codes
    without a place (null, NaN, rare); the whole tuple is None where the codes have no order.
    ``intervals``: of codes that stand for intervals of numbers their ``(position, width)``; those
    that touch have positions that follow each other. Of an odd level there is one for each place of
    each group, group by group. None for other codes, and in place of all where none is to be had.
    """

    column: str
    level: int
    cardinality: int
    ranks: tuple[float | None, ...] | None = None
    intervals: tuple[tuple[int, float] | None, ...] | None = None

    def with_one_more(self) -> SubColumn:
        """The same with one code more, which has no place among the others."""
        ranks = None if self.ranks is None else (*self.ranks, None)
        intervals = None if self.intervals is None else (*self.intervals, None)
        more = self.cardinality + 1
        return replace(self, cardinality=more, ranks=ranks, intervals=intervals)

    def to_json(self) -> dict[str, Any]:
        """All fields."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> SubColumn:
        """What :meth:`to_json` wrote."""
        ranks, intervals = data["ranks"], data.get("intervals")
        placed = None if ranks is None else tuple(ranks)
        return cls(**{**data, "ranks": placed, "intervals": _pairs(intervals)})


def _pairs(intervals: Sequence[Any] | None) -> tuple[tuple[int, float] | None, ...] | None:
    if intervals is None:
        return None
    return tuple(None if pair is None else (pair[0], pair[1]) for pair in intervals)


def groups_of(sub_columns: Sequence[SubColumn]) -> tuple[int | None, ...]:
    """For each sub-column the place of the one whose codes are its groups; None at the first level.

    A code of an odd level, a place in a group, means something inside its group only.
    """
    found = {(sub.column, sub.level): place for place, sub in enumerate(sub_columns)}
    return tuple(found[sub.column, sub.level - 1] if sub.level % 2 else None for sub in sub_columns)
