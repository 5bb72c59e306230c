"""The cells of several columns at a time, one number a row."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Shape = tuple[int, ...]
Codes = npt.NDArray[Any]


class JointCells:
    """Makes cells of such shapes, row by row.

    To make a cell takes as long as to count it: so ``kind`` has the narrowest integers that hold
    the largest shape, and the room for it is used again.
    """

    def __init__(self, shapes: Iterable[Shape]):
        most = max((math.prod(shape) for shape in shapes), default=0)
        kinds: tuple[type[np.signedinteger], ...] = (np.int16, np.int32, np.int64)
        self.kind = next(kind for kind in kinds if most <= np.iinfo(kind).max)
        self._cell: Codes = np.empty(0, self.kind)
        self._counted = np.empty(0, np.intp)

    def count(self, codes: Sequence[Codes], shape: Shape) -> npt.NDArray[np.int64]:
        """How many rows each cell has, in the given shape.

        ``codes`` are of ``kind``, one array of a code each row for each axis of the shape.
        """
        first, *others = codes
        if len(self._cell) != len(first):
            self._cell, self._counted = (
                np.empty(len(first), self.kind),
                np.empty(len(first), np.intp),
            )
        self._cell[:] = first
        for own, size in zip(others, shape[1:], strict=True):
            self._cell *= self.kind(size)
            self._cell += own
        self._counted[:] = self._cell
        return np.bincount(self._counted, minlength=math.prod(shape)).reshape(shape)
