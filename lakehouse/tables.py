"""Delta tables: a pinned version to read, one idempotent commit to write."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame, DataFrameWriterV2, Row, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from lakehouse.declarations import NOTHING, Declared, clustering_of, read_declared
from lakehouse.definitions import Definition, alter_properties, create, redefine, settle
from lakehouse.replacing import described, replacing, takes_steps
from lakehouse.schemas import quote
from synth.table.errors import InputError

APP_ID = "app_id"  # the key in a commit's userMetadata by which a commit is found again
OWN = "lakesynth.own"  # the property of tables that may be overwritten
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:/")
_NAME_PART = re.compile(r"`((?:[^`]|``)+)`|([^.`]+)")
_NO_TABLE = (
    "DELTA_MISSING_DELTA_TABLE",
    "DELTA_ONLY_OPERATION",
    "DELTA_PATH_DOES_NOT_EXIST",
    "DELTA_SCHEMA_NOT_SET",
    "DELTA_TABLE_NOT_FOUND",
    "DELTA_TABLE_ONLY_OPERATION",
    "EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE",
    "EXPECT_TABLE_NOT_VIEW.USE_ALTER_VIEW",
    "PATH_NOT_FOUND",
    "SCHEMA_NOT_FOUND",
    "TABLE_OR_VIEW_NOT_FOUND",
)


class TableNotFound(InputError):
    """There is no Delta table of this name."""


class VersionNotFound(InputError):
    """The table no longer has, or never had, the version asked for."""


class ForeignTable(InputError):
    """An overwrite would take the place of rows that somebody else has written."""


class WriteSkipped(InputError):
    """Delta took a write for one that was done before, and its commit cannot be found."""


@dataclass(frozen=True)
class TableRef:
    """A table at a version; reading it twice gives the same rows. None is the newest version.

    ``name`` is a folder (``./lake/t``, ``s3a://...``) or ``catalog.schema.table``. ``rows`` is how
    many there are, where the commit that made the version has said so; see :func:`count_rows`.
    """

    name: str
    version: int | None = None
    rows: int | None = field(default=None, compare=False)

    def __str__(self) -> str:
        """The name, with the version where one is pinned."""
        return self.name if self.version is None else f"{self.name} (version {self.version})"

    def to_json(self) -> dict[str, Any]:
        """Name and version."""
        return {"name": self.name, "version": self.version}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> TableRef:
        """What :meth:`to_json` wrote."""
        return cls(str(data["name"]), data["version"])


def is_path(name: str) -> bool:
    """Whether a table's name is a folder rather than a name in a catalog."""
    return (
        "/" in name
        or bool(_SCHEME.match(name))
        or name.startswith((".", "file:", "dbfs:"))
        or (Path(name).is_dir())
    )


def sql_name(name: str) -> str:
    """The table's name as SQL takes it."""
    if is_path(name):
        # Delta takes a relative path for a table of that name.
        absolute = name if _SCHEME.match(name) else str(Path(name).absolute())
        return f"delta.{quote(absolute)}"
    parts = [quoted.replace("``", "`") or plain for quoted, plain in _NAME_PART.findall(name)]
    if not parts:
        raise InputError(f"{name!r} names no table: give a folder or catalog.schema.table")
    return ".".join(map(quote, parts))


def read(spark: SparkSession, ref: TableRef) -> DataFrame:
    """The table's rows at the version of ``ref``; its names, types and nullability are kept.

    TableNotFound or VersionNotFound name the table and the way out, also where the version is
    still listed but its files were vacuumed. No Spark job.
    """
    table = sql_name(ref.name)
    try:
        if ref.version is None:
            frame = spark.sql(f"SELECT * FROM {table}")
        else:
            frame = _at_version(spark, table, ref.version)
            if _has_version(spark, table, ref.version + 1):
                _require_files(spark, frame)
    except AnalysisException as error:
        raise _read_failure(spark, ref, error) from error
    except Exception as error:
        # Deleted beside a session that knows it: Java's own error arrives as it is.
        if "java.io.FileNotFoundException" not in str(error):
            raise
        raise TableNotFound(
            f"no Delta table at {ref.name}: its files were deleted; run the stage that writes it"
        ) from error
    return frame


def is_readable(spark: SparkSession, ref: TableRef) -> bool:
    """Whether the table has this version, and all files of it; reads none of them.

    The files are looked for because a session goes on knowing a table that has been deleted.
    """
    try:
        _require_files(spark, read(spark, ref))
    except (AnalysisException, InputError):
        return False
    return True


def _at_version(spark: SparkSession, table: str, version: int) -> DataFrame:
    frame = spark.sql(f"SELECT * FROM {table} VERSION AS OF {int(version)}")
    _ = frame.schema  # on Connect nothing is resolved before this
    return frame


def _has_version(spark: SparkSession, table: str, version: int) -> bool:
    """Whether the table has this version; costs much less than its history."""
    try:
        _at_version(spark, table, version)
    except AnalysisException as error:
        if error.getCondition() == "DELTA_VERSION_NOT_FOUND":
            return False
        raise
    return True


def _require_files(spark: SparkSession, frame: DataFrame) -> None:
    """Raise AnalysisException where a file of an older version was vacuumed; reads no file."""
    files = list(frame.inputFiles())  # on Connect it is no list, and load() wants one
    if files:
        _ = spark.read.format("binaryFile").load(files).schema


def _read_failure(spark: SparkSession, ref: TableRef, error: AnalysisException) -> InputError:
    newest = current_version(spark, ref.name)
    if newest is None:
        return TableNotFound(
            f"no Delta table at {ref.name}: check the name, or run the stage that writes it"
        )
    if ref.version is None:
        return InputError(f"table {ref.name} cannot be read: {_first_line(error)}")
    return VersionNotFound(
        f"table {ref.name} cannot be read at version {ref.version} (the newest is {newest}): it "
        f"never existed or was vacuumed; start a new run (--fresh), and keep versions longer by "
        f"the table property delta.deletedFileRetentionDuration"
    )


def current_version(spark: SparkSession, name: str) -> int | None:
    """The table's newest version; None where there is no Delta table."""
    newest = _described(spark, name, "HISTORY", "LIMIT 1")
    return None if newest is None else int(newest["version"])


def detail_of(spark: SparkSession, name: str) -> Row | None:
    """What Delta says of the table as it is; None where there is no Delta table."""
    found = _described(spark, name, "DETAIL")
    return None if found is None or found["format"] != "delta" else found


def _described(spark: SparkSession, name: str, what: str, limit: str = "") -> Row | None:
    """The first row of DESCRIBE HISTORY or DETAIL; None where there is no Delta table."""
    try:
        return spark.sql(f"DESCRIBE {what} {sql_name(name)} {limit}").first()
    except AnalysisException as error:
        if error.getCondition() in _NO_TABLE:
            return None
        raise InputError(
            f"table {name} cannot be looked up: give a folder, schema.table, or "
            f"catalog.schema.table of a catalog that the session has ({_first_line(error)})"
        ) from error


def write(
    frame: DataFrame,
    name: str,
    *,
    app_id: str,
    mode: Literal["overwrite", "append"] = "overwrite",
    metadata: Mapping[str, Any] | None = None,
    properties: Mapping[str, str] | None = None,
    comment: str | None = None,
    column_comments: Mapping[str, str] | None = None,
    declared: Declared | None = None,
) -> TableRef:
    """Write the frame in one commit, at most once for each ``app_id``, and return that version.

    A commit of this ``app_id`` in the table's history is returned as it is; nothing is written
    then. Schema, nullability, properties and comments are set before the rows or, of a new table,
    with them, so that no reader meets rows without them. Only an overwrite that changes the schema
    leaves the table empty for the time of the write: Delta cannot replace columns that are NOT NULL
    together with the rows. ``metadata`` goes into the commit, ``declared`` has more to say of the
    table (see :class:`Definition`). ForeignTable where an overwrite would replace rows that were
    not written here.
    """
    spark, declared = frame.sparkSession, declared or NOTHING
    detail = detail_of(spark, name)
    done = None if detail is None else find_commit(spark, name, app_id, mode)
    if done is None:
        own = {OWN: "true", **(properties or {})}
        comments = dict(column_comments or {})
        definition = Definition(frame.schema, own, comment, comments, declared)
        if detail is not None and mode == "overwrite":
            require_written_here(spark, name, detail)
        said = metadata or {}
        if detail is None and mode == "overwrite" and _is_plain(definition):
            writer = writer_of(described(frame, definition), name, app_id=app_id, metadata=said)
            replacing(writer, definition, ()).createOrReplace()
        else:
            if detail is None:
                create(spark, sql_name(name), definition)
            else:
                redefine(spark, sql_name(name), definition, replace=mode == "overwrite")
            _commit_rows(frame, name, app_id=app_id, mode=mode, metadata=said)
        done = require_commit(spark, name, app_id, mode)
    settle(spark, sql_name(name), declared, clustering_after(detail, frame, declared))
    return done


def _is_plain(definition: Definition) -> bool:
    """Whether one statement makes the table whole, and nothing may be refused of it."""
    plain = definition.declared == NOTHING
    return plain and not takes_steps(definition.schema, definition.declared)


def clustering_after(detail: Row | None, frame: DataFrame, declared: Declared) -> tuple[str, ...]:
    """The clustering that the table is to have: as declared, else as it had before the write."""
    if declared != NOTHING or detail is None:
        return declared.clustered_by
    columns = clustering_of(detail)
    return columns if set(columns) <= set(frame.columns) else ()


def define(
    spark: SparkSession,
    name: str,
    schema: T.StructType,
    *,
    properties: Mapping[str, str],
    comment: str | None = None,
    column_comments: Mapping[str, str] | None = None,
    declared: Declared,
) -> Declared:
    """Create the table, without rows, as :func:`write` would; one that exists stays as it is.

    Returns what the table then declares: less than was asked where the session's Delta refuses it.
    """
    if detail_of(spark, name) is None:
        own = {OWN: "true", **properties}
        definition = Definition(schema, own, comment, dict(column_comments or {}), declared)
        create(spark, sql_name(name), definition)
    return read_declared(spark, sql_name(name))


def require_own(spark: SparkSession, name: str) -> None:
    """ForeignTable where the table exists, has rows, and was not written by :func:`write`."""
    detail = detail_of(spark, name)
    if detail is not None:
        require_written_here(spark, name, detail)


def require_written_here(spark: SparkSession, name: str, detail: Row) -> None:
    """ForeignTable where the table with this detail has rows that were not written here."""
    if detail["properties"].get(OWN) == "true" or detail["numFiles"] == 0:
        return
    table = sql_name(name)
    # Earlier versions did not set the property, and the history forgets after 30 days.
    ours = F.get_json_object("userMetadata", f"$.{APP_ID}").isNotNull()
    if spark.sql(f"DESCRIBE HISTORY {table}").where(ours).limit(1).count():
        return
    raise ForeignTable(
        f"table {name} exists, and it was not Lakesynth that wrote it: its rows would be replaced. "
        f"Choose another lake (--lake) or table name (--set table=NAME), or give it over: ALTER "
        f"TABLE {table} SET TBLPROPERTIES ('{OWN}' = 'true')"
    )


def _commit_rows(
    frame: DataFrame, name: str, *, app_id: str, mode: str, metadata: Mapping[str, Any]
) -> None:
    writer = writer_of(frame, name, app_id=app_id, metadata=metadata)
    if mode == "append":
        writer.append()
    else:
        writer.overwrite(F.lit(True))


def writer_of(
    frame: DataFrame, name: str, *, app_id: str, metadata: Mapping[str, Any]
) -> DataFrameWriterV2:
    """A writer whose commit is done once, and is found again by its ``app_id``."""
    return (
        # Not DataFrameWriter: its saveAsTable would replace a catalog table and lose NOT NULL.
        frame.writeTo(sql_name(name))
        .option("txnAppId", app_id)
        .option("txnVersion", "1")
        .option("userMetadata", json.dumps({**metadata, APP_ID: app_id}, sort_keys=True))
    )


def require_commit(spark: SparkSession, name: str, app_id: str, mode: str) -> TableRef:
    """The commit of this ``app_id`` that was just made; WriteSkipped where there is none."""
    done = find_commit(spark, name, app_id, mode)
    if done is None:
        raise WriteSkipped(
            f"table {name}: Delta skipped the write {app_id!r} as done before, but its commit is "
            f"not in the history (kept for 30 days): start a new run (--fresh)"
        )
    return done


def find_commit(spark: SparkSession, name: str, app_id: str, mode: str) -> TableRef | None:
    """The version that the write of this ``app_id`` made, None if the history has none.

    After an overwrite, and after a first append to an empty table that was created here, the rows
    are those that the commit has written, and it says how many (``operationMetrics``, which can be
    switched off); after another append there are others.
    """
    own = F.get_json_object("userMetadata", f"$.{APP_ID}") == F.lit(app_id)
    commits = spark.sql(f"DESCRIBE HISTORY {sql_name(name)}").select(
        "version", "operation", "operationMetrics", F.coalesce(own, F.lit(False)).alias("own")
    )
    first_and_own = commits.where("own OR version = 0").collect()
    found = [commit for commit in first_and_own if commit["own"]]
    if not found:
        return None
    newest = max(found, key=lambda commit: int(commit["version"]))
    version = int(newest["version"])
    created = any(commit["operation"] == "CREATE TABLE" for commit in first_and_own)
    alone = mode == "overwrite" or (created and version == 1)
    written = (newest["operationMetrics"] or {}).get("numOutputRows")
    return TableRef(name, version, int(written) if alone and written is not None else None)


def properties(spark: SparkSession, name: str) -> dict[str, str]:
    """The table's properties; TableNotFound where there is no Delta table."""
    detail = detail_of(spark, name)
    if detail is None:
        raise TableNotFound(f"no Delta table at {name}: check the name")
    return dict(detail["properties"])


def set_properties(spark: SparkSession, name: str, changes: Mapping[str, str]) -> None:
    """Set some of the table's properties in one commit; TableNotFound as of :func:`properties`."""
    properties(spark, name)
    alter_properties(spark, sql_name(name), changes)


def count_rows(spark: SparkSession, ref: TableRef) -> int:
    """The number of rows, as the commit has said, or as Delta counts from its log where it can."""
    return read(spark, ref).count() if ref.rows is None else ref.rows


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]
