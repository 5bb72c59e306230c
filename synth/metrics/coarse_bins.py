"""Few groups of a column's pair bins, for tables over more than two columns."""

from __future__ import annotations

from math import prod

import numpy as np

from synth.metrics.column_fidelity import placed_bins
from synth.metrics.histograms import Counts
from synth.table.bins import ColumnBins


def pair_marginal(bins: ColumnBins, fine: Counts) -> Counts:
    """Counts of fine bins ``(n_bins,)`` summed to pair bins ``(n_pair_bins,)``."""
    total = np.bincount(np.asarray(bins.pair_bins, np.int64), fine, bins.n_pair_bins)
    return np.asarray(total, np.int64)


def pair_order(bins: ColumnBins) -> list[int]:
    """Pair bins of an ordinal column that have a place, in the order of values; else none."""
    return list(dict.fromkeys(bins.pair_bins[place] for place in placed_bins(bins)))


def allotted(sizes: tuple[int, ...], most_cells: int) -> tuple[int, ...]:
    """Sizes whose product is at most ``most_cells``: the largest is lowered first.

    >>> allotted((10, 10, 3), 100)
    (5, 6, 3)
    """
    found = list(sizes)
    while prod(found) > most_cells and max(found) > 1:
        found[max(range(len(found)), key=lambda place: (found[place], -place))] -= 1
    return tuple(found)


def grouped(bins: ColumnBins, marginal: Counts, groups: int) -> tuple[int, ...]:
    """Of each pair bin its group: at most ``groups``, the same as before where there is no more.

    Neighbours of an ordinal column are joined to groups of about equal shares of ``marginal``
    ``(n_pair_bins,)``, bins without a place (null, rare) to one; of a nominal column the least
    frequent labels are.
    """
    size = bins.n_pair_bins
    if groups >= size:
        return tuple(range(size))
    order = pair_order(bins)
    if not order or groups < 2:
        ranked = sorted(range(size), key=lambda place: (-int(marginal[place]), place))
        return tuple(min(ranked.index(place), groups - 1) for place in range(size))
    rest = [place for place in range(size) if place not in order]
    room = groups - bool(rest)
    reached = np.cumsum(marginal[order]) - marginal[order] / 2
    total = max(int(marginal[order].sum()), 1)
    group = np.full(size, groups - 1)
    group[order] = np.minimum((reached / total * room).astype(np.int64), room - 1)
    return tuple(int(own) for own in group)
