"""Columns that stand in the names of folders: ``region=north/part-0.parquet``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

import pyarrow as pa
from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from lakehouse.inference import TEXT_TYPES, ColumnTypes
from lakehouse.schemas import column, spark_type
from synth.table.errors import InputError

NO_VALUE = "__HIVE_DEFAULT_PARTITION__"  # how Hive and Spark name the folder of null


def declared_partitions(spark: SparkSession, table: str) -> tuple[str, ...]:
    """The columns by which the Delta table of this SQL name is partitioned, outermost first."""
    (detail,) = spark.sql(f"DESCRIBE DETAIL {table}").collect()
    return tuple(detail["partitionColumns"] or ())


@dataclass(frozen=True)
class Partitions:
    """The columns in the folders' names, outermost first, and each one's values."""

    values: dict[str, tuple[str | None, ...]]

    @property
    def names(self) -> tuple[str, ...]:
        """The columns."""
        return tuple(self.values)

    @classmethod
    def of(cls, source: str, places: Sequence[str]) -> Partitions:
        """What the ``places`` of files under a source say.

        InputError where they do not all name the same columns.
        """
        found: dict[str, dict[str | None, None]] = {}
        first: tuple[str, tuple[str, ...]] | None = None
        for place in places:
            told = [part.partition("=") for part in place.split("/")[:-1] if "=" in part]
            names = tuple(unquote(name) for name, _, _ in told)
            if first is None:
                first = place, names
                found = {name: {} for name in names}
            if names != first[1] or len(set(names)) < len(names):
                raise InputError(
                    f"the folders of {source} name different columns: {_listed(first[1])} at "
                    f"{first[0]}, {_listed(names)} at {place}; give a folder of one table"
                )
            for name, (_, _, value) in zip(names, told, strict=True):
                found[name][None if value == NO_VALUE else unquote(value)] = None
        return cls({name: tuple(values) for name, values in found.items()})

    def type_of(self, name: str) -> str:
        """The type that all values of a column fit, as for columns of text files."""
        state = ColumnTypes([name], TEXT_TYPES)
        state.update(pa.RecordBatch.from_pydict({name: pa.array(self.values[name], pa.string())}))
        return state.type_of(name)

    def added_to(self, frame: DataFrame, types: Mapping[str, str]) -> DataFrame:
        """The frame, as read from the files, with these columns behind its own.

        They take the place of columns of the same name. ``types`` are those that are given; the
        others are told by the values.
        """
        twice = self.twice(frame.columns)
        given = [column(name) for name in frame.columns if name not in twice]
        made = [
            _value(name).try_cast(spark_type(types.get(name) or self.type_of(name))).alias(name)
            for name in self.names
        ]
        return frame.select(*given, *made)

    def twice(self, columns: Sequence[str]) -> list[str]:
        """Those of the files' columns that the folders' names have too; Spark tells no case."""
        own = {name.lower() for name in self.names}
        return [name for name in columns if name.lower() in own]

    def notes(self, columns: Sequence[str], types: Mapping[str, str]) -> list[str]:
        """What was read, in words; ``columns`` are the files' own."""
        if not self.values:
            return []
        told = [
            f"{name!r} ({types.get(name) or self.type_of(name)}, {len(values):,} values)"
            for name, values in self.values.items()
        ]
        notes = [f"columns read from the names of folders: {', '.join(told)}"]
        return notes + [
            f"column {name!r} is in the files too: what the folders' names say is taken"
            for name in self.twice(columns)
        ]


def _value(name: str) -> SparkColumn:
    """The text after ``name=`` in the last folder of that name; null where it says so.

    The path is an address, so that what the folder's name escapes is escaped once more in it.
    """
    path = F.col("_metadata.file_path")
    plus = F.regexp_replace(path, r"\+", "%2B")  # url_decode makes blanks of them
    decoded = F.url_decode(plus)
    folder = F.regexp_extract(decoded, rf"^.*/{_escaped(name)}=([^/]*)/", 1)
    value = F.url_decode(F.regexp_replace(folder, r"\+", "%2B"))
    return F.when(folder != F.lit(NO_VALUE), value)


def _escaped(name: str) -> str:
    """The name as a regular expression of Java's that matches it as a folder has it."""
    return rf"\Q{_folder_name(name)}\E"


def _folder_name(name: str) -> str:
    """The name as Hive and Spark write it: characters that paths cannot hold as ``%3D``."""
    return "".join(f"%{ord(c):02X}" if c in _ESCAPED else c for c in name)


_ESCAPED = frozenset("\"#%'*/:=?\\{[]^\x7f") | {chr(code) for code in range(1, 32)}


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(repr, names)) if names else "none"
