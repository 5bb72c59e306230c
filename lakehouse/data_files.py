"""Some files of a Delta table, read as the table shows them.

Delta cannot be asked for some of its files: a filter on ``_metadata.file_path`` reads them all. So
they are read as Parquet, under the names that column mapping gives the columns in files, and the
values of partition columns come from the log (Delta protocol, "Column Mapping" and "Partition Value
Serialization": https://github.com/delta-io/delta/blob/master/PROTOCOL.md).
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from lakehouse.commits import AS_NAMED, AddedFile
from lakehouse.schemas import quote
from lakehouse.transaction_log import Metadata

_PHYSICAL_NAME = "delta.columnMapping.physicalName"
_STORE = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*:)?/*")  # file:/a and file:///a are one path


def structure(schema: str) -> T.StructType:
    """The columns of a schema in Delta's JSON."""
    return T.StructType.fromJson(json.loads(schema))


def stored_structure(logical: T.StructType) -> T.StructType:
    """The columns as files have them: under their physical names, at all depths."""
    found = _stored(logical)
    assert isinstance(found, T.StructType)
    return found


def read_files(spark: SparkSession, files: Sequence[AddedFile], metadata: Metadata) -> DataFrame:
    """The rows of these files with the names and types of the table at ``metadata``.

    Every column may be null. AnalysisException or FileNotFoundError where a file is missing. Files
    must have no deletion vectors. No job but the listing of many files.
    """
    logical = structure(metadata.schema)
    if not files:
        fields = [T.StructField(f.name, f.dataType) for f in logical.fields]
        return spark.createDataFrame([], T.StructType(fields))
    physical, parted = stored_structure(logical).fields, set(metadata.partitioned_by)
    inside = [i for i, field in enumerate(logical.fields) if field.name not in parted]
    outside = [i for i, field in enumerate(logical.fields) if field.name in parted]
    reader = spark.read.schema(T.StructType([physical[i] for i in inside])).options(**AS_NAMED)
    # By number, since a name may be that of anything.
    values = [F.col(quote(physical[i].name)).alias(f"c{i}") for i in inside]
    stored = reader.parquet(*[file.path for file in files])
    missing = len(files) - len(set(stored.inputFiles()))
    if missing:  # Spark passes over a missing file of some names
        raise FileNotFoundError(f"{missing} of {len(files)} files of the table are missing")
    if outside:
        place = _bare_column(F.col("_metadata.file_path")).alias("file")
        names = {i: physical[i].name for i in outside}
        rows = _with_partitions(stored.select(*values, place), files, names)
    else:
        rows = stored.select(*values)
    return rows.select(
        *[
            F.col(f"c{i}").cast(field.dataType).alias(field.name)
            for i, field in enumerate(logical.fields)
        ]
    )


def _stored(kind: T.DataType) -> T.DataType:
    if isinstance(kind, T.StructType):
        fields = [
            T.StructField(f.metadata.get(_PHYSICAL_NAME, f.name), _stored(f.dataType))
            for f in kind.fields
        ]
        return T.StructType(fields)
    if isinstance(kind, T.ArrayType):
        return T.ArrayType(_stored(kind.elementType))
    if isinstance(kind, T.MapType):
        return T.MapType(_stored(kind.keyType), _stored(kind.valueType))
    return kind


def _with_partitions(
    rows: DataFrame, files: Sequence[AddedFile], names: dict[int, str]
) -> DataFrame:
    """The rows with their partition's values as texts; ``names`` are physical, by number.

    Not from the folders' names: with column mapping those say nothing.
    """
    # By the log an empty text is a null as well.
    known = [
        (_bare(file.path), *[file.partition[name] or None for name in names.values()])
        for file in files
    ]
    columns = ", ".join(["known string", *[f"c{i} string" for i in names]])
    partitions = F.broadcast(rows.sparkSession.createDataFrame(known, columns))
    joined = rows.join(partitions, F.col("file") == F.col("known"), "left")
    lost = F.raise_error(F.lit("a file of the table is not among those of its log"))
    found = F.col("known").isNotNull()  # else rows would have nulls that they have not
    told = {f"c{i}": F.when(found, F.col(f"c{i}")).otherwise(lost) for i in names}
    return joined.withColumns(told)


def _bare(path: str) -> str:
    return _STORE.sub("", path)


def _bare_column(path: SparkColumn) -> SparkColumn:
    """As :func:`_bare`, of a path with percent signs, in which + is no space."""
    decoded = F.url_decode(F.replace(path, F.lit("+"), F.lit("%2B")))
    return F.regexp_replace(decoded, _STORE.pattern, "")
