"""A table that an audit reads by Spark: its rows as they are, its scans, its exact counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from pyspark.sql import DataFrame, SparkSession

from jobs.config import Config
from jobs.reading import read_options
from jobs.seed_checks import require_columns
from lakehouse.distinct import count_distinct_rows
from lakehouse.files import BROKEN_LINE, read_source
from lakehouse.scan import aggregate, row_hash
from lakehouse.schemas import plain_texts, quote, schema_of
from synth.audit.row_sample import ORDER
from synth.audit.source import Follow, Source
from synth.statistics.state import State
from synth.table.schema import TableSchema

S = TypeVar("S", bound=State)


@dataclass(frozen=True)
class AuditedTable:
    """Rows that can be read, the columns that are looked at, and what is to be said of them."""

    name: str
    frame: DataFrame
    schema: TableSchema
    notes: tuple[str, ...] = ()

    def source(self, seed: int, follow: Follow) -> Source:
        """The table as an audit takes it."""
        return Source(
            self.name,
            self.schema,
            _Scan(self.frame, self.schema, seed),
            lambda keys: count_distinct_rows(self.frame, keys),
            follow,
            self.notes,
        )


def seed_table(spark: SparkSession, config: Config) -> AuditedTable:
    """The seed, without columns that are ignored; InputError or ConfigError where it does not fit.

    A scan or two of text files, as they are read; none of others.
    """
    source = read_source(spark, config.seed, read_options(config))
    frame, notes = source.frame, list(source.notes)
    if source.broken_lines:
        notes.append(f"{source.broken_lines:,} broken lines are left out")
        frame = frame.where(f"{quote(BROKEN_LINE)} IS NULL")
    frame = plain_texts(frame.drop(BROKEN_LINE))
    require_columns(config, tuple(frame.columns))
    schema, columns = schema_of(frame), config.columns
    kept = schema.select(name for name in schema.names if name not in columns.ignore)
    sensitive = [name for name in columns.sensitive if name in kept.names]
    return AuditedTable(
        config.seed, frame, kept.marked(sensitive=sensitive, keys=columns.keys), tuple(notes)
    )


class _Scan:
    """Passes over a frame's columns of a schema: one scan of the table each."""

    def __init__(self, frame: DataFrame, schema: TableSchema, seed: int):
        names = [quote(name) for name in schema.names]
        self.plain = frame.select(names)
        order = row_hash(schema.names, f"audit/sample/{seed}").alias(ORDER)
        self.ordered = frame.select(*names, order)

    def __call__(
        self, new: Callable[[], S], load: Callable[[bytes], S], *, ordered: bool = False
    ) -> S:
        frame = self.ordered if ordered else self.plain
        return aggregate(frame, frame.columns, new=new, load=load)
