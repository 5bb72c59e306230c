"""Exact copies among tables in memory: rows that equal a row of another table in every value."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

Codes = npt.NDArray[np.int64]


def copied(rows: pa.Table, others: pa.Table, columns: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Bool ``(rows,)``: which rows equal one of ``others`` on all these columns, of equal types.

    Null equals null and NaN equals NaN.
    """
    if not columns or not len(rows) or not len(others):
        return np.zeros(len(rows), bool)
    codes = row_codes(pa.concat_tables([rows.select(columns), others.select(columns)]))
    return np.isin(codes[: len(rows)], codes[len(rows) :])


def row_codes(rows: pa.Table) -> Codes:
    """int64 ``(rows,)``: the same number for equal rows, another one for others."""
    codes = np.zeros(len(rows), np.int64)
    for name in rows.column_names:
        own = rows[name].combine_chunks().dictionary_encode().indices
        places = np.asarray(own.fill_null(-1), np.int64) + 1
        # Dense after each column: the product of both cannot leave the range of an int64.
        codes = pd.factorize(codes * (int(places.max(initial=0)) + 1) + places)[0].astype(np.int64)
    return codes
