"""The map of a functional dependency: keys with the target that enough of their rows hold."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from synth.dependencies.columns import one_array
from synth.statistics.distinct import hash_numbers, hash_texts
from synth.table.schema import arrow_type, type_of_arrow
from synth.table.values import from_numbers, is_ordered, is_whole, to_numbers


@dataclass(frozen=True)
class KeyMap:
    """``table``: columns ``0``, (``1``,) ``target``, ``rows``; one line a key, sorted by key.

    ``between``: a value of the one ordered source that lies between two keys of the same target has
    it too (ages and their bands, but not articles and their names); ``below`` and ``above``: so
    does one beyond the first key, and beyond the last.
    """

    table: pa.Table
    between: bool = False
    below: bool = False
    above: bool = False

    def __len__(self) -> int:
        return len(self.table)

    def find(self, key: list[pa.Array]) -> np.ndarray:
        """int64 ``(rows,)``: the line of each key, -1 where it is not stored."""
        code, known = self._codes(key)
        own, lines = self._index
        if not len(own):
            return np.full(len(code), -1, np.int64)
        at = np.minimum(np.searchsorted(own, code), len(own) - 1)
        found: np.ndarray = np.where(known & (own[at] == code), lines[at], -1)
        return found

    def targets(self, lines: np.ndarray) -> pa.Array:
        """The targets of these lines, null for -1."""
        return _take(self.table["target"], lines)

    def pairs(self, place: int, sources: pa.Array, targets: pa.Array) -> bool:
        """Whether each of the values of one source that are stored has each of the targets."""
        own, wanted = one_array(self.table[str(place)]), one_array(self.table["target"])
        left, right = sources.unique(), targets.unique()
        source, target = _index_in(own, left), _index_in(wanted, right)
        stored = len(np.unique(source[source >= 0]))
        both = (source >= 0) & (target >= 0)
        there = len(np.unique(source[both] * len(right) + target[both]))
        return there == stored * len(right)

    @property
    def target_type(self) -> pa.DataType:
        """Of the targets."""
        return self.table["target"].type

    def source(self, place: int, lines: np.ndarray) -> pa.Array:
        """The values of one source in these lines, null for -1."""
        return _take(self.table[str(place)], lines)

    def redraw(
        self, lines: np.ndarray, kept: pa.Array, name: str, rng: np.random.Generator
    ) -> np.ndarray:
        """For unknown keys a line of the same kept column, drawn by the rows that hold it."""
        missing = np.flatnonzero(lines < 0)
        column = one_array(self.table[name])
        values = column.unique()
        code = _index_in(kept.take(pa.array(missing)), values)
        own = _index_in(column, values)
        order = np.argsort(own, kind="stable")
        ends = np.cumsum(np.asarray(self.table["rows"])[order])
        low = np.searchsorted(own[order], code, side="left")
        high = np.searchsorted(own[order], code, side="right")
        before = np.r_[0, ends]
        drawn = before[low] + rng.random(len(code)) * (before[high] - before[low])
        pick = np.minimum(np.searchsorted(ends, drawn, side="right"), np.maximum(high - 1, 0))
        found = lines.copy()
        known = (code >= 0) & (high > low)
        found[missing[known]] = order[pick[known]]
        return found

    def reached(self, lines: np.ndarray, key: list[pa.Array]) -> np.ndarray:
        """For unknown keys that lie between two stored ones of one target, the line of either."""
        if not (self.between or self.below or self.above):
            return lines
        own, at, targets = self._steps
        values, valid = to_numbers(key[0].cast(self.table["0"].type), self._source_type)
        asked = np.flatnonzero((lines < 0) & valid & (values == values))
        right = np.searchsorted(own, values[asked])
        left, right = right - 1, np.minimum(right, len(own) - 1)
        first, last = left < 0, np.searchsorted(own, values[asked]) == len(own)
        inside = ~first & ~last & self.between & (targets[np.maximum(left, 0)] == targets[right])
        known = inside | (first & self.below) | (last & self.above)
        found = lines.copy()
        found[asked[known]] = at[right[known]]
        return found

    def nearest(self, lines: np.ndarray, key: list[pa.Array]) -> np.ndarray:
        """For unknown keys the nearest line of one ordered source, else one by the key's hash.

        The same key takes the same line in every block, so that the rule holds in the whole table.
        """
        missing = np.flatnonzero(lines < 0)
        found = lines.copy()
        if not len(missing) or not len(self.table):
            return found
        lost = [source.take(pa.array(missing)) for source in key]
        found[missing] = self._by_hash(lost)
        name = type_of_arrow(self.table.column(0).type)
        if len(key) == 1 and is_ordered(name):
            own, has = to_numbers(one_array(self.table["0"]), name)
            values, valid = to_numbers(lost[0].cast(arrow_type(name)), name)
            valid = valid & (values == values)
            if has.any() and valid.any():
                found[missing[valid]] = _closest(own[has], np.flatnonzero(has), values[valid])
        return found

    def to_json(self) -> dict[str, Any]:
        data = {name: plain(one_array(self.table[name])) for name in self.table.column_names}
        reach = [self.between, self.below, self.above]
        return {**data, "reach": reach} if any(reach) else data

    @classmethod
    def from_json(cls, data: dict[str, Any], types: list[str]) -> KeyMap:
        """``types`` are Spark's, of the sources and the target."""
        names = [*(str(i) for i in range(len(types) - 1)), "target"]
        arrays = [typed(data[name], kind) for name, kind in zip(names, types, strict=True)]
        rows = pa.array(data["rows"], pa.int64())
        return cls(pa.table([*arrays, rows], names=[*names, "rows"]), *data.get("reach", ()))

    @property
    def _source_type(self) -> str:
        return type_of_arrow(self.table["0"].type)

    @cached_property
    def _steps(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The one source's stored values, ascending, their lines, and codes of their targets."""
        own, has = to_numbers(one_array(self.table["0"]), self._source_type)
        at = np.flatnonzero(has & (own == own))
        at = at[np.argsort(own[at], kind="stable")]
        targets = one_array(self.table["target"])
        return own[at], at, _index_in(targets, targets.unique())[at]

    @cached_property
    def _values(self) -> list[pa.Array]:
        """Distinct values of each source."""
        return [one_array(self.table[name]).unique() for name in self.table.column_names[:-2]]

    @cached_property
    def _index(self) -> tuple[np.ndarray, np.ndarray]:
        """Codes of the stored keys, ascending, and their lines."""
        own = [one_array(self.table[name]) for name in self.table.column_names[:-2]]
        code, _ = self._codes(own)
        order = np.argsort(code, kind="stable")
        return code[order], order

    def _codes(self, key: list[pa.Array]) -> tuple[np.ndarray, np.ndarray]:
        code = np.zeros(len(key[0]), np.int64)
        known = np.ones(len(code), bool)
        for source, values in zip(key, self._values, strict=True):
            at = _index_in(source, values)
            known &= at >= 0
            code = code * (len(values) + 1) + at + 1
        return code, known

    def _by_hash(self, key: list[pa.Array]) -> np.ndarray:
        mixed = np.zeros(len(key[0]), np.uint64)
        for source in key:
            mixed = hash_numbers((mixed * np.uint64(31)) ^ _hashes(source))
        shares = np.cumsum(np.asarray(self.table["rows"])).astype(np.float64)
        drawn = (mixed >> np.uint64(11)).astype(np.float64) / 2.0**53 * shares[-1]
        line: np.ndarray = np.minimum(np.searchsorted(shares, drawn, "right"), len(shares) - 1)
        return line


def _closest(own: np.ndarray, lines: np.ndarray, values: np.ndarray) -> np.ndarray:
    order = np.argsort(own, kind="stable")
    own, lines = own[order], lines[order]
    right = np.clip(np.searchsorted(own, values), 0, len(own) - 1)
    left = np.maximum(right - 1, 0)
    nearer = np.abs(values - own[left]) <= np.abs(own[right] - values)
    chosen: np.ndarray = lines[np.where(nearer, left, right)]
    return chosen


def _hashes(array: pa.Array) -> np.ndarray:
    encoded = array.dictionary_encode(null_encoding="encode")
    texts = [str(value) for value in encoded.dictionary.to_pylist()]
    hashed: np.ndarray = hash_texts(texts)[np.asarray(encoded.indices)]
    return hashed


def _index_in(array: pa.Array, values: pa.Array) -> np.ndarray:
    """The place of each value (null is one) among the values, -1 where it is absent."""
    import pyarrow.compute as pc

    if array.type != values.type:
        array = array.cast(values.type)
    places: np.ndarray = np.asarray(pc.fill_null(pc.index_in(array, value_set=values), -1))
    return places.astype(np.int64)


def _take(column: pa.ChunkedArray, lines: np.ndarray) -> pa.Array:
    return one_array(column).take(pa.array(lines, pa.int64(), mask=lines < 0))


def plain(array: pa.Array) -> list[Any]:
    """Values as JSON has them; :func:`typed` reads them."""
    name = type_of_arrow(array.type)
    if is_ordered(name) and is_whole(name):
        values, valid = to_numbers(array, name)
        return [v if ok else None for v, ok in zip(values.tolist(), valid.tolist(), strict=True)]
    if is_ordered(name):
        array = array.cast(pa.string())  # floats as text: JSON has no NaN
    values_of: list[Any] = array.to_pylist()
    return values_of


def typed(values: list[Any], type_name: str) -> pa.Array:
    """The array of values that :func:`plain` gave."""
    target = arrow_type(type_name)
    if is_ordered(type_name) and is_whole(type_name):
        valid = np.array([v is not None for v in values], bool)
        numbers = np.array([0 if v is None else v for v in values], np.int64)
        return from_numbers(numbers, valid, type_name, 0)
    if is_ordered(type_name):
        return pa.array(values, pa.string()).cast(target)
    return pa.array(values, target)
