"""Exact copies among tables in memory: rows that equal a row of another table in every value."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from synth.table.row_codes import row_codes


def copied(rows: pa.Table, others: pa.Table, columns: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Bool ``(rows,)``: which rows equal one of ``others`` on all these columns, of equal types.

    Null equals null and NaN equals NaN.
    """
    if not columns or not len(rows) or not len(others):
        return np.zeros(len(rows), bool)
    codes = row_codes(pa.concat_tables([rows.select(columns), others.select(columns)]))
    return np.isin(codes[: len(rows)], codes[len(rows) :])
