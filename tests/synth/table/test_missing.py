"""What stands for no value."""

from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from synth.table.missing import is_missing


@pytest.mark.parametrize(
    "value",
    [
        None,
        float("nan"),
        np.float32("nan"),
        Decimal("NaN"),
        pd.NA,
        pd.NaT,
        np.datetime64("NaT"),
        np.timedelta64("NaT"),
        pa.scalar(None, pa.int64()),
        pa.scalar(float("nan")),
    ],
)
def test_these_stand_for_none(value: Any) -> None:
    assert is_missing(value)


@pytest.mark.parametrize("value", [0, "", "nan", 0.0, False, Decimal(0), np.datetime64(0, "s")])
def test_these_do_not(value: Any) -> None:
    assert not is_missing(value)
