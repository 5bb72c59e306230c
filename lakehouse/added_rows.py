"""Rows that were added to a Delta table after a version, without reading those that it had.

The log names the files that each commit added, and these are read alone. Where the log does not
answer (rows were rewritten, or its folder is closed to us) the change data feed does, if the table
keeps one.
"""

from __future__ import annotations

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from lakehouse.commits import read_commits
from lakehouse.data_files import read_files, stored_structure, structure
from lakehouse.schemas import quote
from lakehouse.tables import (
    TableNotFound,
    VersionNotFound,
    current_version,
    detail_of,
    sql_name,
)
from lakehouse.transaction_log import read_metadata
from synth.table.errors import InputError

_MAPPING = "delta.columnMapping.mode"
_FEED = "delta.enableChangeDataFeed"
_WHOLE = "profile the whole table instead"


class _Untold(Exception):
    """Why the log does not tell the added rows; the change data feed may."""


def rows_added(spark: SparkSession, name: str, since: int, until: int) -> DataFrame:
    """The rows that were added to the table after version ``since``, up to ``until``.

    Names and types are the table's; every column may be null. Compaction adds no row. InputError
    names the version that deleted, updated or replaced rows, unless the change data feed was on
    and tells that rows were only inserted; another one where the range is none, its log has
    expired, its files were vacuumed, or the columns changed in it. Jobs read the log, and at most
    the feed's kinds of changes; no value is read before the frame is.
    """
    folder = _require_range(spark, name, since, until)
    if since == until:
        return _at_version(spark, name, until).where("false")
    try:
        return _from_files(spark, name, folder, since, until)
    except _Untold as reason:
        return _from_feed(spark, name, since, until, reason)


def _require_range(spark: SparkSession, name: str, since: int, until: int) -> str:
    """The table's folder; InputError where it has no such versions."""
    newest, detail = current_version(spark, name), detail_of(spark, name)
    if newest is None or detail is None:
        raise TableNotFound(f"no Delta table at {name}: check the name")
    if not 0 <= since <= until:
        raise InputError(
            f"table {name}: no rows can have been added after version {since} up to version "
            f"{until}: begin with a version from 0 to {until}"
        )
    if until > newest:
        raise VersionNotFound(
            f"table {name} has no version {until}, the newest is {newest}: give one that it has; "
            f"if the table was made anew since then, {_WHOLE}"
        )
    return str(detail["location"])


def _at_version(spark: SparkSession, name: str, version: int) -> DataFrame:
    return spark.sql(f"SELECT * FROM {sql_name(name)} VERSION AS OF {int(version)}")


def _from_files(spark: SparkSession, name: str, folder: str, since: int, until: int) -> DataFrame:
    """By the files that the log names; _Untold where it does not tell."""
    try:
        commits = read_commits(spark, folder, since, until)
        metadata = read_metadata(spark, folder, until)
        before = read_metadata(spark, folder, since) if commits.schemas else metadata
    except Exception as error:  # no right on the folder arrives as Java's, Hadoop's or Connect's
        raise _Untold(f"the log of versions {since} to {until} has expired or is closed") from error
    if commits.removed is not None:
        raise _Untold(f"{commits.removed} removed or rewrote rows")
    for schema in (before.schema, *commits.schemas):
        _require_same(name, since, until, structure(schema), structure(metadata.schema))
    if commits.hidden is not None:
        raise _Untold(f"{commits.hidden} added files some of whose rows are marked as deleted")
    if metadata.properties.get(_MAPPING) == "id":  # files may call the columns anything
        raise _Untold(f"files tell columns by number ({_MAPPING} = id)")
    try:
        return read_files(spark, commits.added, metadata)
    except Exception as error:
        raise _Untold(f"files added after version {since} were vacuumed or are closed") from error


def _require_same(
    name: str, since: int, until: int, before: T.StructType, after: T.StructType
) -> None:
    """InputError where names or types of columns, or their names in files, differ."""
    same_in_files = stored_structure(before) == stored_structure(after)
    if before.simpleString() == after.simpleString() and same_in_files:
        return
    one, other = ({f.name: f.dataType.simpleString() for f in k.fields} for k in (before, after))
    changed = [column for column in one | other if one.get(column) != other.get(column)]
    raise InputError(
        f"table {name}: columns changed between version {since} and version {until} "
        f"({', '.join(map(repr, changed)) or 'one was made anew, or they were moved'}): {_WHOLE}"
    )


def _from_feed(
    spark: SparkSession, name: str, since: int, until: int, untold: _Untold
) -> DataFrame:
    """By the change data feed, where it has all versions of the range and insertions alone."""
    feed = spark.read.option("readChangeFeed", "true")
    feed = feed.option("startingVersion", since + 1).option("endingVersion", until)
    try:
        changes = feed.table(sql_name(name))
        others = changes.where("_change_type <> 'insert'")
        first = others.agg(F.min("_commit_version").alias("version")).collect()[0].version
        before, after = (_at_version(spark, name, version).schema for version in (since, until))
    except Exception as error:  # vacuumed files and gaps in the log arrive as Java's
        raise InputError(_refusal(name, untold, error)) from error
    if first is not None:
        raise InputError(
            f"table {name}: version {first} deleted or changed rows, by the change data feed, and "
            f"a stored state cannot subtract them: {_WHOLE}"
        )
    _require_same(name, since, until, before, after)
    return changes.select(*map(quote, after.fieldNames()))


def _refusal(name: str, untold: _Untold, error: Exception) -> str:
    """Why neither the log nor the feed tells which rows were added, and the way out."""
    missing = "DELTA_MISSING_CHANGE_DATA" in str(error)
    feed = "was not on for all of these versions" if missing else "cannot be read either"
    return (
        f"table {name}: {untold}, and a stored state can only be added to; its change data feed "
        f"{feed}: {_WHOLE} (with the table property {_FEED} = true, what later versions insert is "
        f"told even where they rewrite files)"
    )
