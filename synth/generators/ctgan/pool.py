"""Training by sampling: rows drawn by a value of one of their columns, none of it in Python.

Xu et al. 2019, section 4.3: a column is drawn, then one of its values by the logarithm of its
frequency, so that rare values are learned, then a row that has it. NOTE[DIFF]: it may be any
column, in the paper a discrete one: of numbers the groups of their values are codes as well.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import torch
from torch import Tensor

from synth.generators.ctgan.given import given_columns, reach_of
from synth.generators.ctgan.losses import Rows
from synth.generators.draws import CLOSEST
from synth.generators.positions import Positions
from synth.learning.task import Codes
from synth.table.errors import InputError

READ_ROWS = 8192  # at a time


class Pool:
    """Rows in memory, found by each of their codes.

    ``order`` has, for each of F sub-columns, the N rows sorted by their code, int32 ``(F, N)``;
    ``begins`` and ``counts`` where the rows of each of all K codes begin in theirs, and how many
    they are.
    """

    def __init__(
        self, codes: np.ndarray, positions: Positions, device: str, *, log_frequency: bool
    ):
        first = np.ascontiguousarray(codes[:, positions.first].T)  # (F, N)
        begin, width = positions.intervals(codes)
        moving = positions.moving(first.T)
        order = np.stack([np.argsort(own, kind="stable").astype(np.int32) for own in first])
        sizes = positions.cardinalities
        counts = [np.bincount(own, minlength=k) for own, k in zip(first, sizes, strict=True)]
        begins = np.concatenate([np.cumsum(own) - own for own in counts])
        self.rows, self.device = len(codes), device
        self._first = torch.from_numpy(first.T.astype(np.int32)).to(device)
        self._begin, self._width = (torch.from_numpy(own).to(device) for own in (begin, width))
        self._moving = torch.from_numpy(moving).to(device)
        self._order = torch.from_numpy(order).to(device)
        self._begins = torch.from_numpy(begins).to(device)
        self._counts = torch.from_numpy(np.concatenate(counts)).to(device)
        weights = [np.log1p(own) if log_frequency else own for own in counts]
        self._columns = torch.from_numpy(given_columns(sizes)).to(device)
        self._reach = torch.from_numpy(reach_of(weights)).to(device)  # float64 (K,)

    def draw(self, rows: int) -> Rows:
        """So many rows by values, from torch's random state on the pool's device."""
        uniform = torch.rand(3, rows, dtype=torch.float64, device=self.device)
        picked = (uniform[0] * len(self._columns)).long()
        column = self._columns[picked.clamp(max=len(self._columns) - 1)]
        # Each column's sums lie between its own number and the next one: one search for all.
        given = torch.searchsorted(self._reach, column + uniform[1].clamp(max=CLOSEST), right=True)
        turn = (uniform[2] * self._counts[given]).long().clamp(max=self._counts[given] - 1)
        row = self._order[column, self._begins[given] + turn].long()
        return Rows(self._first[row].long(), self._positions(row), given, column)

    def draw_evenly(self, rows: int) -> tuple[Tensor, Tensor]:
        """Codes and positions of so many rows, whatever is in them."""
        row = torch.randint(self.rows, (rows,), device=self.device)
        return self._first[row].long(), self._positions(row)

    def _positions(self, row: Tensor) -> Tensor:
        """Somewhere in each row's places."""
        share = torch.rand(len(row), self._begin.shape[1], device=self.device)
        place = 2 * (self._begin[row] + share * self._width[row]) - 1
        return place * self._moving[row]


class Stock:
    """Pool after pool of a worker's rows: all of them where they are few, else those of an epoch.

    A pool is fixed by its number, so that a fit goes on with the one it had.
    """

    def __init__(
        self, train: Codes, positions: Positions, most: int, device: str, *, log_frequency: bool
    ):
        """Reads the worker's rows, one more than ``most`` of them at most."""
        self._train, self._positions, self._most = train, positions, most
        self._device, self._log_frequency = device, log_frequency
        whole = _first_rows(train.in_order(READ_ROWS), most + 1)
        if not len(whole):
            raise InputError(
                "a worker has no rows to learn from: train with fewer workers, or on more rows"
            )
        self.is_whole = len(whole) <= most
        self._whole = whole if self.is_whole else None

    def pool(self, number: int) -> Pool:
        """All rows, or the first ones of the epoch of this number."""
        codes = self._whole
        if codes is None:
            codes = _first_rows(self._train.epoch(number, READ_ROWS), self._most)
        return Pool(codes, self._positions, self._device, log_frequency=self._log_frequency)


def _first_rows(batches: Iterable[np.ndarray], most: int) -> np.ndarray:
    """int32 ``(n, S)``: as many rows as there are, ``most`` at most."""
    found, seen = list[np.ndarray](), 0
    for batch in batches:
        found.append(np.asarray(batch, np.int32))
        seen += len(batch)
        if seen >= most:
            break
    return np.concatenate(found)[:most] if found else np.zeros((0, 0), np.int32)
