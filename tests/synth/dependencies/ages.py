"""Births and later days, and whole years between them by Python's own calendar."""

from datetime import date

import numpy as np
import pyarrow as pa

ROWS = 2_000


RNG = np.random.default_rng(3)


BORN = RNG.integers(-11_000, 12_000, ROWS)  # days since 1970


SEEN = RNG.integers(18_600, 19_600, ROWS)


def dates(days: np.ndarray, absent: np.ndarray | None = None) -> pa.Array:
    return pa.array(days.astype(np.int32), pa.int32(), mask=absent).cast(pa.date32())


def years(born: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """Whole years, by Python's own calendar."""
    pairs = [
        (date.fromordinal(719_163 + a), date.fromordinal(719_163 + b))
        for a, b in zip(born.tolist(), seen.tolist(), strict=True)
    ]
    return np.array([b.year - a.year - ((b.month, b.day) < (a.month, a.day)) for a, b in pairs])
