"""Read a seed: CSV, JSON and Parquet files, Delta folders and tables of a catalog."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from lakehouse.inference import TEXT_TYPES, TIME_TYPES, ColumnTypes
from lakehouse.listing import Kind, Listing, look
from lakehouse.scan import aggregate
from lakehouse.schemas import column, quote, schema_of, spark_type
from lakehouse.tables import TableRef, read
from lakehouse.text import trimmed, without_markers
from lakehouse.text_files import BROKEN_LINE, ReadOptions, csv_text, json_rows
from synth.table.errors import InputError

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


def fingerprint(spark: SparkSession, source: str) -> str:
    """What changes when the source does: a Delta version, or a hash over the list of files."""
    return look(spark, source).fingerprint


def read_source(spark: SparkSession, source: str, options: ReadOptions) -> Source:
    """Read a file, a folder or a table; InputError names what is missing, empty or unsupported.

    Text files cost one scan to infer types and find broken lines, and a second one where types are
    declared; Parquet and tables cost none.
    """
    found = look(spark, source)
    if found.kind == "csv":
        text = csv_text(spark, found, options)
        result = _typed(text, found, options, candidates=TEXT_TYPES)
    elif found.kind == "json":
        result = _typed(json_rows(spark, found, options), found, options, candidates=TIME_TYPES)
    else:
        frame = (
            spark.read.parquet(*found.paths)
            if found.kind == "parquet"
            else read(spark, TableRef(source, found.version))
        )
        if frame.isEmpty():
            raise InputError(f"{source} has no rows")
        result = Source(frame, found.kind, 0, found.version, found.fingerprint, [])
    return _supported(result, source, options)


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
        if "header does not conform" in str(error):
            raise InputError(
                f"the files of {found.source} have different headers: give each the columns "
                f"{', '.join(map(repr, names))}, in this order"
            ) from error
        raise
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
    """Refuse or leave out columns that cannot be synthesised."""
    unsupported = schema_of(source.frame).unsupported
    if not unsupported:
        return source
    listed = ", ".join(f"{c.name!r} ({c.type})" for c in unsupported)
    if options.unsupported == "refuse":
        raise InputError(
            f"{name} has columns of types that cannot be synthesised: {listed}; leave them out of "
            f"it, or set ingest.unsupported_columns: drop"
        )
    left_out = {c.name for c in unsupported}
    kept = [quote(c) for c in source.frame.columns if c not in left_out]
    if not kept:
        raise InputError(f"{name} has no column that can be synthesised: it has {listed}")
    notes = [*source.notes, f"left out, as their types cannot be synthesised: {listed}"]
    return replace(source, frame=source.frame.select(kept), notes=notes)
