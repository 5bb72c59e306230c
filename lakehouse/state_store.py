"""States of tables in a Delta table, so that what is added later is added to them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pyarrow as pa
from pyspark.sql import DataFrame, Row, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T
from pyspark.sql.pandas.types import to_arrow_schema

from lakehouse.declarations import NOTHING
from lakehouse.tables import (
    TableNotFound,
    TableRef,
    current_version,
    define,
    detail_of,
    read,
    require_own,
    writer_of,
)
from synth.table.errors import InputError
from synth.table.schema import TableSchema
from synth.version import VERSION

STATE_FORMAT = 1  # one more where bytes of stored states are read in another way than before
_STATES = T.StructType(
    [
        T.StructField("source", T.StringType(), nullable=False),
        T.StructField("source_id", T.StringType(), nullable=False),
        T.StructField("version", T.LongType(), nullable=False),
        T.StructField("part", T.StringType(), nullable=False),
        T.StructField("rows", T.LongType(), nullable=False),
        T.StructField("schema_json", T.StringType(), nullable=False),
        T.StructField("state", T.BinaryType(), nullable=False),
        T.StructField("format", T.IntegerType(), nullable=False),
        T.StructField("lakesynth_version", T.StringType(), nullable=False),
        T.StructField("time", T.TimestampType(), nullable=False),
    ]
)


@dataclass(frozen=True)
class Stored:
    """The states of a table's rows at a version, by part.

    ``source_id`` is Delta's own id of the table: one that was dropped or replaced has another.
    """

    source: str
    source_id: str
    version: int
    schema: TableSchema
    states: Mapping[str, bytes]
    rows: int

    def require(self, schema: TableSchema, source_id: str) -> None:
        """InputError where the states are not those of this schema's columns of this table.

        Names, types and sensitive columns count: of a sensitive one a state has no values.
        """
        where = f"the state of table {self.source} at version {self.version}"
        if source_id != self.source_id:
            raise InputError(
                f"{where} is of another table, that was there before it was dropped or replaced: "
                f"{_AGAIN}"
            )
        before, now = _by_name(self.schema), _by_name(schema)
        if list(before.items()) != list(now.items()):
            changed = [name for name in before | now if before.get(name) != now.get(name)]
            raise InputError(
                f"{where} has other columns, in name, type or in what is sensitive "
                f"({', '.join(map(repr, changed)) or 'they are in another order'}): {_AGAIN}"
            )

    def part(self, name: str) -> bytes:
        """The state of a part; InputError names those that there are."""
        if name not in self.states:
            raise InputError(
                f"version {self.version} of table {self.source} has no state {name!r}, it has "
                f"{', '.join(map(repr, self.states))}: {_AGAIN}"
            )
        return self.states[name]


_AGAIN = "profile the whole table and store its state anew"


def _by_name(schema: TableSchema) -> dict[str, tuple[str, bool]]:
    return {column.name: (column.type, column.sensitive) for column in schema}


class StateStore:
    """The Delta table ``name``: one row for each source, version and part.

    A state holds values of the columns that are not sensitive: who may not read a source should not
    be able to read its states. The table is made when the first state is saved.
    """

    def __init__(self, spark: SparkSession, name: str) -> None:
        self._spark, self.name = spark, name

    def save(
        self,
        source: str,
        version: int,
        schema: TableSchema,
        states: Mapping[str, bytes],
        rows: int,
    ) -> None:
        """Keep the states of a table's rows at a version, in the place of those kept before.

        One commit, none where the same bytes are there. ForeignTable where the store's name is that
        of a table with rows that were not written here.
        """
        new = Stored(source, table_id(self._spark, source), version, schema, dict(states), rows)
        if self._at(source, version) == new:
            return
        require_own(self._spark, self.name)
        define(self._spark, self.name, _STATES, properties={}, declared=NOTHING)
        key = (F.col("source") == F.lit(source)) & (F.col("version") == F.lit(version))
        writer_of(self._frame(new), self.name, app_id=self._turn(new), metadata={}).overwrite(key)

    def newest(self, source: str, at_most: int | None = None) -> Stored | None:
        """The states of the newest version that are kept, up to ``at_most``; None without any.

        InputError where another version of Lakesynth wrote them in a way that this one cannot read,
        and where the store's name is that of another table.
        """
        try:
            kept = read(self._spark, TableRef(self.name))
        except TableNotFound:
            return None
        lacking = [name for name in _STATES.fieldNames() if name not in kept.columns]
        if lacking:
            raise InputError(
                f"table {self.name} is no table of states, it lacks {', '.join(lacking)}: name "
                f"another one, or none that exists"
            )
        own = kept.where(F.col("source") == F.lit(source))
        if at_most is not None:
            own = own.where(F.col("version") <= F.lit(at_most))
        version = own.agg(F.max("version").alias("version")).collect()[0].version
        if version is None:
            return None
        return _stored(own.where(F.col("version") == F.lit(version)).collect())

    def _at(self, source: str, version: int) -> Stored | None:
        """What is kept of this version; None where it is not to be read."""
        try:
            found = self.newest(source, at_most=version)
        except InputError:
            return None
        return found if found is not None and found.version == version else None

    def _turn(self, new: Stored) -> str:
        """The id of a write: states may be kept, replaced, and kept again as they were."""
        digest = hashlib.sha256()
        for text in (new.source, new.source_id, json.dumps(new.schema.to_json())):
            digest.update(text.encode() + b"\0")
        for part, state in sorted(new.states.items()):
            digest.update(part.encode() + b"\0" + hashlib.sha256(state).digest())
        turn = current_version(self._spark, self.name)
        return f"states/{new.version}/{digest.hexdigest()[:32]}/{turn}"

    def _frame(self, new: Stored) -> DataFrame:
        schema, now = json.dumps(new.schema.to_json()), datetime.now(UTC)
        lead = (new.source, new.source_id, new.version)
        rest = (STATE_FORMAT, VERSION, now)
        rows = [(*lead, p, new.rows, schema, state, *rest) for p, state in new.states.items()]
        columns = [[row[place] for row in rows] for place in range(len(_STATES))]
        table = pa.table(columns, schema=to_arrow_schema(_STATES))
        return self._spark.createDataFrame(table, _STATES).coalesce(1)


def table_id(spark: SparkSession, name: str) -> str:
    """Delta's own id of a table; TableNotFound where there is none."""
    detail = detail_of(spark, name)
    if detail is None:
        raise TableNotFound(f"no Delta table at {name}: check the name")
    return str(detail["id"])


def _stored(rows: Sequence[Row]) -> Stored:
    first = rows[0]
    if first.format != STATE_FORMAT:
        raise InputError(
            f"the state of table {first.source} at version {first.version} was written by "
            f"Lakesynth {first.lakesynth_version} in another format than {VERSION} reads: {_AGAIN}"
        )
    schema = TableSchema.from_json(json.loads(first.schema_json))
    states = {row.part: bytes(row.state) for row in rows}
    return Stored(first.source, first.source_id, first.version, schema, states, first.rows)
