"""Columns of flags, one for each value of another column."""

import numpy as np
import pyarrow as pa


def dummies(
    name: str, values: np.ndarray, kind: pa.DataType, rng: np.random.Generator, lacks: float = 0.0
) -> dict[str, pa.Array]:
    """A flag for each value, missing in so many of the rows."""
    found = {}
    for value in range(values.max() + 1):
        flags = pa.array((values == value).astype(np.int8), mask=rng.random(len(values)) < lacks)
        found[f"{name}_{value}"] = flags.cast(kind)
    return found
