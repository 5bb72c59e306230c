"""In which order columns are drawn: each next one is predicted best by those before it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def column_order(
    sub_columns: Sequence[str], association: np.ndarray, first: Sequence[str] = ()
) -> list[str]:
    """The columns in drawing order; ``sub_columns`` names the column of each sub-column.

    From the column of the strongest associations in all, on to the one that those before predict
    best, summed over them. Those in ``first`` lead, in their own order (benchmarks/README.md).
    """
    names = list(dict.fromkeys(sub_columns))
    place = np.array([names.index(name) for name in sub_columns])
    strength = np.zeros((len(names), len(names)))
    np.maximum.at(strength, (place[:, None], place[None, :]), association)
    np.fill_diagonal(strength, 0.0)
    order = [names.index(name) for name in first]
    if not order:
        order = [int(np.argmax(strength.sum(1)))]
    waiting = np.ones(len(names), bool)
    waiting[order] = False
    reach = strength[order].sum(0)
    while waiting.any():
        best = int(np.argmax(np.where(waiting, reach, -1.0)))
        order.append(best)
        waiting[best] = False
        reach = reach + strength[best]
    return [names[place] for place in order]
