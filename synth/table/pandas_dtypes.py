"""Dtypes of pandas as JSON, read back as equal ones and without running code."""

from __future__ import annotations

from datetime import UTC, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from synth.table.type_json import type_from_json, type_to_json


def dtype_to_json(dtype: Any, arrow: pa.DataType) -> dict[str, Any]:
    """A dtype that is not categorical; ``arrow`` is the type of its values in Arrow."""
    import pandas as pd

    if isinstance(dtype, pd.ArrowDtype):
        return {"arrow": type_to_json(dtype.pyarrow_dtype)}
    if isinstance(dtype, pd.StringDtype):
        lacks = "NA" if dtype.na_value is pd.NA else "nan"
        return {"string": dtype.storage, "missing": lacks}
    if isinstance(dtype, pd.DatetimeTZDtype):
        return {"unit": dtype.unit, "zone": arrow.tz, "named_by": type(dtype.tz).__module__}
    return {"name": str(dtype)}


def dtype_from_json(data: dict[str, Any], arrow: pa.DataType) -> Any:
    """What :func:`dtype_to_json` wrote; TypeError where this pandas lacks it."""
    import pandas as pd

    if "arrow" in data:
        return pd.ArrowDtype(type_from_json(data["arrow"]))
    if "string" in data:
        if data["missing"] == "NA":
            return pd.StringDtype(data["string"])
        return pd.StringDtype(data["string"], na_value=np.nan)
    if "zone" in data:
        return pd.DatetimeTZDtype(data["unit"], _zone(data["zone"], data["named_by"]))
    return pd.api.types.pandas_dtype(data["name"])


def _zone(name: str, named_by: str) -> Any:
    """The zone by the library that the dtype had it from: dtypes of two libraries differ."""
    if named_by.startswith("zoneinfo"):
        return ZoneInfo(name)
    if named_by.startswith("pytz"):
        import pytz  # type: ignore[import-untyped]

        return pytz.timezone(name) if name[0] not in "+-" else pa.lib.string_to_tzinfo(name)
    if name == "UTC":
        return UTC
    sign, hours, minutes = -1 if name[0] == "-" else 1, int(name[1:3]), int(name[4:6])
    return timezone(sign * timedelta(hours=hours, minutes=minutes))
