"""Who is behind rows: how many of them are surely of enough entities, and which values are.

Where rows belong to entities (visits of a patient, orders of a customer), a value that many rows
share may still be one person's. So values, and runs of neighbouring values, are counted by the
entities that hold them, up to as many as are asked for; for all that is counted by rows alone there
is a number of rows that fewer entities cannot have.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np


@dataclass(frozen=True)
class Entities:
    """``number`` of them, and ``least_rows``: fewer than ``least`` entities never have so many."""

    number: int
    least: int
    least_rows: int

    @classmethod
    def of_sizes(cls, sizes: np.ndarray, numbers: np.ndarray, least: int) -> Entities:
        """From how many entities (``numbers``) have so many rows (``sizes``), both int64.

        ``least - 1`` entities have at most the rows of the largest ones: one row more is of
        another one.
        """
        order = np.argsort(-sizes, kind="stable")
        sizes, numbers = sizes[order], numbers[order]
        before = np.cumsum(numbers) - numbers
        taken = np.clip(least - 1 - before, 0, numbers)
        return cls(int(numbers.sum()), least, int((sizes * taken).sum()) + 1)

    @classmethod
    def of_rows(cls, entity: np.ndarray, least: int) -> Entities:
        """From the entity of each row, as any array of values that can be sorted."""
        _, rows = np.unique(entity, return_counts=True)
        sizes, numbers = np.unique(rows, return_counts=True)
        return cls.of_sizes(sizes, numbers, least)


@dataclass(frozen=True)
class ByEntity:
    """What a column's state knows once its values were counted by entities.

    Its counts are then those of values that ``least`` entities hold, or below ``least``, and so
    many ``rows`` of neighbouring values, as those counts have them, are those of enough entities.
    """

    least: int
    rows: int


class Countable(Protocol):
    """A state that may have been counted by entities."""

    by_entity: ByEntity | None


def shared_from(state: Countable, least: int) -> int:
    """The count from which enough entities hold a value; ``least`` rows without entities."""
    return least if state.by_entity is None else state.by_entity.least


def rows_amid(state: Countable, least: int) -> int:
    """The rows of neighbouring values that are of enough entities; ``least`` without entities."""
    return least if state.by_entity is None else state.by_entity.rows


@dataclass(frozen=True)
class HeldBy:
    """Which entities hold a column's cells: of each cell at most ``least``, by 64-bit hashes.

    ``cells`` int64 and ``entities`` uint64, a pair for each, ascending. Those of the smallest
    hashes are kept, so that merging is exactly commutative and associative.
    """

    least: int
    cells: np.ndarray
    entities: np.ndarray

    @classmethod
    def nothing(cls, least: int) -> HeldBy:
        """Before any row."""
        return cls(least, np.zeros(0, np.int64), np.zeros(0, np.uint64))

    def joined(self, cells: np.ndarray, entities: np.ndarray) -> HeldBy:
        """With more pairs, in any order and number."""
        cells = np.concatenate([self.cells, cells])
        entities = np.concatenate([self.entities, entities])
        order = np.lexsort((entities, cells))
        cells, entities = cells[order], entities[order]
        new = np.ones(len(cells), bool)
        new[1:] = (cells[1:] != cells[:-1]) | (entities[1:] != entities[:-1])
        cells, entities = cells[new], entities[new]
        first = np.flatnonzero(np.r_[True, cells[1:] != cells[:-1]]) if len(cells) else cells
        rank = np.arange(len(cells)) - np.repeat(first, np.diff(np.r_[first, len(cells)]))
        kept = rank < self.least
        return HeldBy(self.least, cells[kept], entities[kept])

    def counted(self, number: int) -> np.ndarray:
        """How many entities hold each of ``number`` cells, int64, ``least`` at most."""
        counted: np.ndarray = np.bincount(self.cells, minlength=number)[:number]
        return counted

    def longest_of_few(self, rows: np.ndarray, *, whole: bool) -> int:
        """The most rows of neighbouring cells that together fewer than ``least`` entities hold.

        ``rows``: int64, of each cell. Cells that enough entities hold are passed over, as if they
        were not there. ``whole``: values are cells; else the cells beside a run count with it,
        for a run of values may begin and end within them.
        """
        few = np.flatnonzero((self.counted(len(rows)) < self.least) & (rows > 0))
        bounds = np.searchsorted(self.cells, np.stack([few, few + 1]))
        own = [self.entities[low:high].tolist() for low, high in bounds.T]
        size = np.concatenate([[0], np.cumsum(rows[few])])
        longest, start = 0, 0
        seen: dict[int, int] = {}
        for end, entities in enumerate(own):
            for entity in entities:
                seen[entity] = seen.get(entity, 0) + 1
            while len(seen) >= self.least:
                for entity in own[start]:
                    seen[entity] -= 1
                    if not seen[entity]:
                        del seen[entity]
                start += 1
            low, high = (start, end + 1) if whole else (max(start - 1, 0), min(end + 2, len(few)))
            longest = max(longest, int(size[high] - size[low]))
        return longest
