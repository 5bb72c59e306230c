"""Read a seed: CSV, JSON and Parquet files, Delta folders and tables of a catalog."""

from __future__ import annotations

import codecs
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Literal

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, DataFrameReader, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from lakehouse.inference import TEXT_TYPES, TIME_TYPES, ColumnTypes
from lakehouse.listing import Kind, Listing, look
from lakehouse.scan import aggregate
from lakehouse.schemas import column, schema_of, spark_type
from lakehouse.tables import TableRef, read
from lakehouse.text import trimmed, without_markers

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


@dataclass(frozen=True)
class Source:
    """A seed as it was read: the frame, and what is to be known of it.

    ``frame`` has a last column ``_broken_line`` with the text of the line, or of the row, where
    that could not be read, and only if there is such a row.
    """

    frame: DataFrame
    kind: Kind
    broken_lines: int
    version: int | None
    fingerprint: str
    notes: list[str]


def fingerprint(spark: SparkSession, source: str) -> str:
    """What changes when the source does: a Delta version, or a hash over the list of files."""
    return look(spark, source).fingerprint


def read_source(spark: SparkSession, source: str, options: ReadOptions) -> Source:
    """Read a file, a folder or a table; ValueError names what is missing, empty or unsupported.

    Text files cost one scan to infer types and find broken lines, and a second one where types are
    declared; Parquet and tables cost none.
    """
    found = look(spark, source)
    if found.kind == "csv":
        text = _csv_text(spark, found, options)
        result = _typed(text, found, options, candidates=TEXT_TYPES)
    elif found.kind == "json":
        result = _typed(_json_rows(spark, found, options), found, options, candidates=TIME_TYPES)
    else:
        frame = (
            spark.read.parquet(*found.paths)
            if found.kind == "parquet"
            else read(spark, TableRef(source, found.version))
        )
        if frame.isEmpty():
            raise ValueError(f"{source} has no rows")
        result = Source(frame, found.kind, 0, found.version, found.fingerprint, [])
    return _supported(result, source, options)


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
        raise ValueError(
            f"ingest.encoding {encoding!r} cannot be read: use one of {', '.join(_ENCODINGS)}, or "
            f"convert the file (iconv -t utf-8)"
        ) from error


def _csv_text(spark: SparkSession, found: Listing, options: ReadOptions) -> DataFrame:
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
        raise ValueError(f"{found.source} is empty")
    values = [value for value in first[:-1]]
    raw = [str(v) if v is not None else "" for v in values]
    names = _header(found.source, raw) if options.header else [f"_c{i}" for i in range(len(raw))]
    fields = [T.StructField(name, T.StringType()) for name in [*names, BROKEN_LINE]]
    return (
        reader.option("header", str(options.header).lower())
        .option("enforceSchema", "true")
        # Without the unasked columns Spark would not notice that a line is too short.
        .option("columnPruning", "false")
        .schema(T.StructType(fields))
        .csv(found.paths)
    )


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
        raise ValueError(f"{found.source} is empty")
    return str(line[0])


def _header(source: str, raw: Sequence[str]) -> list[str]:
    """The names of a header; ValueError for a missing or a double one."""
    names = [name.strip().lstrip("\ufeff") for name in raw]
    seen: dict[str, str] = {}
    for place, name in enumerate(names, start=1):
        if not name:
            raise ValueError(f"{source}: column {place} has no name in the header; give it one")
        other = seen.get(name.lower())
        if other is not None:
            raise ValueError(
                f"{source}: the header has column {name!r} twice"
                + ("" if other == name else f" (also as {other!r}; Spark takes them for one)")
                + ": rename one of them"
            )
        if name == BROKEN_LINE:
            raise ValueError(f"{source}: the name {BROKEN_LINE!r} is taken; rename that column")
        seen[name.lower()] = name
    return names


def _json_rows(spark: SparkSession, found: Listing, options: ReadOptions) -> DataFrame:
    """JSON rows, one a line or in one array; columns in the order of the first row."""
    line = _first_line(spark, found, options)
    whole = line.lstrip(" \t\ufeff").startswith("[") or not _is_object(line)
    frame = _reader(spark, options).option("multiLine", str(whole).lower()).json(found.paths)
    first = [] if whole else list(json.loads(line))
    names = [name for name in first if name in frame.columns]
    names += [name for name in frame.columns if name not in names and name != BROKEN_LINE]
    if not names:
        raise ValueError(f"{found.source} holds no JSON objects: write one object a line")
    broken = [column(BROKEN_LINE)] if BROKEN_LINE in frame.columns else []
    return frame.select(*[column(name) for name in names], *broken)


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except json.JSONDecodeError:
        return False


def _typed(
    raw: DataFrame, found: Listing, options: ReadOptions, *, candidates: Sequence[str]
) -> Source:
    """Repair the text, infer the types that are not declared, cast, and mark what does not fit."""
    names = [name for name in raw.columns if name != BROKEN_LINE]
    _check_declared(found.source, options.column_types, names)
    text = [name for name in names if isinstance(raw.schema[name].dataType, T.StringType)]
    frame = raw.select([_repaired(name, name in text, options) for name in raw.columns])
    marker = [BROKEN_LINE] if BROKEN_LINE in raw.columns else []
    open_names = [name for name in text if name not in options.column_types]
    types = aggregate(
        frame,
        [*(text or names[:1]), *marker],
        new=partial(ColumnTypes, open_names, candidates, BROKEN_LINE),
        load=ColumnTypes.from_bytes,
    )
    if types.rows == 0:
        raise ValueError(f"{found.source} has no rows")
    wanted = {**{name: types.type_of(name) for name in open_names}, **options.column_types}
    typed, broken = _cast(frame, names, wanted, dict(options.column_types), types.broken)
    return Source(typed, found.kind, broken, None, found.fingerprint, [])


def _repaired(name: str, is_text: bool, options: ReadOptions) -> SparkColumn:
    value = column(name)
    if is_text and name != BROKEN_LINE:
        value = trimmed(value) if options.trim else value
        value = without_markers(value, options.null_markers)
    return value.alias(name)


def _check_declared(source: str, declared: Mapping[str, str], names: Sequence[str]) -> None:
    for name, type_name in declared.items():
        if name not in names:
            raise ValueError(
                f"ingest.column_types names column {name!r}, which {source} lacks; it has "
                f"{', '.join(map(repr, names))}"
            )
        spark_type(type_name)


def _cast(
    frame: DataFrame,
    names: Sequence[str],
    wanted: Mapping[str, str],
    declared: Mapping[str, str],
    unreadable: int,
) -> tuple[DataFrame, int]:
    """The frame in its types, and its number of broken rows (one scan if types are declared)."""
    cast = [
        (column(name).try_cast(spark_type(wanted[name])) if name in wanted else column(name)).alias(
            name
        )
        for name in names
    ]
    misfits = [
        F.when(
            column(name).isNotNull() & column(name).try_cast(spark_type(kind)).isNull(),
            F.lit(f"{name} is no {kind}"),
        )
        for name, kind in declared.items()
    ]
    if not misfits:
        marker = [column(BROKEN_LINE)] if unreadable else []
        return frame.select(*cast, *marker), unreadable
    reason = F.concat_ws("; ", *misfits)
    row = F.concat(reason, F.lit(": "), F.to_json(F.struct(*[column(name) for name in names])))
    broken = F.when(reason != "", row)
    if BROKEN_LINE in frame.columns:
        broken = F.coalesce(column(BROKEN_LINE), broken)
    marked = frame.select(*cast, broken.alias(BROKEN_LINE))
    count = marked.agg(F.count(column(BROKEN_LINE)), F.count(F.lit(1))).first()
    rows = int(count[0]) if count is not None else 0
    return (marked, rows) if rows else (marked.drop(BROKEN_LINE), 0)


def _supported(source: Source, name: str, options: ReadOptions) -> Source:
    """Refuse or leave out columns that cannot be synthesised."""
    unsupported = schema_of(source.frame).unsupported
    if not unsupported:
        return source
    listed = ", ".join(f"{c.name!r} ({c.type})" for c in unsupported)
    if options.unsupported == "refuse":
        raise ValueError(
            f"{name} has columns of types that cannot be synthesised: {listed}; leave them out of "
            f"it, or set ingest.unsupported_columns: drop"
        )
    left_out = {c.name for c in unsupported}
    kept = [column(c) for c in source.frame.columns if c not in left_out]
    if not kept:
        raise ValueError(f"{name} has no column that can be synthesised: it has {listed}")
    notes = [*source.notes, f"left out, as their types cannot be synthesised: {listed}"]
    return replace(source, frame=source.frame.select(kept), notes=notes)
