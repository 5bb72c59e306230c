"""Offsets from UTC of a time zone, for whole arrays of instants."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from synth.dependencies.calendar import local
from synth.table.schema import arrow_type

_MICROSECONDS_PER_MINUTE = 60_000_000


def zone_offsets(instants: np.ndarray, zone: str) -> np.ndarray:
    """int64 ``(rows,)``: minutes east of UTC at instants in microseconds since 1970."""
    times = pa.array(instants, pa.int64()).cast(pa.timestamp("us")).cast(arrow_type("timestamp"))
    there = np.asarray(local(times, zone).cast(pa.int64()))
    offsets: np.ndarray = (there - instants) // _MICROSECONDS_PER_MINUTE
    return offsets
