"""One commit for a whole table: rows, columns, comments, layout, properties, all at once.

Who reads the table meets the one before or the one after, and a write that breaks off leaves what
was there. Where Delta can do that it is one commit (``CREATE OR REPLACE TABLE AS SELECT``). It
cannot where columns are NOT NULL, generated or identities, which that statement loses: such a
table says that it is being written until its rows are there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pyspark.sql import DataFrame, DataFrameWriterV2, Row

from lakehouse.declarations import NOTHING, Declared
from lakehouse.definitions import Definition, redefine, settle
from lakehouse.replacing import described, replacing, takes_steps
from lakehouse.table_properties import kept_properties
from lakehouse.tables import (
    OWN,
    TableRef,
    clustering_after,
    detail_of,
    find_commit,
    require_commit,
    require_written_here,
    sql_name,
    write,
    writer_of,
)


@dataclass(frozen=True)
class Publication:
    """What a published table says of itself beside its rows.

    ``properties`` describe the rows, and ``unfinished`` a table that is being written, where that
    takes more than one commit. ``metadata`` goes into the commit.
    """

    properties: Mapping[str, str]
    unfinished: Mapping[str, str]
    metadata: Mapping[str, Any] = field(default_factory=dict)
    comment: str | None = None
    column_comments: Mapping[str, str] = field(default_factory=dict)
    declared: Declared = NOTHING

    def definition(self, frame: DataFrame, *, finished: bool) -> Definition:
        """The table as it is to be, with the properties of a finished one or of one at work."""
        own = {OWN: "true", **(self.properties if finished else self.unfinished)}
        return Definition(frame.schema, own, self.comment, self.column_comments, self.declared)


def publish_table(frame: DataFrame, name: str, said: Publication, *, app_id: str) -> TableRef:
    """Make the frame the table of this name, at most once for each ``app_id``; that version.

    Layout and properties that an existing table has beside ours stay, but for what
    ``said.declared`` wants otherwise. ForeignTable where rows would be replaced that were not
    written here.
    """
    if takes_steps(frame.schema, said.declared):
        return _in_steps(frame, name, said, app_id=app_id)
    spark = frame.sparkSession
    detail = detail_of(spark, name)
    done = None if detail is None else find_commit(spark, name, app_id, "overwrite")
    if done is None:
        if detail is not None:
            require_written_here(spark, name, detail)
        _replacing(frame, name, said, detail, app_id).createOrReplace()
        done = require_commit(spark, name, app_id, "overwrite")
    # The writer knows no clustering: it follows in a commit that changes nothing else.
    settle(spark, sql_name(name), said.declared, clustering_after(detail, frame, said.declared))
    return done


def _in_steps(frame: DataFrame, name: str, said: Publication, *, app_id: str) -> TableRef:
    """Say that the table is being written, write its rows, say what they are."""
    spark, table = frame.sparkSession, sql_name(name)
    done = write(
        frame,
        name,
        app_id=app_id,
        metadata=said.metadata,
        properties=said.unfinished,
        comment=said.comment,
        column_comments=said.column_comments,
        declared=said.declared,
    )
    detail = detail_of(spark, name)
    known = {} if detail is None else dict(detail["properties"])
    if said.unfinished.items() <= known.items():
        redefine(spark, table, said.definition(frame, finished=True), replace=False)
    return done


def _replacing(
    frame: DataFrame, name: str, said: Publication, detail: Row | None, app_id: str
) -> DataFrameWriterV2:
    """The writer of one statement that makes rows and table."""
    there = {} if detail is None else kept_properties(detail["properties"])[0]
    declared = replace(said.declared, properties={**there, **said.declared.properties})
    definition = replace(said.definition(frame, finished=True), declared=declared)
    writer = writer_of(described(frame, definition), name, app_id=app_id, metadata=said.metadata)
    return replacing(writer, definition, _partitions(frame, said.declared, detail))


def _partitions(frame: DataFrame, declared: Declared, detail: Row | None) -> tuple[str, ...]:
    """As declared, else as an existing table is partitioned."""
    if declared != NOTHING or detail is None:
        return declared.partitioned_by
    found = tuple(detail["partitionColumns"] or ())
    return found if set(found) <= set(frame.columns) else ()
