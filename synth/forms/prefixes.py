"""Digits that begin differently and go on differently: 4917... and 447..., 4... and 55..."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.forms.levels import entropy
from synth.forms.protected import prefix_length, shared_values
from synth.forms.texts import code_points
from synth.forms.tokens import Token, same_length

_FEWEST_DIGITS, _MOST_PREFIXES = 6, 6
_COVERED = 0.98  # of the rows must have a prefix that is shared
_DEVIATIONS = 12  # of the statistic: beyond, what follows depends on the prefix
_YEAR = re.compile(r"(?:19|20)\d\d")


def prefixes_of(tokens: list[Token], min_entities: int) -> list[pa.Array]:
    """Of each prefix the rows that begin so, as bool arrays; none where all go on alike.

    Looked at are the digits that come first, where they are free: as many as have few values. A
    year stays a part of its own: its numbers count on.
    """
    token = next((one for one in tokens if one.symbol), None)
    if token is None or token.symbol != "9" or token.shared is not None or token.layout:
        return []
    if not same_length(token) or token.longest < _FEWEST_DIGITS:
        return []
    points = code_points(token.texts, token.longest)
    head = min(prefix_length(points, float(np.log2(10)), min_entities), token.longest - 1)
    for width in range(head, 0, -1):
        begin = pc.utf8_slice_codeunits(token.texts, 0, width)
        shared = shared_values(begin, 2 * min_entities)
        if not 1 < len(shared.values) <= _MOST_PREFIXES or shared.covered < _COVERED:
            continue
        if all(_YEAR.fullmatch(value) for value in shared.values):
            return []
        which = pc.fill_null(pc.index_in(begin, pa.array(shared.values)), 0)
        apart = _differ(np.asarray(which).astype(np.int64), points[:, width:])
        return [pc.equal(begin, value) for value in shared.values] if apart else []
    return []


def _differ(which: np.ndarray, points: np.ndarray) -> bool:
    """Whether the characters at any place depend on the prefix, by a G-test."""
    for column in points.T:
        _, sign = np.unique(column, return_inverse=True)
        counts = np.zeros((which.max() + 1, sign.max() + 1))
        np.add.at(counts, (which, sign.ravel()), 1)
        free = (counts.shape[0] - 1) * (counts.shape[1] - 1)
        if not free:
            continue
        bits = entropy(counts.sum(axis=0)) + entropy(counts.sum(axis=1)) - entropy(counts.ravel())
        statistic = 2 * len(which) * bits * np.log(2)
        if statistic > free + _DEVIATIONS * np.sqrt(2 * free):
            return True
    return False
