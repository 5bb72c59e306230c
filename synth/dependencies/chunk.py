"""A chunk of rows as many rules see it: what one of them asks of a column the others need not."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa

T = TypeVar("T")
FEW_VALUES = 4  # rows of a value: to take what was worked out of it costs less than to do it again


class Places:
    """The values of a column so far, each once, in the order in which they came.

    Given up beyond ``most``. They are raw values, null and NaN among them, and live only inside a
    job.
    """

    def __init__(self, most: int):
        self.most = most
        self.is_given_up = False
        self._values: pa.Array | None = None

    @property
    def values(self) -> pa.Array:
        """The values by their places; ValueError where they were given up."""
        if self._values is None:
            raise ValueError("a column without values, or with too many, has no places")
        return self._values

    @property
    def size(self) -> int:
        """How many values there are."""
        return 0 if self._values is None else len(self._values)

    def of(self, array: pa.Array) -> np.ndarray | None:
        """The place of each row's value, int64 from 0 on; None where there are too many values.

        Texts may come in a dictionary.
        """
        if self.is_given_up:
            return None
        own, indices = _distinct(array)
        known = [] if self._values is None else [self._values]
        joined = pa.concat_arrays([*known, own]).dictionary_encode("encode")
        places: np.ndarray = np.asarray(joined.indices)[self.size :].astype(np.int64)[indices]
        self._values = joined.dictionary
        if self.size > self.most:
            self.is_given_up, self._values = True, None
            return None
        return places


def _distinct(array: pa.Array) -> tuple[pa.Array, np.ndarray]:
    """``(values, indices)``: what an array holds, null among it, and where in it each row's is."""
    if not pa.types.is_dictionary(array.type):
        coded = array.dictionary_encode("encode")
        return coded.dictionary, np.asarray(coded.indices)
    values, indices = array.dictionary, array.indices
    if indices.null_count:
        indices = indices.cast(pa.int32()).fill_null(len(values))
        values = pa.concat_arrays([values, pa.nulls(1, values.type)])
    return values, np.asarray(indices)


class ColumnPlaces:
    """The places of some columns by name, of at most ``most`` values each."""

    def __init__(self, most: int):
        self._most = most
        self._of = dict[str, Places]()

    def __getitem__(self, name: str) -> Places:
        return self._of.setdefault(name, Places(self._most))


@dataclass(frozen=True)
class Placed:
    """A column by the places of its values: int64 ``(rows,)`` in those of all chunks so far."""

    rows: np.ndarray
    places: Places


class Chunk(Mapping[str, pa.Array]):
    """The columns of some rows in ``types``, each cast when it is asked for.

    ``places`` are those of the chunks before: a column is looked up once, however many rules count
    it. Texts may lie in dictionaries.
    """

    def __init__(
        self, batch: pa.RecordBatch, types: Mapping[str, pa.DataType], places: ColumnPlaces
    ):
        self._raw = dict(zip(batch.schema.names, batch.columns, strict=True))
        self._types, self._places = types, places
        self._plain = dict[str, pa.Array]()
        self._known = dict[tuple[str, object], Any]()

    def __getitem__(self, name: str) -> pa.Array:
        if name not in self._plain:
            self._plain[name] = self._raw[name].cast(self._types[name])
        return self._plain[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._raw)

    def __len__(self) -> int:
        return len(self._raw)

    def once(self, name: str, worked_out: Callable[..., T], *arguments: Hashable) -> T:
        """What a function gives of a column: called once with the same ``arguments``.

        Others get the same arrays: those of numpy are not to be changed.
        """
        key = name, (worked_out, *arguments)
        if key not in self._known:
            self._known[key] = _kept(worked_out(self[name], *arguments))
        found: T = self._known[key]
        return found

    def by_value(
        self, name: str, worked_out: Callable[..., pa.Array], *given: Hashable
    ) -> pa.Array:
        """An array that a function gives of a column row by row: of its values, if they are few."""
        placed = self.placed(name)
        if placed is None or FEW_VALUES * placed.places.size > len(placed.rows):
            return self.once(name, worked_out, *given)
        key = name, (worked_out, "by value", *given)
        if key not in self._known:
            of_values = worked_out(placed.places.values, *given)
            self._known[key] = of_values.take(pa.array(placed.rows))
        found: pa.Array = self._known[key]
        return found

    def placed(self, name: str) -> Placed | None:
        """The column by places of its values; None where it has too many."""
        key, places = (name, "places"), self._places[name]
        if key not in self._known:
            self._known[key] = places.of(self._plain_or_coded(name))
        rows = self._known[key]
        return None if rows is None else Placed(rows, places)

    def _plain_or_coded(self, name: str) -> pa.Array:
        raw, wanted = self._raw[name], self._types[name]
        same = pa.types.is_dictionary(raw.type) and raw.type.value_type == wanted
        return raw if same else self[name]


def _kept(found: T) -> T:
    for array in found if isinstance(found, tuple) else (found,):
        if isinstance(array, np.ndarray):
            array.flags.writeable = False
    return found
