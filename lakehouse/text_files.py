"""CSV and JSON files as Spark reads them: every line kept, the broken ones marked."""

from __future__ import annotations

import codecs
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Literal

from pyspark.sql import DataFrame, DataFrameReader, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from lakehouse.encodings import SPARK_ENCODINGS, is_marked, require_text
from lakehouse.listing import File, Listing, lacking_note
from lakehouse.schemas import quote
from synth.table.errors import InputError

BROKEN_LINE = "_broken_line"
_THREADS = 8  # files whose header is asked for at a time
DELIMITERS = (",", ";", "\t", "|")


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
    unsupported: Literal["refuse", "drop", "fields", "keep"] = "refuse"


def _reader(spark: SparkSession, options: ReadOptions) -> DataFrameReader:
    return (
        spark.read.option("mode", "PERMISSIVE")
        .option("encoding", _spark_encoding(options.encoding))
        .option("columnNameOfCorruptRecord", BROKEN_LINE)
    )


def _spark_encoding(encoding: str) -> str:
    try:
        return SPARK_ENCODINGS[codecs.lookup(encoding).name]
    except LookupError as error:  # unknown to Python, or to Spark (a KeyError)
        raise InputError(
            f"ingest.encoding {encoding!r} cannot be read: use one of "
            f"{', '.join(SPARK_ENCODINGS)}, or convert the file (iconv -t utf-8)"
        ) from error


def csv_text(spark: SparkSession, found: Listing, options: ReadOptions) -> DataFrame:
    """The CSV files with every column as text, and the column of broken lines last.

    All have the header of the first one, or reading them fails.
    """
    reader = _csv_reader(spark, found, options)
    raw = _first_values(reader, found)
    if is_marked(raw):
        require_text(spark, found, options.encoding)
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


def csv_of_several_headers(
    spark: SparkSession, found: Listing, options: ReadOptions
) -> tuple[DataFrame, list[str]]:
    """``(rows, notes)`` of files whose headers differ: every column that one of them has.

    The notes name the columns that some files lack. InputError for a file that shares less than
    half of the first one's columns: it has no header, or is of another table.
    """
    with ThreadPoolExecutor(_THREADS) as pool:
        alone = [replace(found, files=(file,)) for file in found.files]
        headers = list(pool.map(lambda one: tuple(_names(spark, one, options)), alone))
    groups: dict[tuple[str, ...], list[File]] = {}
    for header, file in zip(headers, found.files, strict=True):
        if len(set(header) & set(headers[0])) * 2 < len(headers[0]):
            raise InputError(
                f"{found.source}: {file.place} has the columns {', '.join(map(repr, header))}, "
                f"{found.files[0].place} has {', '.join(map(repr, headers[0]))}: give every file "
                "the same header, or the files of one table alone"
            )
        groups.setdefault(header, []).append(file)
    parts = [
        csv_text(spark, replace(found, files=tuple(files)), options) for files in groups.values()
    ]
    rows = reduce(lambda one, other: one.unionByName(other, allowMissingColumns=True), parts)
    names = [name for name in rows.columns if name != BROKEN_LINE]
    notes = []
    for name in names:
        lacking = [
            f.place for header, f in zip(headers, found.files, strict=True) if name not in header
        ]
        if lacking:
            notes.append(lacking_note(name, lacking, len(headers)))
    return rows.select(*map(quote, names), quote(BROKEN_LINE)), notes


def _names(spark: SparkSession, found: Listing, options: ReadOptions) -> list[str]:
    return _header(found.source, _first_values(_csv_reader(spark, found, options), found))


def _csv_reader(spark: SparkSession, found: Listing, options: ReadOptions) -> DataFrameReader:
    delimiter = options.delimiter or _guess_delimiter(spark, found, options)
    return (
        _reader(spark, options)
        .option("sep", delimiter)
        .option("quote", '"')
        .option("escape", '"')  # a quote inside quotes is written twice
        .option("multiLine", "true")
    )


def _first_values(reader: DataFrameReader, found: Listing) -> list[str]:
    """The values of the first line of the first file."""
    first = reader.schema(_line_schema(reader, found)).csv(found.paths[0]).first()
    if first is None:
        raise InputError(f"{found.source} is empty")
    return [str(value) if value is not None else "" for value in first[:-1]]


def _line_schema(reader: DataFrameReader, found: Listing) -> T.StructType:
    """As many text columns as the first line has values."""
    width = len(reader.option("header", "false").csv(found.paths[0]).columns)
    fields = [T.StructField(f"c{i}", T.StringType()) for i in range(width)]
    return T.StructType([*fields, T.StructField(BROKEN_LINE, T.StringType())])


def _guess_delimiter(spark: SparkSession, found: Listing, options: ReadOptions) -> str:
    line = _first_line(spark, found, options)
    outside_quotes = "".join(line.split('"')[::2])
    return max(DELIMITERS, key=outside_quotes.count)


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
        require_text(spark, found, options.encoding)
        raise InputError(f"{found.source} holds no JSON objects: write one object a line")
    broken = [BROKEN_LINE] if BROKEN_LINE in frame.columns else []
    return frame.select(*map(quote, names), *broken)


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except json.JSONDecodeError:
        return False
