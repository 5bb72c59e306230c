"""Days inside codes: ``INV-20240115-0042``, ``log_2024-01-15.txt``, a person's number."""

from __future__ import annotations

from time import strftime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.forms.calendar_days import century_of, date_of_days, days_of_date
from synth.forms.texts import from_code_points

_YEARS = (1900, 2100)  # of what is taken for a day: other digits hardly ever lie within
_ROWS = 20  # fewer valid days could be chance
_DIFFERENT = 5  # so could fewer that differ: codes of districts
_MONTHS = 3  # and six digits of fewer months: all that begin with 111 are days of November
# Layouts without separators, and how wide they are; the first that fits all is taken.
COMPACT = {
    "%Y%m%d": 8, "%d%m%Y": 8, "%m%d%Y": 8, "%y%m%d": 6, "%d%m%y": 6, "%m%d%y": 6,
}  # fmt: skip


def days_of(texts: pa.Array, layout: str) -> np.ndarray | None:
    """Days since 1970, where every text is one in this layout; None otherwise."""
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
        begin = points[:, :width]
        if begin.shape[1] == width and ((begin >= ord("0")) & (begin <= ord("9"))).all():
            texts = from_code_points(begin)
            days = days_of(texts, layout)
            if days is not None and _vary(days, 0 if width == COMPACT["%Y%m%d"] else _MONTHS):
                return with_century(texts, layout)
    return None


def _vary(days: np.ndarray, months: int) -> bool:
    """Whether there are several days, in so many months of a year."""
    different = np.unique(days)
    return len(different) >= _DIFFERENT and len(np.unique(date_of_days(different)[1])) >= months


def with_century(texts: pa.Array, layout: str) -> str:
    """The layout, with the first of the hundred years of its two-digit years: ``1950:%y%m%d``."""
    if "%y" not in layout:
        return layout
    years = np.asarray(pc.year(parsed(texts, layout).drop_null()))
    return f"{century_of(years)}:{layout}"


def pattern_of(layout: str) -> str:
    """The layout as strptime has it."""
    return layout.rpartition(":")[2] if layout[:4].isdigit() else layout


def width_of(layout: str) -> int:
    """How many characters a day has."""
    return len(strftime(pattern_of(layout)))


def parsed(texts: pa.Array, layout: str) -> pa.Array:
    """The days that the texts write, null where one is none; date32."""
    pattern = pattern_of(layout)
    moments = pc.strptime(texts, format=pattern, unit="s", error_is_null=True)
    days = moments.cast(pa.date32())
    # What strptime takes besides the layout itself (one digit for two) is no day of this form.
    same = pc.equal(pc.strftime(days, format=pattern), texts)
    days = pc.if_else(pc.fill_null(same, False), days, pa.scalar(None, pa.date32()))
    return days if pattern == layout else _in_century(days, int(layout[:4]))


def _in_century(days: pa.Array, first_year: int) -> pa.Array:
    """The days with their years in the hundred from the first on; null where one has no 29 Feb."""
    known = np.asarray(days.is_valid())
    numbers = np.asarray(pc.fill_null(days.cast(pa.int32()), 0)).astype(np.int64)
    years, months, dates = date_of_days(numbers)
    moved, sound = days_of_date(first_year + (years - first_year) % 100, months, dates)
    return pa.array(moved.astype(np.int32), mask=~(known & sound)).cast(pa.date32())


def written(days: pa.Array, layout: str) -> pa.Array:
    """Days (date32) as texts in a layout."""
    return pc.strftime(days, format=pattern_of(layout))
