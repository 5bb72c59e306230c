"""One form for the values of all systems, so that formatting wins or loses nothing."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
import pyarrow as pa

Kind = Literal["number", "time", "category"]


def kinds_of(schema: pa.Schema) -> dict[str, Kind]:
    """What each column of the real table is."""
    return {field.name: _kind(field.type) for field in schema}


def _kind(type_: pa.DataType) -> Kind:
    if pa.types.is_integer(type_) or pa.types.is_floating(type_):
        return "number"
    return "time" if pa.types.is_temporal(type_) else "category"


def canonical(frame: pd.DataFrame, kinds: dict[str, Kind]) -> pd.DataFrame:
    """Numbers as float64, times as float64 seconds since 1970, the rest as text; NaN is null.

    ValueError names the columns that a system left out.
    """
    missing = [name for name in kinds if name not in frame.columns]
    if missing:
        raise ValueError(f"the synthetic table lacks the columns {missing}")
    return pd.DataFrame({name: _values(frame[name], kind) for name, kind in kinds.items()})


def _values(values: pd.Series, kind: Kind) -> np.ndarray:
    if kind == "number":
        return pd.to_numeric(values).to_numpy(np.float64, na_value=np.nan)
    if kind == "time":  # times without a zone are read as UTC
        seconds = (pd.to_datetime(values, utc=True) - pd.Timestamp(0, tz="UTC")).dt.total_seconds()
        return seconds.to_numpy(np.float64)
    text = values.astype(object)
    return text.map(str, na_action="ignore").where(text.notna(), np.nan).to_numpy(object)


def is_category(values: pd.Series) -> bool:
    """Whether a canonical column holds text, not numbers."""
    return bool(values.dtype == object)
