"""Between Spark's schemas and ours, and names of columns that may hold any character."""

from __future__ import annotations

from collections.abc import Mapping

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from synth.table.errors import InputError
from synth.table.schema import Column, TableSchema, decimal_parts, is_supported
from synth.table.sql import literal as literal
from synth.table.sql import quote as quote

# Delta writes these into a Parquet file only under a stand-in name (column mapping).
_CHARACTERS_THAT_NEED_MAPPING = frozenset(" ,;{}()\n\t=")
_SIMPLE_TYPES: dict[str, T.DataType] = {
    "boolean": T.BooleanType(),
    "tinyint": T.ByteType(),
    "smallint": T.ShortType(),
    "int": T.IntegerType(),
    "bigint": T.LongType(),
    "float": T.FloatType(),
    "double": T.DoubleType(),
    "string": T.StringType(),
    "date": T.DateType(),
    "timestamp": T.TimestampType(),
    "timestamp_ntz": T.TimestampNTZType(),
}


def column(name: str) -> SparkColumn:
    """The column of exactly this name: a dot in it is no path into a struct."""
    return F.col(quote(name))


def in_types(frame: DataFrame, types: Mapping[str, T.DataType]) -> DataFrame:
    """These columns of the frame, cast to these types, under their own names."""
    # As text: a Column for each name costs some 25 calls to Java, in a wide table seconds.
    casts = {quote(name): kind.simpleString() for name, kind in types.items()}
    return frame.selectExpr(*[f"cast({name} AS {kind}) AS {name}" for name, kind in casts.items()])


def plain_texts(frame: DataFrame) -> DataFrame:
    """The frame with its collated strings as strings: values that differ are told apart."""
    if not any(" collate " in f.dataType.simpleString() for f in frame.schema.fields):
        return frame
    return frame.selectExpr(
        *[
            f"CAST({quote(f.name)} AS string COLLATE UTF8_BINARY) AS {quote(f.name)}"
            if " collate " in f.dataType.simpleString()
            else quote(f.name)
            for f in frame.schema.fields
        ]
    )


def schema_of(frame: DataFrame) -> TableSchema:
    """The columns of a frame: names, Spark's simple type strings, nullability."""
    return TableSchema(
        tuple(Column(f.name, f.dataType.simpleString(), f.nullable) for f in frame.schema.fields)
    )


def spark_type(type_name: str) -> T.DataType:
    """Spark's type of a simple type string; InputError for an unsupported one."""
    parts = decimal_parts(type_name)
    if parts:
        return T.DecimalType(*parts)
    if type_name in _SIMPLE_TYPES:
        return _SIMPLE_TYPES[type_name]
    if is_supported(type_name):  # char(n), varchar(n), collated strings
        return T.StringType()
    raise InputError(
        f"type {type_name!r} is not supported: "
        f"use one of {', '.join(_SIMPLE_TYPES)}, decimal(p,s), or leave the column out"
    )


def type_text(kind: T.DataType) -> str:
    """The type as SQL takes it, whatever characters the names of its fields hold."""
    if isinstance(kind, T.StructType):
        return f"struct<{', '.join(f'{quote(f.name)}: {type_text(f.dataType)}' for f in kind)}>"
    if isinstance(kind, T.ArrayType):
        return f"array<{type_text(kind.elementType)}>"
    if isinstance(kind, T.MapType):
        return f"map<{type_text(kind.keyType)}, {type_text(kind.valueType)}>"
    return kind.simpleString()


def is_text(type_name: str) -> bool:
    """Whether a type holds text: char(n), varchar(n) and collated strings do."""
    return is_supported(type_name) and isinstance(spark_type(type_name), T.StringType)


def to_spark(schema: TableSchema) -> T.StructType:
    """Spark's schema of ours: the same names, types and nullability."""
    return T.StructType([T.StructField(c.name, spark_type(c.type), c.nullable) for c in schema])


def all_names(kind: T.DataType) -> tuple[str, ...]:
    """The names of a schema's columns and of all fields below them."""
    if isinstance(kind, T.StructType):
        return tuple(n for f in kind for n in (f.name, *all_names(f.dataType)))
    if isinstance(kind, T.ArrayType):
        return all_names(kind.elementType)
    if isinstance(kind, T.MapType):
        return (*all_names(kind.keyType), *all_names(kind.valueType))
    return ()


def needs_column_mapping(names: tuple[str, ...]) -> bool:
    """Whether Delta can store these names only with ``delta.columnMapping.mode=name``.

    It is asked for only then: readers that know no column mapping can read every other table.
    """
    return any(_CHARACTERS_THAT_NEED_MAPPING & set(name) for name in names)
