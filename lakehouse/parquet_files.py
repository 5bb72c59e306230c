"""Parquet files of one table that do not all have the same columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import types as T

from lakehouse.listing import Listing, lacking_note
from lakehouse.refusals import refusing
from synth.table.errors import InputError

_THREADS = 8  # files whose schema is asked for at a time
_WHOLE: tuple[type[T.DataType], ...] = (T.ByteType, T.ShortType, T.IntegerType, T.LongType)
_REAL: tuple[type[T.DataType], ...] = (T.FloatType, T.DoubleType)

Group = tuple[T.StructType, list[str]]  # a schema, and the files that have it


def parquet_rows(spark: SparkSession, found: Listing) -> tuple[DataFrame, list[str]]:
    """``(rows, notes)`` of all files, with every column that one of them has.

    Whole numbers and reals of different widths, and decimals of one scale, are read in the widest.
    InputError names column and files of other mixtures, and a file that cannot be read. The notes
    name columns that some files lack or have in another type.
    """
    groups = _groups(spark, found)
    merged, notes = merged_schema(found.source, groups)
    reader = spark.read if len(groups) == 1 else spark.read.schema(merged)
    with refusing(found.source):
        return reader.parquet(*found.paths), notes


def merged_schema(source: str, groups: Sequence[Group]) -> tuple[T.StructType, list[str]]:
    """``(schema, notes)``: all columns of the groups, in the order in which they come."""
    fields: dict[str, T.StructField] = {}
    has: dict[str, list[int]] = {}
    for number, (schema, _) in enumerate(groups):
        for field in schema.fields:
            key = field.name.lower()  # Spark tells no case
            before = fields.get(key)
            if before is None:
                fields[key] = field
            elif before.dataType != field.dataType:
                kind = wider(before.dataType, field.dataType)
                if kind is None:
                    raise InputError(_mixture(source, field, before, groups, number, has[key]))
                fields[key] = T.StructField(before.name, kind, True, before.metadata)
            has.setdefault(key, []).append(number)
    notes = [note for key in fields for note in _notes(fields[key], groups, has[key])]
    return T.StructType(list(fields.values())), notes


def wider(one: T.DataType, other: T.DataType) -> T.DataType | None:
    """The type that holds both; None where no value may be changed by reading it so."""
    if one == other:
        return one
    for family in (_WHOLE, _REAL):
        if isinstance(one, family) and isinstance(other, family):
            return max((one, other), key=lambda kind: family.index(type(kind)))
    if isinstance(one, T.DecimalType) and isinstance(other, T.DecimalType):
        return max((one, other), key=_precision) if one.scale == other.scale else None
    return None


def _precision(kind: T.DecimalType) -> int:
    return kind.precision


def _groups(spark: SparkSession, found: Listing) -> list[Group]:
    """The schemas that the files have, in the order of the files, with the files of each."""
    local = [path for path in found.paths if Path(path).is_absolute()]
    if len(local) < len(found.paths):
        with ThreadPoolExecutor(_THREADS) as pool:
            schemas = list(pool.map(lambda path: _schema(spark, path), found.paths))
        return _grouped(zip(found.paths, schemas, strict=True))
    alike: dict[bytes, list[str]] = {}
    for path in local:
        schema = _footer(path).remove_metadata()
        alike.setdefault(schema.serialize().to_pybytes(), []).append(path)
    return _grouped(
        (path, schema)
        for paths in alike.values()
        for schema in [_schema(spark, paths[0])]
        for path in paths
    )


def _grouped(schemas: Iterable[tuple[str, T.StructType]]) -> list[Group]:
    groups: list[Group] = []
    for path, schema in schemas:
        same = next((files for known, files in groups if known == schema), None)
        if same is None:
            groups.append((schema, [path]))
        else:
            same.append(path)
    return groups


def _schema(spark: SparkSession, path: str) -> T.StructType:
    with refusing(path):
        return spark.read.parquet(path).schema


def _footer(path: str) -> pa.Schema:
    try:
        return pq.read_schema(path)
    except (pa.ArrowException, OSError) as error:
        raise InputError(f"{path} cannot be read as Parquet: {_reason(path, error)}") from error


def _reason(path: str, error: Exception) -> str:
    """Why, and what helps."""
    if isinstance(error, PermissionError):
        return "there is no right to read it; give Spark's user that right"
    with Path(path).open("rb") as file:
        start = file.read(512)
    if not start:
        return "it is empty; take it out of the folder, or write it again"
    if start[:4] == b"PAR1":
        return "it is cut short or damaged; write it again, or take it out of the folder"
    if b"\0" not in start and start.isascii():
        return "it is a text file; give it the suffix .csv or .json"
    return "it is none, whatever its name says; take it out of the folder, or write it again"


def _mixture(
    source: str,
    field: T.StructField,
    before: T.StructField,
    groups: Sequence[Group],
    number: int,
    earlier: Sequence[int],
) -> str:
    one, other = before.dataType.simpleString(), field.dataType.simpleString()
    return (
        f"{source}: column {field.name!r} is {one} in {groups[earlier[0]][1][0]} and {other} in "
        f"{groups[number][1][0]}: write the files in one type, or give those of one type alone"
    )


def _notes(field: T.StructField, groups: Sequence[Group], has: Sequence[int]) -> list[str]:
    """What is unlike between the files: who lacks a column, who has it in another type or case."""
    found, files = [], sum(len(paths) for _, paths in groups)
    lacking = [path for n, (_, paths) in enumerate(groups) if n not in has for path in paths]
    if lacking:
        found.append(lacking_note(field.name, [Path(path).name for path in lacking], files))
    own = [
        next(f for f in groups[n][0].fields if f.name.lower() == field.name.lower()) for n in has
    ]
    kinds = list(dict.fromkeys(one.dataType.simpleString() for one in own))
    if len(kinds) > 1:
        kind = field.dataType.simpleString()
        found.append(f"column {field.name!r} is {' in some files, '.join(kinds)} in others: {kind}")
    names = list(dict.fromkeys(one.name for one in own))
    if len(names) > 1:
        found.append(
            f"columns {', '.join(map(repr, names))} are taken for one: Spark tells no case"
        )
    return found
