"""The type of a caller's table: its kind of frame, its labels and the types of its columns.

Everything that is given to the synthesizer in memory is learned as an Arrow table of few types
(:mod:`synth.table.schema`), and comes back as it came in. What is needed for that is kept here, in
memory and as JSON beside a saved model.
"""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Self

import pyarrow as pa
import pyarrow.compute as pc

from synth.table.arrow_columns import ArrowColumn, arrow_column
from synth.table.arrow_structs import in_fields, in_structs, structs_of
from synth.table.learned_conditions import learned_condition
from synth.table.learned_values import Unfit, is_counted, learned, recounted, within
from synth.table.schema import TableSchema, type_of_arrow
from synth.table.struct_fields import Field, note_on, wanted_of
from synth.table.type_json import schema_from_json, schema_to_json

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class FrameType(ABC):
    """How a table looked. ``columns`` holds one entry a column, by the name under which it is
    learned; ``notes`` says what of the table is not learned, for the log of a fit.
    """

    kind: ClassVar[str]
    column_type: ClassVar[Any]  # of an entry: made, protected, plain, to_json, from_json

    columns: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    structs: tuple[Field, ...] = ()  # that are learned by their fields

    def frame(self, rows: pa.Table) -> Any:
        """Learned rows as a frame of this type, its structs put together."""
        made = self._frame(rows)
        return self._in_structs(made) if self.structs else made

    def filled(self, source: Any, rows: pa.Table) -> Any:
        """The caller's own table with its missing values from ``rows``, learned ones of its length.

        What is present, the other columns, their order, labels and index stay as they are. Of a
        struct its missing fields are filled.
        """
        if not self.structs:
            return self._filled(source, rows)
        return self._in_structs(self._filled(self._in_fields(source), rows))

    @abstractmethod
    def _frame(self, rows: pa.Table) -> Any:
        """Learned rows as a frame whose structs are columns of their fields."""

    @abstractmethod
    def _filled(self, source: Any, rows: pa.Table) -> Any:
        """:meth:`filled` of a frame whose structs are columns of their fields."""

    @abstractmethod
    def _in_fields(self, source: Any) -> Any:
        """A frame of this type with its structs as columns of their fields."""

    @abstractmethod
    def _in_structs(self, made: Any) -> Any:
        """The inverse of :meth:`_in_fields`, of the structs whose fields are there."""

    def name_of(self, label: Hashable) -> Any:
        """The name under which a column is learned that the caller calls by its label."""
        return label

    def names_of(self, labels: Iterable[Hashable]) -> list[Any]:
        """:meth:`name_of` of several."""
        return [self.name_of(label) for label in labels]

    def rules(self, dependencies: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """The caller's own rules, their columns by the names under which these are learned."""
        found = []
        for rule in dependencies:
            named = dict(rule)
            if isinstance(named.get("sources"), list | tuple):
                named["sources"] = self.names_of(named["sources"])
            if "target" in named:
                named["target"] = self.name_of(named["target"])
            found.append(named)
        return found

    def corrected(self, rows: pa.Schema, schema: TableSchema) -> Self:
        """With the schema's columns alone; one that it gives another type comes back in that."""
        columns = {}
        for column in schema:
            own = self.columns.get(column.name)
            plain = self.column_type.plain(column.arrow_type)
            known = own and (own.arrow, rows.field(column.name).type)
            is_same = known and column.type in map(type_of_arrow, known)
            columns[column.name] = own if is_same else plain
        return replace(self, columns=columns)

    def completed(self, other: FrameType) -> Self:
        """Where a column has no value at all, the type that it has in another table."""
        if type(other) is not type(self):
            return self
        columns = {
            name: other.columns.get(name, own) if pa.types.is_null(own.arrow) else own
            for name, own in self.columns.items()
        }
        return replace(self, columns=columns)

    def converted(self, rows: pa.Table, other: FrameType) -> pa.Table:
        """Learned rows of this type as the other's: times of day and durations in its units.

        InputError names a column that is a time of day or a duration in one of them only.
        """
        for place, name in enumerate(rows.column_names):
            own, wanted = self.columns.get(name), other.columns.get(name)
            if own is None or wanted is None or own.arrow == wanted.arrow:
                continue
            if is_counted(own.arrow) or is_counted(wanted.arrow):
                made = recounted(rows[name], own.arrow, wanted.arrow, name)
                rows = rows.set_column(place, name, made)
        return rows

    def given(self, conditions: Any) -> Any:
        """Conditions by the caller's labels and in the caller's types, as they are learned."""
        if not isinstance(conditions, Mapping):
            return conditions
        found = {}
        for label, wanted in conditions.items():
            name = self.name_of(label)
            own = self.columns.get(name)
            found[name] = wanted if own is None else learned_condition(wanted, own.arrow)
        return found

    def protected(self, rows: pa.Table, least: int) -> tuple[Self, tuple[str, ...]]:
        """Without categories that fewer than ``least`` rows hold, and what is to be said."""
        columns, notes = {}, []
        for name, own in self.columns.items():
            columns[name], left_out = own.protected(rows[name], least)
            if left_out:
                notes.append(
                    f"column {name!r}: {left_out:,} of its categories are held by fewer than "
                    f"{least} rows; they are left out of the categories of synthetic tables"
                )
        return replace(self, columns=columns), tuple(notes)

    def to_json(self) -> dict[str, Any]:
        """What :func:`synth.table.frames.frame_type_from_json` reads."""
        return {
            "kind": self.kind,
            "columns": {name: column.to_json() for name, column in self.columns.items()},
            "structs": [one.to_json() for one in self.structs],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """What :meth:`to_json` wrote; a log warning names a type that is not known here.

        An earlier version knew no structs.
        """
        structs = tuple(map(Field.from_json, data.get("structs", ())))
        return cls(cls._columns_from_json(data["columns"]), structs=structs)

    @classmethod
    def _columns_from_json(cls, data: dict[str, Any]) -> dict[str, Any]:
        columns = {}
        for name, entry in data.items():
            try:
                columns[name] = cls.column_type.from_json(entry)
            except (TypeError, ValueError, AttributeError, LookupError) as error:
                logger.warning(
                    "column %r comes in the type in which it is learned: %s", name, error
                )
        return columns

    @property
    def no_keys(self) -> frozenset[str]:
        """Columns that are no key of the table, though they are learned as whole numbers."""
        return frozenset(
            name
            for name, own in self.columns.items()
            if is_counted(own.arrow) or own.categories is not None
        )

    def bounded(self, rows: pa.Table, name: str) -> Any:
        """One drawn column in its type; a log warning counts what lay beyond and takes its ends."""
        own = self.columns.get(name)
        if own is None or own.categories is not None:
            return self.made(rows, name)
        values, moved = within(rows[name], own.arrow)
        if moved:
            logger.warning(
                "column %r: %s values lay beyond %s and take its ends",
                name,
                f"{moved:,}",
                own.arrow,
            )
        return self.made(pa.table({name: values}), name)

    def made(self, rows: pa.Table, name: str) -> Any:
        """One column in its type; in the one that it is learned in where that holds its values."""
        own = self.columns.get(name) or self.column_type.plain(rows[name].type)
        try:
            return own.made(rows[name], name)
        except Unfit as error:
            plain = self.column_type.plain(rows[name].type)
            logger.warning(
                "column %r holds %s: it comes in the type in which it is learned, %s",
                name,
                error,
                type_of_arrow(plain.arrow),
            )
            return plain.made(rows[name], name)


@dataclass(frozen=True)
class ArrowFrames(FrameType):
    """Arrow tables. ``about``: their metadata, and those of their fields."""

    kind: ClassVar[str] = "arrow"
    column_type: ClassVar[Any] = ArrowColumn

    about: pa.Schema = field(default_factory=lambda: pa.schema([]))

    def _frame(self, rows: pa.Table) -> pa.Table:
        """The rows as an Arrow table, each column in its own type."""
        arrays = [self.bounded(rows, name) for name in rows.column_names]
        said = {own.name: own.metadata for own in self.about}
        fields = [
            pa.field(own.name, array.type, own.nullable, said.get(own.name))
            for own, array in zip(rows.schema, arrays, strict=True)
        ]
        return pa.table(arrays, schema=pa.schema(fields, self.about.metadata))

    def to_json(self) -> dict[str, Any]:
        """Also what the table says of itself."""
        return {**super().to_json(), "about": schema_to_json(self.about)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """What :meth:`to_json` wrote; an earlier version wrote nothing of metadata."""
        return replace(super().from_json(data), about=schema_from_json(data.get("about")))

    def _in_fields(self, source: pa.Table) -> pa.Table:
        return in_fields(source, self.structs)

    def _in_structs(self, made: pa.Table) -> pa.Table:
        return in_structs(made, self.structs)

    def _filled(self, source: pa.Table, rows: pa.Table) -> pa.Table:
        """The source with its nulls from the rows, its schema's metadata included."""
        result = source
        for place, own in enumerate(source.schema):
            if own.name not in rows.column_names or not _has_nulls(source[own.name], own.name):
                continue
            made = self.made(rows, own.name)
            if made.type == own.type and not pa.types.is_dictionary(own.type):
                made = _coalesced(source[own.name], made)
            result = result.set_column(place, own.with_type(made.type), made)
        return result


def _coalesced(first: pa.ChunkedArray, second: pa.ChunkedArray) -> pa.ChunkedArray:
    """The first, with the second's values where it is null.

    The second holds what is present too: it stands alone where Arrow has no kernel for the type.
    """
    try:
        return pc.coalesce(first, second)
    except pa.ArrowNotImplementedError:
        return second


def _has_nulls(values: pa.ChunkedArray, name: str) -> bool:
    """Whether a value is missing: runs and dictionaries do not count the nulls that they hold."""
    return bool(values.null_count or learned(values, name).null_count)


def arrow_frames(
    table: pa.Table, names: Iterable[str] | None, *, notes: tuple[str, ...] = ()
) -> tuple[pa.Table, ArrowFrames]:
    """The learned rows of an Arrow table, and how it looked; of ``names`` alone if given."""
    wanted = None if names is None else set(names)
    structs = wanted_of(structs_of(table.schema), wanted)
    table = in_fields(table, structs)
    arrays, columns, fields = {}, {}, list[pa.Field]()
    for own in table.schema:
        if wanted is None or own.name in wanted:
            arrays[own.name], columns[own.name] = arrow_column(table[own.name], own.name)
            fields.append(pa.field(own.name, arrays[own.name].type, own.nullable))
    said = [
        pa.field(own.name, pa.null(), metadata=table.field(own.name).metadata) for own in fields
    ]
    notes = (*notes, *map(note_on, structs))
    looked = ArrowFrames(columns, notes, structs, pa.schema(said, table.schema.metadata))
    return pa.table(list(arrays.values()), schema=pa.schema(fields)), looked
