"""Dtypes equal themselves through JSON, with the library that their zone is from."""

import datetime as dt
import json
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from synth.table.pandas_dtypes import dtype_from_json, dtype_to_json

ZONES = [
    "Europe/Berlin",
    "UTC",
    ZoneInfo("Europe/Berlin"),
    ZoneInfo("UTC"),
    dt.UTC,
    dt.timezone(dt.timedelta(hours=5, minutes=30)),
    dt.timezone(-dt.timedelta(hours=3)),
]
DTYPES = [
    *(pd.DatetimeTZDtype("ms", zone) for zone in ZONES),
    pd.StringDtype("python"),
    pd.StringDtype("pyarrow", na_value=np.nan),
    pd.ArrowDtype(pa.timestamp("us", "Asia/Tokyo")),
    pd.Int8Dtype(),
    pd.PeriodDtype("Q-JAN"),
    pd.SparseDtype(float, np.nan),
    np.dtype("datetime64[s]"),
]


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_a_dtype_equals_itself_through_json(dtype: object) -> None:
    arrow = pa.null()
    if isinstance(dtype, pd.DatetimeTZDtype):
        arrow = pa.array(pd.Series([], dtype=dtype)).type
    assert dtype_from_json(json.loads(json.dumps(dtype_to_json(dtype, arrow))), arrow) == dtype
