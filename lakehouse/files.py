"""Read a seed: CSV, JSON and Parquet files, Delta folders and tables of a catalog."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from lakehouse.encodings import require_text
from lakehouse.inference import TEXT_TYPES, TIME_TYPES, ColumnTypes
from lakehouse.listing import Kind, Listing, look
from lakehouse.parquet_files import parquet_rows
from lakehouse.partitions import Partitions, declared_partitions
from lakehouse.refusals import refusing
from lakehouse.scan import aggregate
from lakehouse.schemas import column, quote, schema_of, spark_type
from lakehouse.structs import in_fields, structs_of
from lakehouse.tables import TableRef, read, sql_name
from lakehouse.text import trimmed, without_markers
from lakehouse.text_files import (
    BROKEN_LINE,
    ReadOptions,
    csv_of_several_headers,
    csv_text,
    json_rows,
)
from synth.table.errors import InputError
from synth.table.struct_fields import Field, note_on

__all__ = ["BROKEN_LINE", "ReadOptions", "Source", "fingerprint", "read_source"]


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
    partitions: tuple[str, ...] = ()  # the columns that its files are partitioned by
    structs: tuple[Field, ...] = ()  # that stand in the frame as columns of their fields


def fingerprint(spark: SparkSession, source: str) -> str:
    """What changes when the source does: a Delta version, or a hash over the list of files."""
    with refusing(source):
        return look(spark, source).fingerprint


def read_source(spark: SparkSession, source: str, options: ReadOptions) -> Source:
    """Read a file, a folder or a table; InputError names what is missing, empty or unsupported.

    Text files cost one scan to infer types and find broken lines, and a second one where types are
    declared; Parquet and tables cost none.
    """
    with refusing(source):
        found = look(spark, source)
        return _supported(_read(spark, found, options), source, options)


def _read(spark: SparkSession, found: Listing, options: ReadOptions) -> Source:
    if options.column_types and found.kind not in ("csv", "json"):
        raise InputError(
            f"ingest.column_types is for CSV and JSON; {found.source} ({found.kind}) has types of "
            "its own: leave the setting out"
        )
    if found.kind == "view":
        rows = spark.sql(f"SELECT * FROM {sql_name(found.source)}")
        return _as_it_is(rows, found, _notes_on_view(found))
    if found.kind in ("delta", "table"):
        rows = read(spark, TableRef(found.source, found.version))
        parts = declared_partitions(spark, sql_name(found.source))
        return replace(_as_it_is(rows, found, []), partitions=parts)
    folders = Partitions.of(found.source, [file.place for file in found.files])
    if found.kind == "parquet":
        rows, notes = parquet_rows(spark, found)
        notes += folders.notes(rows.columns, {})
        result = _as_it_is(folders.added_to(rows, {}), found, notes)
        return replace(result, partitions=folders.names)
    if found.kind == "json":
        return _from_text(json_rows(spark, found, options), found, folders, options, TIME_TYPES)
    rows = csv_text(spark, found, options)
    try:
        return _from_text(rows, found, folders, options, TEXT_TYPES)
    except _OtherHeader:
        rows, notes = csv_of_several_headers(spark, found, options)
    result = _from_text(rows, found, folders, options, TEXT_TYPES)
    return replace(result, notes=[*result.notes, *notes])


def _from_text(
    rows: DataFrame,
    found: Listing,
    folders: Partitions,
    options: ReadOptions,
    candidates: Sequence[str],
) -> Source:
    own = [name for name in rows.columns if name != BROKEN_LINE]
    # Text where a type is declared: what does not fit it is a broken line, as in a file's column.
    as_text = dict.fromkeys(options.column_types, "string")
    result = _typed(folders.added_to(rows, as_text), found, options, candidates=candidates)
    types = {c.name: c.type for c in schema_of(result.frame)}
    notes = [*result.notes, *folders.notes(own, types)]
    return replace(result, notes=notes, partitions=folders.names)


def _notes_on_view(found: Listing) -> list[str]:
    notes = [f"{found.source} is no Delta table: its rows are read once and kept as the seed table"]
    if not found.read_files:
        notes.append(
            f"{found.source} reads no files: whether its rows have changed since cannot be told "
            "(--fresh reads them anew)"
        )
    return notes


def _as_it_is(frame: DataFrame, found: Listing, notes: list[str]) -> Source:
    if frame.isEmpty():
        raise InputError(f"{found.source} has no rows")
    return Source(frame, found.kind, 0, found.version, found.fingerprint, notes)


# How Spark says so: of other names, of another number of columns.
_OTHER_HEADERS = ("header does not conform", "Number of column in CSV header")


class _OtherHeader(Exception):
    """Files of a folder have different headers."""


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
    try:
        types = aggregate(
            frame,
            [*(text or names[:1]), *marker],
            new=partial(ColumnTypes, open_names, candidates, BROKEN_LINE),
            load=ColumnTypes.from_bytes,
        )
    except Exception as error:
        if any(words in str(error) for words in _OTHER_HEADERS):
            raise _OtherHeader from error
        raise
    if types.is_marked:
        require_text(raw.sparkSession, found, options.encoding)
    if types.rows == 0:
        raise InputError(f"{found.source} has no rows")
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
            raise InputError(
                f"ingest.column_types names column {name!r}, which {source} lacks; it has "
                f"{', '.join(map(repr, names))}"
            )
        try:
            spark_type(type_name)
        except InputError as error:
            raise InputError(
                f"ingest.column_types, column {name!r} of {source}: {error}"
            ) from error


def _cast(
    frame: DataFrame,
    names: Sequence[str],
    wanted: Mapping[str, str],
    declared: Mapping[str, str],
    unreadable: int,
) -> tuple[DataFrame, int]:
    """The frame in its types, and its number of broken rows (one scan if types are declared)."""
    cast = [
        column(name).try_cast(spark_type(wanted[name])).alias(name)
        if name in wanted
        else quote(name)
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
    row = F.concat(reason, F.lit(": "), F.to_json(F.struct(*map(quote, names))))
    broken = F.when(reason != "", row)
    if BROKEN_LINE in frame.columns:
        broken = F.coalesce(column(BROKEN_LINE), broken)
    marked = frame.select(*cast, broken.alias(BROKEN_LINE))
    count = marked.agg(F.count(column(BROKEN_LINE)), F.count(F.lit(1))).first()
    rows = int(count[0]) if count is not None else 0
    return (marked, rows) if rows else (marked.drop(BROKEN_LINE), 0)


def _supported(source: Source, name: str, options: ReadOptions) -> Source:
    """Refuse, leave out or take apart what cannot be synthesised, unless it is to be kept."""
    if options.unsupported == "fields":
        structs = structs_of(source.frame.schema)
        notes = [*source.notes, *map(note_on, structs)]
        frame = in_fields(source.frame, structs)
        source = replace(source, frame=frame, notes=notes, structs=structs)
    unsupported = schema_of(source.frame).unsupported
    if not unsupported or options.unsupported == "keep":
        return source
    listed = ", ".join(f"{c.name!r} ({c.type})" for c in unsupported)
    if options.unsupported == "refuse":
        structs = structs_of(source.frame.schema)
        fields = " or fields, which learns structs by their fields" if structs else ""
        raise InputError(
            f"{name} has columns of types that cannot be synthesised: {listed}; leave them out of "
            f"it, or set ingest.unsupported_columns: drop{fields}"
        )
    left_out = {c.name for c in unsupported}
    kept = [quote(c) for c in source.frame.columns if c not in left_out]
    if not kept:
        raise InputError(f"{name} has no column that can be synthesised: it has {listed}")
    notes = [*source.notes, f"left out, as their types cannot be synthesised: {listed}"]
    return replace(source, frame=source.frame.select(kept), notes=notes)
