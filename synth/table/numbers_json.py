"""Numbers as JSON: the standard has no infinity and no NaN, so these go as text."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np


def to_plain(values: Iterable[float | None]) -> list[float | int | str | None]:
    """The numbers as JSON values; ``inf``, ``-inf`` and ``nan`` as text, None as null."""
    return [_plain(value) for value in values]


def from_plain(values: Iterable[float | int | str | None]) -> list[float | None]:
    """What :func:`to_plain` was given, as floats."""
    return [None if value is None else float(value) for value in values]


def array_from_plain(values: list[float | int | str], kind: type) -> np.ndarray:
    """An array of int64 or float64; whole numbers beyond 2**53 keep their last digit."""
    return np.array(values if kind is np.int64 else [float(v) for v in values], kind)


def _plain(value: float | None) -> float | int | str | None:
    if value is None or isinstance(value, int) or math.isfinite(value):
        return value
    return str(float(value))
