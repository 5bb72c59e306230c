"""The margins that a generator is to reach: counts of the train part, smooth where values are.

See :mod:`synth.statistics.smoothing`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from synth.encode.statistics import CodeStatistics
from synth.statistics.smoothing import smoothed
from synth.table.sub_column import SubColumn, groups_of

Margin = np.ndarray  # (K,) of a first level, (groups, K) of places in groups; int64 or float64


def margins(sub_columns: Sequence[SubColumn], statistics: CodeStatistics) -> tuple[Margin, ...]:
    """How many rows of the train part each code is to stand for, a margin for each sub-column.

    Codes of intervals have what a smooth density over them says, all others what was counted. A
    group has what its places have together.
    """
    found: list[Margin] = [
        _smooth(counts if groups is None else groups, sub)
        for sub, counts, groups in zip(
            sub_columns, statistics.counts, statistics.group_counts, strict=True
        )
    ]
    for place, group in enumerate(groups_of(sub_columns)):
        if group is not None and sub_columns[place].intervals is not None:
            found[group] = found[place].sum(1)
    return tuple(found)


def _smooth(counts: np.ndarray, sub: SubColumn) -> Margin:
    """Counts of any shape, those of each run of intervals smoothed; their sum stays."""
    known = [(pair, at) for at, pair in enumerate(sub.intervals or ()) if pair is not None]
    if not known:
        return counts
    places = np.array([at for _, at in known])
    positions = np.array([position for (position, _), _ in known])
    widths = np.array([width for (_, width), _ in known])
    order = np.argsort(positions)
    places, positions, widths = places[order], positions[order], widths[order]
    flat = counts.astype(np.float64).ravel()
    for run in np.split(np.arange(len(places)), np.flatnonzero(np.diff(positions) > 1) + 1):
        flat[places[run]] = smoothed(flat[places[run]], widths[run])
    return flat.reshape(counts.shape)
