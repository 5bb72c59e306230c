"""Class weights: what a row weighs in learning, by its value in the column that is drawn first.

Weighting by what a head is given changes no conditional distribution that is learned, only how
well each is; the first column itself is learned as it is.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from synth.table.errors import InputError
from synth.table.sub_column import SubColumn

MOST_WEIGHT = 10.0  # of a value over the most frequent one: a few rows must not rule a batch


def class_weights(
    sub_columns: Sequence[SubColumn], counts: np.ndarray, column: str | None
) -> np.ndarray | None:
    """float32 ``(K,)`` by code of the first sub-column, 1 in the mean of the rows; None for none.

    ``counts`` are those of its codes in the train part. InputError as of :func:`require_weighable`.
    """
    if column is None:
        return None
    require_weighable(sub_columns, column)
    weight = np.minimum(counts.max() / np.maximum(counts, 1), MOST_WEIGHT)
    weight *= counts.sum() / (weight * counts).sum()
    result: np.ndarray = weight.astype(np.float32)
    return result


def require_weighable(sub_columns: Sequence[SubColumn], column: str) -> None:
    """InputError where the column is not drawn first, or has too many values for one code."""
    drawn_first = sub_columns[0].column
    if drawn_first != column:
        raise InputError(
            f"class_weights names {column!r}, however: {drawn_first!r} is drawn first. Name "
            f"{column!r} at the start of first"
        )
    if sum(sub.column == column for sub in sub_columns) > 1:
        raise InputError(f"class_weights names {column!r}, which has too many values: leave it out")
