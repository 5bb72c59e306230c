"""What a formula comes to, as a column holds it: on its decimals, or with all its digits."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from synth.dependencies.dependency import DependencyError
from synth.dependencies.grid import from_grid
from synth.statistics.column_state import FULL_PRECISION
from synth.table.limits import EXACT_FLOATS
from synth.table.schema import decimal_parts
from synth.table.values import from_numbers

ROUNDINGS = ("down", "nearest")
LAST_BITS = 1e-12  # relative


def rounded(
    values: np.ndarray, valid: np.ndarray, type_name: str, decimals: int, rounding: str = "nearest"
) -> pa.Array:
    """Floats ``(rows,)`` as a column of a type; null where not ``valid`` or beyond exact floats."""
    if decimals >= FULL_PRECISION:
        return from_numbers(values, valid, type_name, decimals)
    steps = values * 10.0**decimals
    whole = np.rint(steps)
    if rounding == "down":  # what is whole but for its last bits stays so
        is_whole = np.abs(steps - whole) <= LAST_BITS * np.maximum(np.abs(steps), 1)
        whole = np.where(is_whole, whole, np.floor(steps))
    on = valid & (np.abs(whole) < EXACT_FLOATS)
    return from_grid(np.where(on, whole, 0).astype(np.int64), on, type_name, decimals)[0]


def declared_decimals(type_name: str) -> int:
    """The decimals to which a type rounds; a float rounds to none."""
    if type_name in ("float", "double"):
        return FULL_PRECISION
    parts = decimal_parts(type_name)
    return parts[1] if parts else 0


def require_decimals(decimals: int) -> None:
    """DependencyError for digits after the point that no column has."""
    if not 0 <= decimals <= FULL_PRECISION:
        raise DependencyError(f"decimals is 0 to {FULL_PRECISION}, not {decimals}")
