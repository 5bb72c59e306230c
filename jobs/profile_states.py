"""What was kept of a table at an earlier version, and the scan of the rows added since."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from pyspark.sql import DataFrame, SparkSession

from lakehouse.added_rows import rows_added
from lakehouse.leaves import frame_with_leaves
from lakehouse.scan import aggregate
from lakehouse.schemas import plain_texts, quote
from lakehouse.state_store import StateStore, Stored, table_id
from synth.audit.kept import COLUMNS, PAIRS, KeptProfile
from synth.statistics.state import State
from synth.table.errors import InputError
from synth.table.schema import TableSchema

S = TypeVar("S", bound=State)


def kept_at(
    spark: SparkSession, store: StateStore, source: str, since: int, schema: TableSchema
) -> KeptProfile:
    """What ``store`` has of version ``since`` of a table that has the columns of ``schema`` by now.

    Which of them are sensitive is as it was kept: of these a stored state has no values. Where an
    older version of Lakesynth kept it, pairs are missing. InputError where no such state is stored,
    where it is damaged, and where the table has other columns by now or is another one.
    """
    stored = store.newest(source, at_most=since)
    if stored is None or stored.version != since:
        nearest = "none" if stored is None else f"the nearest before it is that of {stored.version}"
        raise InputError(
            f"table {store.name} has no state of table {source} at version {since} ({nearest}): "
            f"give a version that was profiled, or profile the whole table"
        )
    stored.require(_marked_alike(schema, stored.schema), table_id(spark, source))
    return _read(stored)


@dataclass(frozen=True)
class AddedRows:
    """A pass over these rows, of a schema's columns; it draws no sample."""

    frame: DataFrame

    @classmethod
    def of(
        cls, spark: SparkSession, source: str, since: int, until: int, schema: TableSchema
    ) -> AddedRows:
        """The rows added after version ``since`` up to ``until``; InputError where some went."""
        frame, _ = frame_with_leaves(rows_added(spark, source, since, until))
        return cls(plain_texts(frame).select([quote(name) for name in schema.names]))

    def __call__(
        self, new: Callable[[], S], load: Callable[[bytes], S], *, ordered: bool = False
    ) -> S:
        """``new`` makes an empty state, ``load`` reads its bytes."""
        return aggregate(self.frame, self.frame.columns, new=new, load=load)


def _marked_alike(schema: TableSchema, stored: TableSchema) -> TableSchema:
    """The columns as they are, of which those are sensitive that were."""
    sensitive = {column.name for column in stored if column.sensitive}
    return TableSchema(tuple(replace(own, sensitive=own.name in sensitive) for own in schema))


def _read(stored: Stored) -> KeptProfile:
    """The stored states; InputError where they cannot be read."""
    columns = stored.part(COLUMNS)
    try:
        return KeptProfile.of(columns, stored.states.get(PAIRS), stored.schema)
    except Exception as error:  # bytes are damaged in many ways, each with an error of its own
        raise InputError(
            f"the state of table {stored.source} at version {stored.version} is damaged, or of "
            f"other statistics: profile the whole table and store its state anew"
        ) from error
