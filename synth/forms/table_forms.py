"""All written forms of a table: between its columns as they are and as they are learned."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from synth.dependencies.columns import choose_rows, where
from synth.forms.form import Form
from synth.forms.registry import form_from_json
from synth.table.errors import InputError
from synth.table.schema import Column, TableSchema


@dataclass(frozen=True)
class TableForms:
    """The table's own ``schema``, and a form for each column that is not learned as it is.

    ``complete`` names columns of which the form reads every value, or all but so few that no other
    can be learned: they need no part for others. Where a column of these few has no missing value,
    it is ``filled``: rows in which nothing was drawn are written as other rows are.
    """

    schema: TableSchema
    forms: tuple[Form, ...] = ()
    complete: frozenset[str] = frozenset()
    filled: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        _ = self.learned  # InputError where a part has the name of another column

    @cached_property
    def by_column(self) -> dict[str, Form]:
        """The form of each column that has one."""
        return {form.column.name: form for form in self.forms}

    @cached_property
    def learned(self) -> TableSchema:
        """The columns that are learned: in the place of a form's column its parts.

        InputError where a part would have the name of another column.
        """
        columns: list[Column] = []
        for column in self.schema:
            form = self.by_column.get(column.name)
            columns += [column] if form is None else [*form.parts, *self._other(form)]
        try:
            return TableSchema(tuple(columns))
        except InputError as error:
            raise InputError(f"{error}, or say that the other has no form (forms)") from None

    def _other(self, form: Form) -> tuple[Column, ...]:
        return () if form.column.name in self.complete else (form.other,)

    def parts_of(self, name: str) -> tuple[str, ...]:
        """The learned columns in the place of a column that has a form; none of another."""
        form = self.by_column.get(name)
        return () if form is None else tuple(part.name for part in (*form.parts, form.other))

    def without(self, names: Collection[str]) -> TableForms:
        """The same table, of whose columns these have no form."""
        return replace(self, forms=tuple(f for f in self.forms if f.column.name not in names))

    def settled(self, unused: Collection[str], filled: Collection[str] = ()) -> TableForms:
        """The same forms without these parts for other values; columns that are ``filled``."""
        complete = {form.column.name for form in self.forms if form.other.name in unused}
        return replace(self, complete=frozenset(complete), filled=frozenset(filled))

    def learned_names(self, setting: str, names: Iterable[str]) -> tuple[str, ...]:
        """The learned columns of those that a setting names; names that the table lacks stay.

        InputError for a column of which nothing is learned.
        """
        found: list[str] = []
        for name in names:
            form = self.by_column.get(name)
            parts = (name,) if form is None else tuple(part.name for part in form.parts)
            if not parts:
                raise InputError(
                    f"{setting} names {name!r}, which is made anew ({self.by_column[name].kind}) "
                    f"and so never drawn: leave it out of {setting}"
                )
            found += parts
        return tuple(found)

    def columns_of(self, learned: Collection[str]) -> tuple[str, ...]:
        """The table's own columns that hold these learned ones, in the schema's order."""
        wanted = set(learned)
        found = []
        for column in self.schema:
            form = self.by_column.get(column.name)
            own = {column.name} if form is None else {p.name for p in (*form.parts, form.other)}
            if own & wanted:
                found.append(column.name)
        return tuple(found)

    def read(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The learned columns of a batch that has the schema's, by name; others are left out."""
        if not self.forms:
            return batch
        arrays: dict[str, pa.Array] = {}
        for column in self.schema:
            if column.name not in batch.schema.names:
                continue
            array, form = batch.column(column.name), self.by_column.get(column.name)
            if form is None:
                arrays[column.name] = array
                continue
            array = array.cast(column.arrow_type)
            parts, read = form.read(array)
            arrays |= {part.name: parts[part.name] for part in form.parts}
            for other in self._other(form):
                arrays[other.name] = where(~read, array)
        return pa.RecordBatch.from_arrays(list(arrays.values()), names=list(arrays))

    def known_nulls(self, batch: pa.RecordBatch) -> dict[str, np.ndarray]:
        """By learned column the rows in which null is no missing value, bool ``(rows,)``.

        A part that a value of the table lacks is known to be absent, and what is written otherwise
        is absent wherever nothing was.
        """
        found: dict[str, np.ndarray] = {}
        for form in self.forms:
            present = np.asarray(batch.column(form.column.name).is_valid())
            found |= {part.name: present for part in form.parts}
            found |= {other.name: np.ones(len(present), bool) for other in self._other(form)}
        return found

    def write(
        self, batch: pa.RecordBatch, rng: np.random.Generator, first_row: int = 0
    ) -> pa.RecordBatch:
        """Rows of the table's own columns, written in their forms.

        What is written otherwise has the last word where it was drawn.
        """
        if not self.forms:
            return batch
        columns = {name: batch.column(name) for name in batch.schema.names}
        arrays = []
        for column in self.schema:
            form = self.by_column.get(column.name)
            if form is None:
                arrays.append(columns[column.name])
                continue
            if column.name in self.filled:
                columns |= _as_others({part.name: columns[part.name] for part in form.parts}, rng)
            written = form.write(columns, rng, first_row)
            for part in self._other(form):
                other = columns[part.name]
                written = choose_rows(np.asarray(other.is_valid()), other, written)
            arrays.append(written)
        return pa.RecordBatch.from_arrays(arrays, schema=self.schema.arrow_schema())

    def read_table(self, rows: pa.Table) -> pa.Table:
        """:meth:`read` of a whole table."""
        if not self.forms:
            return rows
        fields = [pa.field(c.name, c.arrow_type) for c in self.learned]
        batches = [self.read(batch) for batch in rows.to_batches()]
        return pa.Table.from_batches(batches, schema=pa.schema(fields))

    @property
    def notes(self) -> tuple[str, ...]:
        """Each form in words, for the report."""
        return tuple(f"column {form.column.name!r}: {form.describe()}" for form in self.forms)

    def to_json(self) -> dict[str, Any]:
        """What :meth:`from_json` reads."""
        forms = {form.column.name: {"kind": form.kind, **form.to_json()} for form in self.forms}
        filled = {"filled": sorted(self.filled)} if self.filled else {}
        complete = sorted(self.complete)
        return {"schema": self.schema.to_json(), "forms": forms, "complete": complete, **filled}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> TableForms:
        """The forms as :meth:`to_json` wrote them."""
        schema = TableSchema.from_json(data["schema"])
        forms = [form_from_json(schema[name], form) for name, form in data["forms"].items()]
        complete, filled = frozenset(data["complete"]), frozenset(data.get("filled", ()))
        return cls(schema, tuple(forms), complete, filled)


def _as_others(parts: dict[str, pa.Array], rng: np.random.Generator) -> dict[str, pa.Array]:
    """The parts with those of rows drawn at random where the first one is absent."""
    first = next(iter(parts.values()), None)
    if first is None or not first.null_count or first.null_count == len(first):
        return parts
    valid = np.asarray(first.is_valid())
    take = np.arange(len(first))
    take[~valid] = rng.choice(np.flatnonzero(valid), int((~valid).sum()))
    return {name: array.take(pa.array(take)) for name, array in parts.items()}


NO_FORMS = TableForms(TableSchema(()))  # of a table whose every column is learned as it is
