"""Rows that more than one stage reads, as frames of Spark."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TypeVar

from pyspark.sql import DataFrame

from jobs.config import ConfigError
from jobs.run import Run
from lakehouse.files import BROKEN_LINE
from lakehouse.occurrence import with_occurrence
from lakehouse.scan import aggregate
from lakehouse.schemas import in_types, plain_texts, quote, spark_type
from lakehouse.structs import in_fields
from synth.forms.reading import Reading
from synth.forms.table_forms import NO_FORMS, TableForms
from synth.profiling.table_profile import TableProfile
from synth.statistics.state import State
from synth.table.errors import InputError
from synth.table.schema import TableSchema
from synth.table.struct_fields import Field

S = TypeVar("S", bound=State)


@contextmanager
def told_by_table(run: Run) -> Iterator[None]:
    """A setting that does not fit the table is a ConfigError that names it."""
    try:
        yield
    except ConfigError:
        raise
    except InputError as error:
        raise ConfigError(f"table {run.table}: {error}") from error


def seed_rows(run: Run) -> DataFrame:
    """The seed at its version: the columns that can be synthesised, then that of broken lines."""
    rows = in_fields(run.rows_of("ingest", "seed"), seed_structs(run))
    return synthesised(rows, TableSchema.from_json(run.record("ingest").facts["columns"]).names)


def seed_structs(run: Run) -> tuple[Field, ...]:
    """The structs of the seed that are learned by their fields; an earlier version knew none."""
    return tuple(map(Field.from_json, run.record("ingest").facts.get("structs", ())))


def synthesised(rows: DataFrame, known: Sequence[str]) -> DataFrame:
    """These columns of a seed, and that of broken lines; texts are told apart by their bytes."""
    kept = rows.select([quote(c) for c in rows.columns if c in known or c == BROKEN_LINE])
    return plain_texts(kept)


def identified_rows(run: Run, rows: DataFrame) -> tuple[DataFrame, list[str]]:
    """The rows, and the columns by whose hash they are dealt.

    Without a key that is every column. Where rows may be equal each also gets its number among its
    equals: without it all of them would land on one side. That costs one shuffle.
    """
    if run.config.split.key:
        return rows, list(run.config.split.key)
    distinct = distinct_rows(run, rows)
    return distinct, list(distinct.columns)


def distinct_rows(run: Run, rows: DataFrame) -> DataFrame:
    """The rows, each with its number among its equals where clean has left equal rows."""
    return rows if run.record("clean").facts["rows_are_unique"] else with_occurrence(rows)


def nullable_as(frame: DataFrame, schema: TableSchema) -> TableSchema:
    """The schema with null allowed where the frame allows it: cleaning may have set some."""
    allowed = {field.name for field in frame.schema.fields if field.nullable}
    columns = (replace(one, nullable=one.nullable or one.name in allowed) for one in schema)
    return TableSchema(tuple(columns))


def aggregate_learned(
    frame: DataFrame,
    forms: TableForms,
    learned: Sequence[str],
    new: Callable[[], S],
    load: Callable[[bytes], S],
) -> S:
    """The state of these columns of all rows, as the forms of the table read them: one scan."""
    if not forms.forms:
        return aggregate(frame, learned, new, load)
    counted = aggregate(
        frame,
        forms.columns_of(learned),
        new=partial(Reading.new, forms, new),
        load=partial(Reading.load, forms=forms, load=load),
    )
    return counted.state


def profile_table(
    frame: DataFrame, schema: TableSchema, forms: TableForms = NO_FORMS
) -> TableProfile:
    """The profile of the columns of a schema, which the forms read, in one scan."""
    return aggregate_learned(
        frame,
        forms,
        schema.names,
        new=partial(TableProfile, schema),
        load=partial(TableProfile.from_bytes, schema=schema),
    )


def in_types_of(frame: DataFrame, schema: TableSchema) -> DataFrame:
    """The schema's columns of a frame, in its types: those of the seed may be narrower or wider."""
    return in_types(frame, {one.name: spark_type(one.type) for one in schema})
