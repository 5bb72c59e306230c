"""Types of columns that came as text: one scan, one mergeable state."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from lakehouse.encodings import MARKS

_INTEGER = r"^[+-]?\d{1,18}$"  # every such number fits a bigint; longer ones are identifiers
_NUMBER = r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$"
_LONG_INTEGER = r"^[+-]?\d{19,}$"
_LEADING_ZERO = r"^[+-]?0\d"  # a postal code or a number on a card: as a number it would lose it
_DATE = r"^\d{4}-\d{2}-\d{2}$"
_TIMESTAMP = r"^\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?)?$"
_BOOLEAN = r"^(?i:true|false)$"
_INT_RANGE = (-(2**31), 2**31 - 1)
TEXT_TYPES = ("boolean", "int", "bigint", "double", "date", "timestamp")  # most special first
TIME_TYPES = ("date", "timestamp")  # what a JSON file can only write as text


class ColumnTypes:
    """Which types every value of each column fits; a type that failed once is not tried again.

    ``marker`` names the column in which broken lines stand: such rows are counted and otherwise
    passed over. ``is_marked`` says whether a text holds what may come of bytes in another
    encoding. The state is exact: merging is commutative and associative.
    """

    def __init__(
        self, names: Sequence[str], candidates: Sequence[str] = TEXT_TYPES, marker: str = ""
    ) -> None:
        self.names, self.candidates, self.marker = list(names), list(candidates), marker
        self.fits = {name: list(candidates) for name in self.names}
        self.values = dict.fromkeys(self.names, 0)
        self.rows = self.broken = 0
        self.is_marked = False

    def update(self, batch: pa.RecordBatch) -> None:
        """Add the rows of a batch of text columns."""
        self.rows += batch.num_rows
        self.is_marked = self.is_marked or any(map(_holds_a_mark, batch.columns))
        if self.marker in batch.schema.names:
            whole = pc.is_null(batch.column(self.marker))
            self.broken += batch.num_rows - (pc.sum(whole).as_py() or 0)
            batch = batch.filter(whole)
        for name in self.names:
            values = batch.column(name).drop_null()
            self.values[name] += len(values)
            if len(values) and self.fits[name]:
                self.fits[name] = [kind for kind in self.fits[name] if _all_fit(values, kind)]

    def merge(self, other: ColumnTypes) -> None:
        """Add the rows that another state has seen."""
        self.rows += other.rows
        self.broken += other.broken
        self.is_marked = self.is_marked or other.is_marked
        for name in self.names:
            self.values[name] += other.values[name]
            self.fits[name] = [kind for kind in self.fits[name] if kind in other.fits[name]]

    def type_of(self, name: str) -> str:
        """The most special type that every value fits; string where there is no value."""
        fits = self.fits[name] if self.values[name] else []
        return fits[0] if fits else "string"

    def to_bytes(self) -> bytes:
        """The state as JSON."""
        return json.dumps(
            [
                self.names,
                self.candidates,
                self.marker,
                self.fits,
                self.values,
                self.rows,
                self.broken,
                self.is_marked,
            ]
        ).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> ColumnTypes:
        """The state that ``to_bytes`` wrote."""
        names, candidates, marker, fits, values, rows, broken, is_marked = json.loads(data)
        state = cls(names, candidates, marker)
        state.fits, state.values, state.rows, state.broken = fits, values, rows, broken
        state.is_marked = is_marked
        return state


def _holds_a_mark(values: pa.Array) -> bool:
    """What a reader writes for bytes that are no character, or such bytes as they are."""
    if not pa.types.is_string(values.type):
        return False
    try:
        values.validate(full=True)
    except pa.ArrowInvalid:
        return True
    return any(pc.any(pc.match_substring(values, mark)).as_py() for mark in MARKS)


def _all_fit(values: pa.Array, kind: str) -> bool:
    if kind == "boolean":
        return _all_match(values, _BOOLEAN)
    if kind in ("date", "timestamp"):
        return _all_times(values, kind)
    if _any_match(values, _LEADING_ZERO):
        return False
    if kind == "double":
        return _all_match(values, _NUMBER) and not _any_match(values, _LONG_INTEGER)
    if not _all_match(values, _INTEGER):
        return False
    if kind == "bigint":
        return True
    low, high = _INT_RANGE
    numbers = pc.cast(pc.replace_substring_regex(values, r"^\+", ""), pa.int64())
    bounds = pc.min_max(numbers).as_py()
    return bool(low <= bounds["min"] and bounds["max"] <= high)


def _all_times(values: pa.Array, kind: str) -> bool:
    """Whether all are written as dates or times and exist: there is no 30th of February."""
    if not _all_match(values, _DATE if kind == "date" else _TIMESTAMP):
        return False
    zoned = _any_match(values, r"[ T].*(Z|[+-]\d{2}:\d{2})$")
    try:
        pc.cast(values, _arrow_time(kind, zoned=zoned))
    except pa.ArrowInvalid:
        return False
    return True


def _arrow_time(kind: str, *, zoned: bool) -> pa.DataType:
    if kind == "date":
        return pa.date32()
    return pa.timestamp("us", tz="UTC" if zoned else None)


def _all_match(values: pa.Array, pattern: str) -> bool:
    return bool(pc.all(pc.match_substring_regex(values, pattern)).as_py())


def _any_match(values: pa.Array, pattern: str) -> bool:
    return bool(pc.any(pc.match_substring_regex(values, pattern)).as_py())
