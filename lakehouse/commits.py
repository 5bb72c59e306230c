"""What the commits of a Delta table did to its rows, from the files of its log.

A commit names the files whose rows it added and those whose rows it took away; files that were
only written anew (OPTIMIZE) say so (Delta protocol, "Add File and Remove File":
https://github.com/delta-io/delta/blob/master/PROTOCOL.md). Read as files, which also works on
Connect.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from pyspark.sql import Row, SparkSession
from pyspark.sql import functions as F

from lakehouse.transaction_log import NO_PATTERNS, LogNotReadable

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|/")
_ACTIONS = (
    "add struct<path string, partitionValues map<string,string>, dataChange boolean, "
    "deletionVector struct<storageType string>>, "
    "remove struct<path string, dataChange boolean>, "
    "metaData struct<schemaString string>, "
    "commitInfo struct<operation string>"
)

# Files are read that are named here and no others: none may be left out, and what stands in a
# folder's name is no column.
AS_NAMED = {
    **NO_PATTERNS,
    "recursiveFileLookup": "true",
    "ignoreMissingFiles": "false",
    "ignoreCorruptFiles": "false",
}


@dataclass(frozen=True)
class Change:
    """A version and the operation that made it, as the table's history names it."""

    version: int
    operation: str

    def __str__(self) -> str:
        """As in ``version 7 (DELETE)``."""
        return f"version {self.version} ({self.operation})"


@dataclass(frozen=True)
class AddedFile:
    """A Parquet file whose rows a commit added; ``path`` is whole, and without percent signs.

    The partition's values are texts by the columns' physical names; None is null.
    """

    path: str
    partition: Mapping[str, str | None]


@dataclass(frozen=True)
class Commits:
    """What the commits after one version up to another did to the rows.

    ``removed`` is the first that took rows away, ``hidden`` the first that added files some of
    whose rows do not count (deletion vectors); ``schemas`` are those that commits set, as JSON.
    """

    added: tuple[AddedFile, ...]
    removed: Change | None
    hidden: Change | None
    schemas: tuple[str, ...]


def read_commits(spark: SparkSession, folder: str, since: int, until: int) -> Commits:
    """The commits after version ``since`` up to ``until`` of the table in ``folder``.

    LogNotReadable, or Spark's or the storage's own error, where the log lacks one of them or cannot
    be read. One job; the names of the added files come to the driver, nothing of their rows.
    """
    rows = _actions(spark, folder, since, until)
    operations = {
        _version(row): row.commitInfo.operation or "unnamed"
        for row in rows
        if row.commitInfo is not None
    }

    def first(versions: Sequence[int]) -> Change | None:
        version = min(versions, default=None)
        return None if version is None else Change(version, operations.get(version, "unnamed"))

    added = [row for row in rows if row.add is not None and _changes(row.add)]
    files = {_whole(folder, row.add.path): dict(row.add.partitionValues or {}) for row in added}
    removed = [row for row in rows if row.remove is not None and _changes(row.remove)]
    hidden = [row for row in added if row.add.deletionVector is not None]
    return Commits(
        tuple(AddedFile(path, partition) for path, partition in files.items()),
        first([_version(row) for row in removed]),
        first([_version(row) for row in hidden]),
        tuple(row.metaData.schemaString for row in rows if row.metaData is not None),
    )


def _actions(spark: SparkSession, folder: str, since: int, until: int) -> list[Row]:
    """The actions of the commits in their order, each with the file that it is from."""
    log = f"{folder.rstrip('/')}/_delta_log"
    commits = [f"{log}/{version:020d}.json" for version in range(since + 1, until + 1)]
    reader = spark.read.schema(_ACTIONS).options(**AS_NAMED)
    actions = reader.json(commits).select("*", F.col("_metadata.file_name").alias("file_name"))
    rows = sorted(actions.collect(), key=_version)
    found = {_version(row) for row in rows}  # Spark passes over a missing file of some names
    lacking = [version for version in range(since + 1, until + 1) if version not in found]
    if lacking:
        raise LogNotReadable(f"the log in {log} lacks version {lacking[0]}")
    return rows


def _version(row: Row) -> int:
    return int(row.file_name[:20])


def _changes(action: Row) -> bool:
    """Whether rows came or went: not where the same rows were only written anew."""
    return action.dataChange is not False


def _whole(folder: str, path: str) -> str:
    """The file's whole path; the log has it relative to the table's folder, percent-encoded."""
    decoded = unquote(path)
    return decoded if _ABSOLUTE.match(path) else f"{folder.rstrip('/')}/{decoded}"
