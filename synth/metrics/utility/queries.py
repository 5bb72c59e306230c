"""Random group-bys, as an analyst writes them, answered on coarse codes of a table's columns.

``SELECT count(*), avg(x), sum(x) ... WHERE ... GROUP BY a, b``: the workload error of synthetic
data. Every column is cut into bins of the real rows once; a query is then counting.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from synth.metrics.features import FeatureColumn, Features, Floats
from synth.metrics.utility.dependence import quantile_edges
from synth.table.values import is_moment

Aggregate = Literal["count", "mean", "sum"]
Codes = npt.NDArray[np.int64]

BINS = 10  # of a numeric group column, by quantiles of the real rows
MOST_LABELS = 50  # of a group column; further ones are one group


@dataclass(frozen=True)
class Grouping:
    """A column as groups: numbers by bins, labels by place, null as a group of its own."""

    name: str
    groups: int
    edges: Floats | None  # of numbers, inner ones; None for labels

    @classmethod
    def of(cls, column: FeatureColumn, real: Floats) -> Grouping:
        """The groups that the real rows give."""
        if column.ordinal:
            edges = quantile_edges(real, BINS)
            return cls(column.name, len(edges) + 2, edges)
        return cls(column.name, min(len(column.labels), MOST_LABELS) + 2, None)

    def read(self, values: Floats) -> Codes:
        """int64 ``(rows,)``: each row's group; the last is null."""
        last = self.groups - 1
        if self.edges is None:
            codes = np.minimum(np.nan_to_num(values), last - 1)
        else:
            codes = np.searchsorted(self.edges, values, side="right").astype(np.float64)
        return np.where(np.isnan(values), last, codes).astype(np.int64)


@dataclass(frozen=True)
class Filter:
    """``column`` (by its place) lies in these groups: one label, or a range of numbers."""

    column: int
    groups: tuple[int, ...]


@dataclass(frozen=True)
class Query:
    """One group-by. ``value`` is the place of the column that is added up; None for a count."""

    aggregate: Aggregate
    by: tuple[int, ...]
    filters: tuple[Filter, ...]
    value: int | None = None

    def in_words(self, names: tuple[str, ...]) -> str:
        """By the columns' names alone: no value is named."""
        what = "count" if self.value is None else f"{self.aggregate} of {names[self.value]}"
        where = " and ".join(names[one.column] for one in self.filters)
        filtered = f", filtered by {where}" if where else ""
        return f"{what} by {' and '.join(names[place] for place in self.by)}{filtered}"


@dataclass(frozen=True)
class CodedTable:
    """A table's groups int64 ``(rows, columns)`` and its values float64 ``(rows, columns)``."""

    groupings: tuple[Grouping, ...]
    codes: Codes
    values: Floats

    @classmethod
    def of(cls, rows: Features, groupings: tuple[Grouping, ...]) -> CodedTable:
        """The rows by those groups."""
        read = [grouping.read(rows.values[:, k]) for k, grouping in enumerate(groupings)]
        codes = np.stack(read, axis=1) if read else np.zeros((len(rows), 0), np.int64)
        return cls(groupings, codes, np.where(np.isfinite(rows.values), rows.values, np.nan))

    def answer(self, query: Query) -> tuple[Floats, Floats]:
        """``(rows, result)`` of each group, both float64 ``(groups,)``; 0 where no row is.

        A mean and a sum are over the rows that have a value, and so are then the rows.
        """
        chosen = np.ones(len(self.codes), bool)
        for one in query.filters:
            chosen &= np.isin(self.codes[:, one.column], one.groups)
        group, size = np.zeros(len(self.codes), np.int64), 1
        for place in query.by:
            group = group * self.groupings[place].groups + self.codes[:, place]
            size *= self.groupings[place].groups
        if query.value is not None:
            chosen &= ~np.isnan(self.values[:, query.value])
        rows = np.bincount(group[chosen], minlength=size).astype(np.float64)
        if query.value is None:
            return rows, rows
        total = np.bincount(group[chosen], self.values[chosen, query.value], minlength=size)
        divided = np.maximum(rows, 1) if query.aggregate == "mean" else 1.0
        return rows, np.asarray(total / divided, np.float64)


def random_query(
    columns: tuple[FeatureColumn, ...], real: CodedTable, rng: np.random.Generator
) -> Query:
    """One or two group columns, no to two filters, an aggregate that the columns allow.

    A filter keeps one label of those that the real rows have, as often as they have it, or a range
    of at least two bins of a number.
    """
    numbers = [k for k, c in enumerate(columns) if c.ordinal and not is_moment(c.type)]
    aggregates: list[Aggregate] = ["count", "mean", "sum"] if numbers else ["count"]
    aggregate = aggregates[int(rng.integers(len(aggregates)))]
    value = None if aggregate == "count" else int(rng.choice(numbers))
    free = [int(k) for k in rng.permutation(len(columns)) if k != value]
    width = min(int(rng.integers(1, 3)), len(free))
    by, rest = free[:width], free[width:]
    filters = [_filter(place, real, rng) for place in rest[: int(rng.integers(0, 3))]]
    return Query(aggregate, tuple(by), tuple(filters), value)


def _filter(place: int, real: CodedTable, rng: np.random.Generator) -> Filter:
    grouping = real.groupings[place]
    if grouping.edges is None or grouping.groups < 5:
        return Filter(place, (int(rng.choice(real.codes[:, place])),))
    bins = grouping.groups - 1
    first = int(rng.integers(0, bins - 1))
    last = int(rng.integers(first + 1, bins))
    return Filter(place, tuple(range(first, last + 1)))
