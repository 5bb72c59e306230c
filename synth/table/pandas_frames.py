"""pandas DataFrames: what is learned of them, and frames that look like them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd
import pyarrow as pa

from synth.table.column_labels import labels_from_json, labels_to_json
from synth.table.errors import InputError
from synth.table.frame_type import FrameType
from synth.table.pandas_columns import PandasColumn, column_of
from synth.table.pandas_structs import in_fields, in_structs, notes_on, structs_of
from synth.table.struct_fields import wanted_of

if TYPE_CHECKING:
    from typing import Self


@dataclass(frozen=True)
class PandasFrames(FrameType):
    """DataFrames with these column labels; ``places``: by name, of each its place among them."""

    kind: ClassVar[str] = "pandas"
    column_type: ClassVar[Any] = PandasColumn

    labels: pd.Index | None = None
    places: tuple[str, ...] = ()
    whole: pd.Index | None = None  # the labels of the frame, where some of its columns are structs

    def _frame(self, rows: pa.Table) -> pd.DataFrame:
        """The rows with the labels and dtypes of the columns, and a plain index."""
        columns = [self.bounded(rows, name) for name in rows.column_names]
        index = pd.RangeIndex(len(rows))
        frame = pd.DataFrame(dict(enumerate(columns)), index=index, copy=False)
        frame.columns = self._labels_of(rows.column_names)
        return frame

    def _filled(self, source: pd.DataFrame, rows: pa.Table) -> pd.DataFrame:
        """A copy of the source with its missing values from the rows; its index stays."""
        result = source.copy()
        for place, label in enumerate(source.columns):
            name, own = self.name_of(label), source.iloc[:, place]
            missing = own.isna().to_numpy()
            if name not in rows.column_names or not missing.any():
                continue
            made: Any = self.made(rows.select([name]).filter(pa.array(missing)), name)
            if made.dtype == own.dtype:
                order = np.arange(len(own))
                order[missing] = len(own) + np.arange(len(made))
                filled = pd.concat([own, made]).array.take(order)
            else:
                filled = self.made(rows, name).array
            new: Any = pd.Series(filled, index=own.index)
            result.isetitem(place, new)
        return result

    def name_of(self, label: Hashable) -> Any:
        """A label's text; a text stands for itself."""
        return label if isinstance(label, str) else str(label)

    def to_json(self) -> dict[str, Any]:
        """Columns and labels."""
        kept = [name for name in self.places if name in self.columns]
        labels = labels_to_json(self._labels_of(kept))
        whole = {} if self.whole is None else {"whole": labels_to_json(self.whole)}
        return {**super().to_json(), "labels": labels, "places": kept, **whole}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """What :meth:`to_json` wrote."""
        plain, labels = super().from_json(data), labels_from_json(data["labels"])
        whole = labels_from_json(data["whole"]) if "whole" in data else None
        return replace(plain, labels=labels, places=tuple(data["places"]), whole=whole)

    def _in_fields(self, source: pd.DataFrame) -> pd.DataFrame:
        return in_fields(source, self.structs)

    def _in_structs(self, made: pd.DataFrame) -> pd.DataFrame:
        assert self.whole is not None  # there are structs
        return in_structs(made, self.structs, self.whole)

    def _labels_of(self, names: Iterable[str]) -> pd.Index:
        names = list(names)
        if self.labels is None or tuple(names) == self.places:
            return pd.Index(names) if self.labels is None else self.labels
        known = {name: place for place, name in enumerate(self.places)}
        return self.labels.take([known[name] for name in names])


def pandas_frames(
    frame: pd.DataFrame, names: Iterable[str] | None
) -> tuple[pa.Table, PandasFrames]:
    """The learned rows of a DataFrame, and how it looked; of ``names`` alone if given.

    InputError names labels that are equal, or equal as texts, and columns that cannot be learned.
    """
    wanted = None if names is None else set(names)
    _require_distinct(frame.columns, list(map(str, frame.columns)), wanted)
    structs, whole = wanted_of(structs_of(frame), wanted), frame.columns
    frame = in_fields(frame, structs)
    known = list(map(str, frame.columns))
    arrays, columns = {}, {}
    for place, name in enumerate(known):
        if wanted is None or name in wanted:
            arrays[name], columns[name] = column_of(frame.iloc[:, place], name)
    notes = (*_index_notes(frame.index), *notes_on(structs))
    looked = PandasFrames(
        columns, notes, structs, frame.columns, tuple(known), whole if structs else None
    )
    return pa.table(list(arrays.values()), names=list(arrays)), looked


def _require_distinct(labels: pd.Index, names: list[str], wanted: set[str] | None) -> None:
    seen: dict[str, Any] = {}
    for label, name in zip(labels, names, strict=True):
        if name in seen and (wanted is None or name in wanted):
            if seen[name] == label:
                raise InputError(f"column {name!r} appears twice: rename one of them")
            raise InputError(
                f"column {name!r} appears twice, as {seen[name]!r} and as {label!r}: rename one of "
                "them"
            )
        seen[name] = label


def _index_notes(index: pd.Index) -> tuple[str, ...]:
    """Said of an index that looks like data: row numbers, shuffled or with gaps, do not."""
    is_named = any(name is not None for name in index.names)
    if not is_named and index.nlevels == 1 and pd.api.types.is_integer_dtype(index.dtype):
        return ()
    if not len(index):
        return ()
    named = ", ".join(repr(name) for name in index.names if name is not None)
    shown = f"the index ({named})" if named else "the index"
    return (f"{shown} is not learned: reset_index() makes a column of it",)
