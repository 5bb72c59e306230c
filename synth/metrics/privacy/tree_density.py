"""A density over coarse codes: a tree in which each column depends on one other.

Chow & Liu, Approximating discrete probability distributions with dependence trees, 1968.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from synth.metrics.features import Features, Floats

Codes = npt.NDArray[np.int64]

LEVELS = 12  # of a column: tables of pairs must be filled by the few rows of an attacker
STRUCTURE_ROWS = 5_000
PRIOR = 2.0  # rows' worth of the margin that is mixed into each conditional share


@dataclass(frozen=True)
class CodeTree:
    """How rows are coded, and which column each depends on: its parent, -1 for the first.

    ``order`` holds parents before children. Codes: 0 for null, then bins, or labels and a last one
    for all others.
    """

    cuts: tuple[Floats | None, ...]
    sizes: tuple[int, ...]
    order: tuple[int, ...]
    parents: tuple[int, ...]

    def codes(self, rows: Features) -> Codes:
        """int64 ``(rows, columns)``."""
        parts = []
        for place, cuts in enumerate(self.cuts):
            values = rows.values[:, place]
            if cuts is None:
                found = np.minimum(np.nan_to_num(values), self.sizes[place] - 2)
            else:
                found = np.searchsorted(cuts, np.nan_to_num(values), side="right")
            parts.append(np.where(np.isnan(values), 0, found + 1).astype(np.int64))
        return np.stack(parts, axis=1)

    def log_density(self, codes: Codes, fitted_on: Codes) -> Floats:
        """Log of the probability of each row of codes, by shares among ``fitted_on``; float64."""
        total = np.zeros(len(codes))
        for place in self.order:
            size, parent = self.sizes[place], self.parents[place]
            margin = np.bincount(fitted_on[:, place], minlength=size) + 0.5
            margin = margin / margin.sum()
            if parent < 0:
                total += np.log(margin[codes[:, place]])
                continue
            pairs = _pairs(fitted_on, parent, place, self.sizes) + PRIOR * margin
            shares = pairs / pairs.sum(axis=1, keepdims=True)
            total += np.log(shares[codes[:, parent], codes[:, place]])
        return total


def fit_code_tree(rows: Features, rng: np.random.Generator) -> CodeTree:
    """Codes by the quantiles and the most frequent labels of these rows, and the tree of the most
    mutual information among (at most 5,000 of) them.
    """
    cuts: list[Floats | None] = []
    sizes = []
    for place, column in enumerate(rows.columns):
        if column.ordinal:
            values = rows.values[:, place]
            values = values[np.isfinite(values)]
            inner = np.linspace(0, 1, LEVELS + 1)[1:-1]
            cuts.append(np.unique(np.quantile(values, inner)) if len(values) else np.zeros(0))
            sizes.append(len(cuts[-1]) + 2)  # type: ignore[arg-type]
        else:
            cuts.append(None)
            sizes.append(min(len(column.labels), LEVELS) + 2)
    blank = CodeTree(tuple(cuts), tuple(sizes), (), ())
    kept = rng.permutation(len(rows))[:STRUCTURE_ROWS]
    order, parents = _spanning_tree(_information(blank.codes(rows.take(kept)), blank.sizes))
    return CodeTree(blank.cuts, blank.sizes, order, parents)


def _pairs(codes: Codes, first: int, second: int, sizes: tuple[int, ...]) -> Floats:
    shape = sizes[first], sizes[second]
    flat = codes[:, first] * shape[1] + codes[:, second]
    return np.bincount(flat, minlength=shape[0] * shape[1]).reshape(shape).astype(np.float64)


def _information(codes: Codes, sizes: tuple[int, ...]) -> Floats:
    """Mutual information of all pairs, ``(columns, columns)``."""
    columns = len(sizes)
    found = np.zeros((columns, columns))
    for first in range(columns):
        for second in range(first + 1, columns):
            joint = _pairs(codes, first, second, sizes) / max(len(codes), 1)
            apart = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0, keepdims=True)
            seen = joint > 0
            value = float((joint[seen] * np.log(joint[seen] / apart[seen])).sum())
            found[first, second] = found[second, first] = value
    return found


def _spanning_tree(weights: Floats) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The heaviest tree (Prim 1957): its columns from the root on, and the parent of each."""
    columns = len(weights)
    parents = np.full(columns, -1)
    best = np.full(columns, -np.inf)
    outside = np.ones(columns, np.bool_)
    order: list[int] = []
    for _ in range(columns):
        place = int(np.argmax(np.where(outside, best, -np.inf))) if order else 0
        if not outside[place]:
            place = int(np.flatnonzero(outside)[0])
        order.append(place)
        outside[place] = False
        nearer = outside & (weights[place] > best)
        best[nearer], parents[nearer] = weights[place][nearer], place
    return tuple(order), tuple(int(parent) for parent in parents)
