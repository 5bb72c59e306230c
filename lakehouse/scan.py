"""One pass over a table: any mergeable state, and the deterministic split by a hash."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

import pyarrow as pa
from pyspark import TaskContext
from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from lakehouse.schemas import literal, quote
from lakehouse.worker import read_archives_once
from synth.statistics.state import State
from synth.table.errors import InputError

S = TypeVar("S", bound=State)
STATE_DDL = "first_partition int, state binary"
_STATE_SCHEMA = pa.schema([("first_partition", pa.int32()), ("state", pa.binary())])
_DOUBLE_BITS = 53  # a double holds every integer below 2**53
GATHERED_ROWS, GATHERED_BYTES = 32_768, 2**24  # that a state is given at a time: either is enough
SPARE = 1.5  # so many times the rows of a sample are sorted: chance may give fewer than asked


Batches = Iterable[pa.RecordBatch]


def map_batches(
    frame: DataFrame,
    columns: Sequence[str],
    function: Callable[[Batches], Iterator[pa.RecordBatch]],
    schema: T.StructType | str,
    *,
    gather: bool = False,
) -> DataFrame:
    """``mapInArrow`` over these columns, whatever characters their names hold.

    Spark's own looks its input up by unquoted names and fails on a dot; so the columns travel
    under numbers and get their names back in the worker. The names in ``schema`` may be any. With
    ``gather`` the function sees longer batches than Spark's (:func:`gathered`).
    """
    names = list(columns)
    numbered = frame.selectExpr(*_numbered(names))

    def run(batches: Batches) -> Iterator[pa.RecordBatch]:
        read_archives_once()
        named = (pa.RecordBatch.from_arrays(b.columns, names=names) for b in batches)
        return function(gathered(named) if gather else named)

    return numbered.mapInArrow(run, schema)


def aggregate(
    frame: DataFrame,
    columns: Sequence[str],
    new: Callable[[], S],
    load: Callable[[bytes], S],
    *,
    fan_in: int = 64,
) -> S:
    """The state of all rows: one scan, one action, no row comes to the driver.

    Each partition makes one state; up to ``fan_in`` neighbouring ones are merged by an executor, in
    the order of their partitions, and the driver merges what is left in that order. ``new`` and
    ``load`` travel to the executors. A frame without rows gives ``new()``.
    """
    if fan_in < 2:
        raise ValueError(f"fan_in must be at least 2, however: {fan_in=}")
    states = map_batches(frame, columns, _state_of_partition(new), STATE_DDL, gather=True)
    return merged(states, new, load, fan_in)


def merged(
    states: DataFrame, new: Callable[[], S], load: Callable[[bytes], S], fan_in: int = 64
) -> S:
    """The state of all partitions, of which each has made one (:func:`state_batch`) or none."""
    group = F.floor(F.col("first_partition") / F.lit(fan_in))
    merged = (
        states.repartition(group)
        .sortWithinPartitions("first_partition")
        .mapInArrow(_merge_partition(load), STATE_DDL)
    )
    total: S | None = None
    for row in sorted(merged.collect(), key=lambda row: int(row.first_partition)):
        state = load(bytes(row.state))
        if total is None:
            total = state
        else:
            total.merge(state)
    return new() if total is None else total


def _state_of_partition(
    new: Callable[[], S],
) -> Callable[[Batches], Iterator[pa.RecordBatch]]:
    def run(batches: Batches) -> Iterator[pa.RecordBatch]:
        state, rows = new(), 0
        for batch in batches:
            state.update(batch)
            rows += batch.num_rows
        if rows:
            context = TaskContext.get()
            yield state_batch(context.partitionId() if context else 0, state)

    return run


def gathered(batches: Batches) -> Iterator[pa.RecordBatch]:
    """The same rows in fewer batches: Spark hands over 10,000 at a time, or what is left of a file.

    A state does much per batch and column that does not depend on its rows. No batch without rows.
    """
    waiting: list[pa.RecordBatch] = []
    rows = size = 0
    for batch in batches:
        if not batch.num_rows:
            continue
        waiting.append(batch)
        rows, size = rows + batch.num_rows, size + batch.nbytes
        if rows >= GATHERED_ROWS or size >= GATHERED_BYTES:
            yield _one_batch(waiting)
            waiting, rows, size = [], 0, 0
    if waiting:
        yield _one_batch(waiting)


def _one_batch(batches: list[pa.RecordBatch]) -> pa.RecordBatch:
    return pa.Table.from_batches(batches).combine_chunks().to_batches()[0]


def _merge_partition(
    load: Callable[[bytes], S],
) -> Callable[[Batches], Iterator[pa.RecordBatch]]:
    def run(batches: Batches) -> Iterator[pa.RecordBatch]:
        read_archives_once()
        total: S | None = None
        first = 0
        for batch in batches:
            for partition, state in zip(batch.column(0), batch.column(1), strict=True):
                part = load(state.as_py())
                if total is None:
                    total, first = part, partition.as_py()
                else:
                    total.merge(part)
        if total is not None:
            yield state_batch(first, total)

    return run


def state_batch(partition: int, state: State) -> pa.RecordBatch:
    """The state of a partition as a row."""
    arrays = [pa.array([partition], pa.int32()), pa.array([state.to_bytes()], pa.binary())]
    return pa.RecordBatch.from_arrays(arrays, schema=_STATE_SCHEMA)


def row_hash(columns: Sequence[str], salt: str) -> SparkColumn:
    """A 64-bit hash of a row's values in these columns; equal rows have equal hashes.

    Each value goes with a flag that it is null, since Spark's hash passes over nulls and would take
    (1, null) for (null, 1). Both zeros, and all NaNs, count as one value. The type matters: an int
    and a bigint of equal value differ.
    """
    return F.expr(_hash_text(columns, salt))


def _hash_text(columns: Sequence[str], salt: str) -> str:
    # As text: a Column for each name costs some 25 calls to Java, in a wide table seconds.
    parts = [literal(salt)]
    for name in map(quote, columns):
        parts += [f"isnull({name})", name]
    return f"xxhash64({', '.join(parts)})"


def _numbered(names: Sequence[str]) -> list[str]:
    return [f"{quote(name)} AS c{i}" for i, name in enumerate(names)]


def bounded_sample(
    frame: DataFrame, columns: Sequence[str], *, key: Sequence[str], rows: int, of: int, salt: str
) -> pa.Table:
    """At most ``rows`` of the ``of`` rows, all where there are fewer, in the order of their hash.

    The only rows that come to a driver. One scan; the same rows at each call. ``key`` names the
    columns that are hashed: where rows may be equal, one of them must number the equals, else all
    or none of them would come.
    """
    numbered = frame.selectExpr(*_numbered(columns), f"{_hash_text(key, salt)} AS `order`")
    if rows * SPARE < of:  # so that few rows are sorted
        uniform = F.shiftrightunsigned(F.col("order"), 64 - _DOUBLE_BITS)
        numbered = numbered.where(uniform < F.lit(int(rows * SPARE / of * 2**_DOUBLE_BITS)))
    table = numbered.orderBy("order").limit(rows).drop("order").toArrow()
    return table.rename_columns(list(columns))


def split_by_hash(
    frame: DataFrame, *, key: Sequence[str] | None, salt: str, fraction: float
) -> tuple[DataFrame, DataFrame]:
    """The rest and the part of about ``fraction``, by the hash of the key or of the whole row.

    It depends on values and salt alone: not on the order of rows or on partitions. Rows of equal
    key stay together. No job; one scan for each side that is read.
    """
    if not 0.0 <= fraction < 1.0:
        raise InputError(f"split.holdout_fraction must be in [0, 1), however: {fraction=}")
    names = list(key) if key else frame.columns
    for name in names:
        if name not in frame.columns:
            raise InputError(
                f"the split key {name!r} is no column; the table has "
                f"{', '.join(map(repr, frame.columns))}"
            )
    uniform = F.shiftrightunsigned(row_hash(names, salt), 64 - _DOUBLE_BITS) / F.lit(
        float(2**_DOUBLE_BITS)
    )
    in_part = uniform < F.lit(fraction)
    return frame.where(~in_part), frame.where(in_part)
