"""Rows as numbers: equal ones have the same."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Codes = npt.NDArray[np.int64]


def row_codes(rows: pa.Table) -> Codes:
    """int64 ``(rows,)``: the same number for equal rows, another one for others.

    Null equals null and NaN equals NaN.
    """
    from pandas import factorize  # which Spark's workers need not import

    codes = np.zeros(len(rows), np.int64)
    for name in rows.column_names:
        own = rows[name].combine_chunks().dictionary_encode().indices
        places = np.asarray(own.fill_null(-1), np.int64) + 1
        # Dense after each column: the product of both cannot leave the range of an int64.
        codes = factorize(codes * (int(places.max(initial=0)) + 1) + places)[0].astype(np.int64)
    return codes
