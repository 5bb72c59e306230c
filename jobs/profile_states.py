"""A table's state from the one that was stored of an earlier version, and the rows added since."""

from __future__ import annotations

import struct
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from pyspark.sql import SparkSession

from lakehouse.added_rows import rows_added
from lakehouse.scan import aggregate
from lakehouse.schemas import plain_texts
from lakehouse.state_store import StateStore, Stored, table_id
from lakehouse.tables import TableRef, current_version
from synth.statistics.null_counts import NullCounts
from synth.statistics.state import State
from synth.statistics.together import Together
from synth.table.errors import InputError
from synth.table.schema import TableSchema

S = TypeVar("S", bound=State)


def profile_since(
    spark: SparkSession,
    source: TableRef,
    since: int,
    store: StateStore,
    schema: TableSchema,
    new: Callable[[], S],
    load: Callable[[bytes], S],
    *,
    part: str = "profile",
) -> tuple[S, int]:
    """The state of all rows of ``source``, and how many were added since version ``since``.

    One scan of the added rows alone; those of ``since`` are in the state that ``store`` has of its
    ``part``. ``schema`` has the columns that ``new`` and ``load`` read, with the sensitive ones
    marked: of these a stored state has no values (``synth.profiling.stored_profile``). ``source``
    without a version is the table as it is. InputError where no such state is stored, where the
    table has other columns by now or is another one, and where rows were not only added.
    """
    stored = _stored_at(store, source.name, since)
    stored.require(schema, table_id(spark, source.name))
    total = _loaded(stored, part, load)
    until = source.version
    if until is None:
        until = current_version(spark, source.name)
    assert until is not None  # or there would have been no id
    added = plain_texts(rows_added(spark, source.name, since, until))
    found = aggregate(
        added,
        schema.names,
        new=partial(Together.new, (new, NullCounts)),
        load=partial(Together.from_bytes, loads=(load, NullCounts.from_bytes)),
    )
    state, counts = found.parts
    total.merge(state)
    return total, counts.rows


def _stored_at(store: StateStore, source: str, since: int) -> Stored:
    """The states of this version; InputError with the nearest before it."""
    stored = store.newest(source, at_most=since)
    if stored is not None and stored.version == since:
        return stored
    nearest = "none" if stored is None else f"the nearest before it is that of {stored.version}"
    raise InputError(
        f"table {store.name} has no state of table {source} at version {since} ({nearest}): give a "
        f"version that was profiled, or profile the whole table"
    )


def _loaded(stored: Stored, part: str, load: Callable[[bytes], S]) -> S:
    """The stored state of a part; InputError where it cannot be read."""
    data = stored.part(part)
    try:
        return load(data)
    except (ValueError, LookupError, OSError, struct.error) as error:
        raise InputError(
            f"the state {part!r} of table {stored.source} at version {stored.version} is damaged, "
            f"or of other statistics: profile the whole table and store its state anew"
        ) from error
