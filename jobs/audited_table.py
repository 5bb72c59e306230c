"""A table that an audit reads by Spark: its rows as they are, its scans, its exact counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from pyspark.sql import DataFrame, SparkSession

from jobs.config import Config
from jobs.reading import read_options
from jobs.seed_checks import require_columns
from lakehouse.distinct import count_distinct_rows
from lakehouse.files import BROKEN_LINE, ReadOptions, read_source
from lakehouse.inclusion_counts import count_included
from lakehouse.leaves import frame_with_leaves
from lakehouse.scan import aggregate, row_hash
from lakehouse.schemas import plain_texts, quote, schema_of
from synth.audit.inclusion import Inclusion, InclusionCounts
from synth.audit.row_sample import ORDER
from synth.audit.source import Follow, Source
from synth.statistics.state import State
from synth.table.leaves import Unlearned
from synth.table.schema import TableSchema

S = TypeVar("S", bound=State)


@dataclass(frozen=True)
class AuditedTable:
    """Rows that can be read, the columns that are looked at, and what is to be said of them.

    ``version``: that of a Delta table, whose rows are read as they were then.
    """

    name: str
    frame: DataFrame
    schema: TableSchema
    notes: tuple[str, ...] = ()
    partitions: tuple[str, ...] = ()
    unlearned: tuple[Unlearned, ...] = ()
    version: int | None = None

    def source(self, seed: int, follow: Follow, others: Sequence[AuditedTable] = ()) -> Source:
        """The table as an audit takes it; of ``others`` the notes are its own, too."""
        frames = {table.name: table.frame for table in (self, *others)}

        def included(found: Inclusion) -> InclusionCounts:
            child, parent = frames[found.table], frames[found.parent]
            return count_included(child, found.column, parent, found.key)

        return Source(
            self.name,
            self.schema,
            _Scan(self.frame, self.schema, seed),
            partial(count_distinct_rows, self.frame, all_or_none=True),
            follow,
            (*self.notes, *(f"{o.name}: {note}" for o in others for note in o.notes)),
            tuple(other.source(seed, follow) for other in others),
            included,
            self.partitions,
            self.unlearned,
        )


def seed_table(spark: SparkSession, config: Config) -> AuditedTable:
    """The seed, without columns that are ignored; InputError or ConfigError where it does not fit.

    A scan or two of text files, as they are read; none of others.
    """
    table = _read(spark, config.seed, read_options(config))
    leaves = {one.name: one.leaves for one in table.unlearned}
    require_columns(config, (*table.frame.columns, *leaves))

    def named(setting: Sequence[str]) -> set[str]:
        return {leaf for name in setting for leaf in leaves.get(name, (name,))}

    ignored = named(config.columns.ignore)
    kept = table.schema.select(name for name in table.schema.names if name not in ignored)
    sensitive = named(config.columns.sensitive) & set(kept.names)
    return replace(table, schema=kept.marked(sensitive=sensitive, keys=config.columns.keys))


def other_table(spark: SparkSession, config: Config, name: str) -> AuditedTable:
    """A table beside the seed, read as it is but for the types that are declared of the seed."""
    return _read(spark, name, read_options(config, declared=False))


def _read(spark: SparkSession, name: str, options: ReadOptions) -> AuditedTable:
    """The rows that can be read, as they are, and what is to be said of them."""
    if options.unsupported != "drop":  # what cannot be learned can be looked at
        options = replace(options, unsupported="keep")
    source = read_source(spark, name, options)
    frame, notes = source.frame, list(source.notes)
    if source.broken_lines:
        notes.append(f"{source.broken_lines:,} broken lines are left out")
        frame = frame.where(f"{quote(BROKEN_LINE)} IS NULL")
    frame, unlearned = frame_with_leaves(frame.drop(BROKEN_LINE))
    frame = plain_texts(frame)
    parts, version = source.partitions, source.version
    return AuditedTable(name, frame, schema_of(frame), tuple(notes), parts, unlearned, version)


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
