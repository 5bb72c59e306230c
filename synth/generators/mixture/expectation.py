"""One step of expectation maximisation: rows to expected counts, and these to tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from synth.generators.mixture.tables import MixtureTables, normal
from synth.table.sub_column import SubColumn


@dataclass(frozen=True)
class Expected:
    """Expected counts of the classes, and of the first-level codes in them.

    ``rows``: float64 ``(components,)``; ``codes``: float64 ``(K of all sub-columns, components)``.
    ``log_likelihood``: the sum over the rows that were ``seen``, in nats.
    """

    rows: np.ndarray
    codes: np.ndarray
    log_likelihood: float = 0.0
    seen: float = 0.0

    def flat(self) -> np.ndarray:
        """All of it in one array, which adds."""
        return np.concatenate([self.rows, self.codes.ravel(), [self.log_likelihood, self.seen]])

    @classmethod
    def of_flat(cls, flat: np.ndarray, components: int) -> Expected:
        """What :meth:`flat` gave."""
        codes = flat[components:-2].reshape(-1, components)
        return cls(flat[:components], codes, float(flat[-2]), float(flat[-1]))

    def scaled(self, factor: float) -> Expected:
        """Counts as if so many times the rows had been seen."""
        return Expected(self.rows * factor, self.codes * factor)

    def towards(self, other: Expected, weight: float) -> Expected:
        """These counts drawn towards others; with weight 1 they are those."""
        rows = self.rows + (other.rows - self.rows) * weight
        return Expected(rows, self.codes + (other.codes - self.codes) * weight)


class Expectation:
    """Counts rows in classes, and makes tables of the counts.

    ``margins`` has float64 ``(rows of the table, K)`` per sub-column, in any proportion: of the
    first level they are what each class has seen besides, of the second the places in each group.
    """

    def __init__(self, sub_columns: Sequence[SubColumn], margins: Sequence[np.ndarray]):
        self.sub_columns, self.margins = tuple(sub_columns), tuple(margins)
        self.first = [place for place, sub in enumerate(sub_columns) if sub.level % 2 == 0]
        sizes = [sub_columns[place].cardinality for place in self.first]
        self.starts = np.cumsum([0, *sizes])
        self.margin = np.concatenate([self.margin_of(place) for place in self.first])

    def margin_of(self, place: int) -> np.ndarray:
        """float64 ``(K,)``, of one together."""
        own = self.margins[place].sum(0)
        shares: np.ndarray = own / max(own.sum(), 1)
        return shares

    def one_hot(self, codes: np.ndarray) -> sparse.csr_matrix:
        """float32 ``(n, first-level codes of all sub-columns)``: a 1 for each sub-column."""
        at = (codes[:, self.first] + self.starts[:-1]).ravel()
        ends = np.arange(0, len(at) + 1, len(self.first))
        ones = np.ones(len(at), np.float32)
        return sparse.csr_matrix((ones, at, ends), (len(codes), int(self.starts[-1])))

    def counted(self, tables: MixtureTables, batches: Iterable[np.ndarray]) -> Expected:
        """The expectation over all rows of the batches.

        What is in a group says nothing of the class: places are not looked at.
        """
        logarithms = np.concatenate([tables.logarithms[place] for place in self.first])
        shares = np.log(tables.shares).astype(np.float32)
        rows, codes = np.zeros(len(shares)), np.zeros((self.starts[-1], len(shares)))
        log_likelihood, seen = 0.0, 0
        for batch in batches:
            one_hot = self.one_hot(batch)
            alike, likely = normal(one_hot @ logarithms + shares)
            rows += alike.sum(0, dtype=np.float64)
            codes += one_hot.T @ alike
            log_likelihood += float(likely.sum())
            seen += len(batch)
        return Expected(rows, codes, log_likelihood, seen)

    def tables(self, counts: Expected, prior: float) -> MixtureTables:
        """The likeliest tables where each class has seen ``prior`` rows of the margins besides."""
        shares = counts.rows + prior
        return self.of(shares / shares.sum(), counts.codes + prior * self.margin[:, None])

    def of(self, shares: np.ndarray, codes: np.ndarray) -> MixtureTables:
        """Tables of first-level codes ``(K of all sub-columns, components)`` in any proportion."""
        tables = [of_one(own) for own in self.margins]
        for place, start, end in zip(self.first, self.starts, self.starts[1:], strict=False):
            tables[place] = of_one(codes[start:end].T)
        found = tuple(np.ascontiguousarray(own, np.float32) for own in tables)
        return MixtureTables(self.sub_columns, shares, found)


def of_one(own: np.ndarray) -> np.ndarray:
    """Rows in proportion to these, each of one together; even where a row has nothing."""
    total = own.sum(1, keepdims=True)
    even = np.full(own.shape, 1 / own.shape[1])
    found: np.ndarray = np.divide(own, total, out=even, where=total > 0)
    return found
