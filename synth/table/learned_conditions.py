"""Conditions in the caller's types as those in which columns are learned."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from synth.table.learned_values import is_counted, whole


def learned_condition(wanted: Any, type_: pa.DataType) -> Any:
    """A condition with its values as they are learned; the values of a mapping are shares.

    Times of day, durations and periods are; whatever else stands there stays as it is.
    """
    if isinstance(wanted, Mapping):
        return {
            _learned_value(value, type_): learned_condition(share, type_)
            for value, share in wanted.items()
        }
    if isinstance(wanted, list | tuple | set | frozenset):
        return type(wanted)(_learned_value(value, type_) for value in wanted)
    return _learned_value(wanted, type_)


def _learned_value(value: Any, type_: pa.DataType) -> Any:
    name = type(value).__name__
    if name == "Period":
        return value.start_time.to_pydatetime()
    if name == "Interval":
        return str(value)
    if name == "datetime64":
        return value.astype("datetime64[us]").item()
    if not is_counted(type_) or not isinstance(value, time | timedelta | np.timedelta64 | str):
        return value
    try:
        plain = time.fromisoformat(value) if isinstance(value, str) else value
        made = pa.array([plain]).cast(type_)
    except (pa.ArrowException, ValueError):
        return value  # the check of conditions names it
    return whole(pa.chunked_array([made])).to_pylist()[0]
