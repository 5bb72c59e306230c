"""All written forms of a table: between its columns as they are and as they are learned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.dependencies.columns import choose_rows
from synth.forms.form import Form
from synth.forms.registry import form_from_json
from synth.table.errors import InputError
from synth.table.schema import TableSchema


@dataclass(frozen=True)
class TableForms:
    """The table's own ``schema``, and a form for each column that is not learned as it is."""

    schema: TableSchema
    forms: tuple[Form, ...] = field(default=())

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
        columns = []
        for column in self.schema:
            form = self.by_column.get(column.name)
            columns += [column] if form is None else [*form.parts, form.other]
        try:
            return TableSchema(tuple(columns))
        except InputError as error:
            raise InputError(f"{error}, or say that it has no form (forms)") from None

    def parts_of(self, name: str) -> tuple[str, ...]:
        """The learned columns of a table's column, by name."""
        form = self.by_column.get(name)
        return (name,) if form is None else tuple(part.name for part in form.parts)

    def learned_names(self, names: Iterable[str]) -> tuple[str, ...]:
        """The learned columns of several; names that the table lacks stay, to be refused."""
        return tuple(part for name in names for part in self.parts_of(name))

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
            arrays[form.other.name] = pc.if_else(pa.array(read), pa.scalar(None, array.type), array)
        return pa.RecordBatch.from_arrays(list(arrays.values()), names=list(arrays))

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
            written = form.write(columns, rng, first_row)
            other = columns[form.other.name]
            arrays.append(choose_rows(np.asarray(other.is_valid()), other, written))
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
        forms = {form.column.name: {"kind": form.kind, **form.to_json()} for form in self.forms}
        return {"schema": self.schema.to_json(), "forms": forms}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> TableForms:
        schema = TableSchema.from_json(data["schema"])
        forms = [form_from_json(schema[name], form) for name, form in data["forms"].items()]
        return cls(schema, tuple(forms))
