"""What is looked up by what: codes that together tell another one, and which of them are frequent.

No torch here: the network and the kernel of numpy find the same rows of the same tables.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

ALL_CONTEXTS = 2**22  # of all tables of a network, 32 MB to count
MOST_CELLS = 2**20  # of a table, 4 MB: then the most frequent contexts have a row
ALL_CELLS = 2**22  # of all tables of a network: what is drawn first comes first

Counted = Callable[[np.ndarray], np.ndarray]  # of one worker -> of all


@dataclass(frozen=True)
class Context:
    """The codes that tell the one at ``told``: ``codes`` are their places, and how many each has.

    That of a column, or group and place of a value of two codes; then the group of the one that is
    told, where that is a place in a group and means nothing without.
    """

    told: int
    teller: int
    codes: tuple[tuple[int, int], ...]

    @classmethod
    def of(
        cls,
        told: int,
        teller: int,
        cardinalities: Sequence[int],
        groups: Sequence[int | None],
    ) -> Context:
        """How the sub-column ``teller``, of these ``cardinalities`` and ``groups``, tells."""
        places = [place for place in (groups[teller], teller, groups[told]) if place is not None]
        return cls(told, teller, tuple((place, cardinalities[place]) for place in places))

    @property
    def size(self) -> int:
        """How many there can be."""
        return math.prod(cardinality for _, cardinality in self.codes)

    def at(self, codes: Any) -> Any:
        """int64 ``(n,)`` of codes int64 ``(n, S)``: of numpy, or of torch."""
        found = codes[:, self.codes[0][0]]
        for place, cardinality in self.codes[1:]:
            found = found * cardinality + codes[:, place]
        return found


@dataclass(frozen=True)
class Frequent:
    """The contexts that have a row in a table: ``kept``, int64 ``(C,)``, ascending."""

    context: Context
    kept: np.ndarray

    def rows(self) -> np.ndarray:
        """int64 ``(size,)``: the row of each context from 1, 0 of those that have none."""
        found = np.zeros(self.context.size, np.int64)
        found[self.kept] = np.arange(1, len(self.kept) + 1)
        return found


def frequent(
    tellers: Sequence[Sequence[int]],
    cardinalities: Sequence[int],
    groups: Sequence[int | None],
    batches: Iterable[np.ndarray],
    least: int,
    all_of: Counted = lambda counts: counts,
) -> tuple[Frequent, ...]:
    """What of the sub-columns is looked up by their ``tellers``: by what ``least`` rows share.

    ``batches`` are all rows of one worker, once; ``all_of`` adds the counts of the others. Tables
    that would be too large, or one too many, are left out, or have rows for what is most frequent.
    """
    contexts, left = list[Context](), ALL_CONTEXTS
    for told, own in enumerate(tellers):
        for context in (Context.of(told, teller, cardinalities, groups) for teller in own):
            if context.size <= left:
                contexts.append(context)
                left -= context.size
    if not contexts:
        return ()
    counts = [np.zeros(context.size, np.int64) for context in contexts]
    for batch in batches:
        codes = batch.astype(np.int64)
        for context, counted in zip(contexts, counts, strict=True):
            counted += np.bincount(context.at(codes), minlength=len(counted))
    return tuple(_within_bounds(contexts, list(map(all_of, counts)), cardinalities, least))


def _within_bounds(
    contexts: Sequence[Context],
    counts: Sequence[np.ndarray],
    cardinalities: Sequence[int],
    least: int,
) -> Iterator[Frequent]:
    left = ALL_CELLS
    for context, own in zip(contexts, counts, strict=True):
        codes = cardinalities[context.told]
        most = min(MOST_CELLS, left) // codes - 1  # a row is that of all others
        often = np.argsort(-own, kind="stable")[: max(most, 0)]
        kept = np.sort(often[own[often] >= least])
        if len(kept):
            left -= (len(kept) + 1) * codes
            yield Frequent(context, kept)
