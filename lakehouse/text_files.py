"""CSV and JSON files as Spark reads them: every line kept, the broken ones marked."""

from __future__ import annotations

import codecs
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pyspark.sql import DataFrame, DataFrameReader, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from lakehouse.listing import Listing
from lakehouse.schemas import quote
from synth.table.errors import InputError

BROKEN_LINE = "_broken_line"
_DELIMITERS = (",", ";", "\t", "|")
# Python's names of encodings -> those that Spark takes; it takes no others.
_ENCODINGS = {
    "utf-8": "utf-8",
    "utf-8-sig": "utf-8",
    "ascii": "us-ascii",
    "iso8859-1": "iso-8859-1",
    "utf-16": "utf-16",
    "utf-16-be": "utf-16be",
    "utf-16-le": "utf-16le",
    "utf-32": "utf-32",
}


@dataclass(frozen=True)
class ReadOptions:
    """How files are read; of these only the two last-named hold for Parquet and tables.

    ``column_types`` declares types by column, the others are inferred. ``unsupported`` says what is
    done with binary and nested columns. ``delimiter`` None is guessed from the first line.
    """

    header: bool = True
    delimiter: str | None = None
    null_markers: tuple[str, ...] = ("", "?", "NA", "N/A", "null", "NULL", "None", "NaN")
    trim: bool = True
    encoding: str = "utf-8"
    column_types: Mapping[str, str] = field(default_factory=dict)
    unsupported: Literal["refuse", "drop"] = "refuse"


def _reader(spark: SparkSession, options: ReadOptions) -> DataFrameReader:
    return (
        spark.read.option("mode", "PERMISSIVE")
        .option("encoding", _spark_encoding(options.encoding))
        .option("columnNameOfCorruptRecord", BROKEN_LINE)
    )


def _spark_encoding(encoding: str) -> str:
    try:
        return _ENCODINGS[codecs.lookup(encoding).name]
    except LookupError as error:  # unknown to Python, or to Spark (a KeyError)
        raise InputError(
            f"ingest.encoding {encoding!r} cannot be read: use one of {', '.join(_ENCODINGS)}, or "
            f"convert the file (iconv -t utf-8)"
        ) from error


def csv_text(spark: SparkSession, found: Listing, options: ReadOptions) -> DataFrame:
    """The CSV file with every column as text, and the column of broken lines last."""
    delimiter = options.delimiter or _guess_delimiter(spark, found, options)
    reader = (
        _reader(spark, options)
        .option("sep", delimiter)
        .option("quote", '"')
        .option("escape", '"')  # a quote inside quotes is written twice
        .option("multiLine", "true")
    )
    first = reader.schema(_line_schema(reader, found)).csv(found.paths[0]).first()
    if first is None:
        raise InputError(f"{found.source} is empty")
    values = [value for value in first[:-1]]
    raw = [str(v) if v is not None else "" for v in values]
    names = _header(found.source, raw) if options.header else [f"_c{i}" for i in range(len(raw))]
    # Under the names as they stand, so that Spark compares them with every file's header.
    as_written = raw if options.header else names
    fields = [T.StructField(name, T.StringType()) for name in [*as_written, BROKEN_LINE]]
    lines = (
        reader.option("header", str(options.header).lower())
        .option("enforceSchema", "false")
        # Without the unasked columns Spark would not notice that a line is too short.
        .option("columnPruning", "false")
        .schema(T.StructType(fields))
        .csv(found.paths)
    )
    return lines.toDF(*names, BROKEN_LINE)


def _line_schema(reader: DataFrameReader, found: Listing) -> T.StructType:
    """As many text columns as the first line has values."""
    width = len(reader.option("header", "false").csv(found.paths[0]).columns)
    fields = [T.StructField(f"c{i}", T.StringType()) for i in range(width)]
    return T.StructType([*fields, T.StructField(BROKEN_LINE, T.StringType())])


def _guess_delimiter(spark: SparkSession, found: Listing, options: ReadOptions) -> str:
    line = _first_line(spark, found, options)
    outside_quotes = "".join(line.split('"')[::2])
    return max(_DELIMITERS, key=outside_quotes.count)


def _first_line(spark: SparkSession, found: Listing, options: ReadOptions) -> str:
    """The file's first line that is not blank."""
    lines = _reader(spark, options).text(found.paths[0])
    line = lines.where(F.length(F.trim("value")) > 0).first()
    if line is None:
        raise InputError(f"{found.source} is empty")
    return str(line[0])


def _header(source: str, raw: Sequence[str]) -> list[str]:
    """The names of a header; InputError for a missing or a double one."""
    names = [name.strip().lstrip("\ufeff") for name in raw]
    seen: dict[str, str] = {}
    for place, name in enumerate(names, start=1):
        if not name:
            raise InputError(f"{source}: column {place} has no name in the header; give it one")
        other = seen.get(name.lower())
        if other is not None:
            raise InputError(
                f"{source}: the header has column {name!r} twice"
                + ("" if other == name else f" (also as {other!r}; Spark takes them for one)")
                + ": rename one of them"
            )
        if name == BROKEN_LINE:
            raise InputError(f"{source}: the name {BROKEN_LINE!r} is taken; rename that column")
        seen[name.lower()] = name
    return names


def json_rows(spark: SparkSession, found: Listing, options: ReadOptions) -> DataFrame:
    """JSON rows, one a line or in one array; columns in the order of the first row."""
    line = _first_line(spark, found, options)
    whole = line.lstrip(" \t\ufeff").startswith("[") or not _is_object(line)
    frame = _reader(spark, options).option("multiLine", str(whole).lower()).json(found.paths)
    first = [] if whole else list(json.loads(line))
    names = [name for name in first if name in frame.columns]
    names += [name for name in frame.columns if name not in names and name != BROKEN_LINE]
    if not names:
        raise InputError(f"{found.source} holds no JSON objects: write one object a line")
    broken = [BROKEN_LINE] if BROKEN_LINE in frame.columns else []
    return frame.select(*map(quote, names), *broken)


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except json.JSONDecodeError:
        return False
