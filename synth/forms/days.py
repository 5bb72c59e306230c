"""Days inside codes: ``INV-20240115-0042``, ``log_2024-01-15.txt``, a person's number."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.forms.texts import from_code_points

_YEARS = (1900, 2100)  # of what is taken for a day: other digits hardly ever lie within
_ROWS = 20  # fewer valid days could be chance
COMPACT = {"%Y%m%d": 8, "%y%m%d": 6}  # layouts without separators, and how wide they are


def days_of(texts: pa.Array, layout: str) -> np.ndarray | None:
    """Days since 1970, where every text is one in this layout (strptime's); None otherwise."""
    if len(texts) < _ROWS:
        return None
    found = parsed(texts, layout)
    if found.null_count:
        return None
    years = pc.min_max(pc.year(found))
    if years["min"].as_py() < _YEARS[0] or years["max"].as_py() > _YEARS[1]:
        return None
    return np.asarray(found.cast(pa.int32())).astype(np.int64)


def day_layout(points: np.ndarray) -> str | None:
    """The layout of the days with which digits ``(rows, length)`` begin, None where none does."""
    for layout, width in COMPACT.items():
        if points.shape[1] >= width:
            days = days_of(from_code_points(points[:, :width]), layout)
            if days is not None and len(np.unique(days)) > 1:
                return layout
    return None


def parsed(texts: pa.Array, layout: str) -> pa.Array:
    """The days that the texts write, null where one is none; date32."""
    moments = pc.strptime(texts, format=layout, unit="s", error_is_null=True)
    days = moments.cast(pa.date32())
    # What strptime takes besides the layout itself (one digit for two) is no day of this form.
    same = pc.equal(pc.strftime(days, format=layout), texts)
    return pc.if_else(pc.fill_null(same, False), days, pa.scalar(None, pa.date32()))


def written(days: pa.Array, layout: str) -> pa.Array:
    """Days (date32) as texts in a layout."""
    return pc.strftime(days, format=layout)
