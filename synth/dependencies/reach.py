"""Whether a map of an ordered source says something of values between its keys (ages to bands)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

STEPPED = 0.5  # of the keys lie between two of one target: the source is a measure, not a name


class Reach(NamedTuple):
    """Of which keys that are not stored the stored ones say the target; all True or False alone."""

    between: bool = False
    below: bool = False
    above: bool = False


def reach_of(
    values: np.ndarray, targets: np.ndarray, stored: np.ndarray
) -> tuple[Reach, np.ndarray]:
    """The reach of the stored keys, and which of the others are inside it.

    ``values`` are all keys of the table, ascending, ``targets`` codes of their targets. A value
    between two stored keys of one target has that target, if no key of the table says otherwise
    and most keys lie between two of one target anyway.
    """
    inside = np.zeros(len(values), bool)
    at = np.flatnonzero(stored)
    if len(at) < 2 or not _is_stepped(targets):
        return Reach(), inside
    after = np.searchsorted(at, np.arange(len(values)))
    before = at[np.maximum(after - 1, 0)]
    behind = at[np.minimum(after, len(at) - 1)]
    first, last = np.arange(len(values)) < at[0], np.arange(len(values)) > at[-1]
    middle = ~stored & ~first & ~last & (targets[before] == targets[behind])
    below = bool((targets[first] == targets[at[0]]).all())
    above = bool((targets[last] == targets[at[-1]]).all())
    if (targets[middle] != targets[before[middle]]).any():
        return Reach(), inside
    inside = middle | (first & below) | (last & above)
    return Reach(True, below, above), inside


def _is_stepped(targets: np.ndarray) -> bool:
    outer = targets[2:] == targets[:-2]
    inner = outer & (targets[1:-1] == targets[2:])
    return bool(inner.sum() >= STEPPED * max(len(targets) - 2, 1) and (inner == outer).all())
