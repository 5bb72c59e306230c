"""What a Delta table's own log says of its metadata at a version: more than a frame's schema tells.

A frame does not show how a column is generated, nor identity columns, and ``SHOW CREATE TABLE`` is
not to be had for every Delta. Files of the log are read as files (Delta protocol, "Delta Log
Entries": https://github.com/delta-io/delta/blob/master/PROTOCOL.md), which also works on Connect.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from pyspark.sql import Row, SparkSession

from synth.table.errors import InputError

_COMMIT = re.compile(r"(\d{20})\.json")
_CHECKPOINT = re.compile(r"(\d{20})\.checkpoint\..*(json|parquet)")
_CLUSTERING = "delta.clustering"
_ACTIONS = (
    "metaData struct<description string, schemaString string, partitionColumns array<string>, "
    "configuration map<string,string>>, "
    "domainMetadata struct<domain string, configuration string, removed boolean>"
)

NO_PATTERNS = {"__globPaths__": "false"}  # a folder may be called t[1]


class LogNotReadable(InputError):
    """The log's files cannot be read from here, or lack the version."""


@dataclass(frozen=True)
class Metadata:
    """The table's metadata at a version; ``schema`` is JSON as Spark writes it.

    ``clustered_by`` has the columns' physical names, which column mapping tells from the logical.
    """

    schema: str
    comment: str | None
    partitioned_by: tuple[str, ...]
    clustered_by: tuple[str, ...]
    properties: dict[str, str]


def read_metadata(spark: SparkSession, folder: str, version: int) -> Metadata:
    """The metadata that holds at ``version`` of the table in ``folder``; LogNotReadable if not.

    One listing of the log, and a read of its last checkpoint and the commits after that.
    """
    log = f"{folder.rstrip('/')}/_delta_log"
    reader = spark.read.format("binaryFile").options(**NO_PATTERNS)
    listed = reader.option("pathGlobFilter", "*.{json,parquet}").load(log)
    commits, checkpoint = _files_of(version, (row.path for row in listed.select("path").collect()))
    rows = _actions(spark, "json", [path for path in [*commits, *checkpoint] if _is_json(path)])
    rows += _actions(spark, "parquet", [path for path in checkpoint if not _is_json(path)])
    in_order = sorted(rows, key=lambda row: _version_of(row.file_name))
    metadata = [row.metaData for row in in_order if row.metaData is not None]
    if not metadata:
        raise LogNotReadable(f"the log in {log} has no metadata up to version {version}")
    domains = [row.domainMetadata for row in in_order if row.domainMetadata is not None]
    return Metadata(
        metadata[-1].schemaString,
        metadata[-1].description,
        tuple(metadata[-1].partitionColumns or ()),
        _clustering(domains[-1]) if domains else (),
        dict(metadata[-1].configuration or {}),
    )


def _files_of(version: int, paths: Iterable[str]) -> tuple[list[str], list[str]]:
    """The commits to be read, and the parts of the checkpoint before them."""
    by_name = {path.rsplit("/", 1)[-1]: path for path in paths}
    commits = {int(m[1]): path for name, path in by_name.items() if (m := _COMMIT.fullmatch(name))}
    parts: dict[int, list[str]] = {}
    for name, path in by_name.items():
        found = _CHECKPOINT.fullmatch(name)
        if found and int(found[1]) <= version:
            parts.setdefault(int(found[1]), []).append(path)
    last = max(parts, default=-1)
    needed = range(last + 1, version + 1)
    lacking = [number for number in needed if number not in commits]
    if lacking:  # cleaned up, or kept by a catalog and not in the folder yet
        raise LogNotReadable(f"the log lacks version {lacking[0]}")
    return [commits[number] for number in needed], parts.get(last, [])


def _actions(spark: SparkSession, kind: str, paths: list[str]) -> list[Row]:
    """The actions of files that say what the table is, each with the file that it is from."""
    if not paths:
        return []
    actions = spark.read.schema(_ACTIONS).options(**NO_PATTERNS).format(kind).load(paths)
    found = actions.select("metaData", "domainMetadata", "_metadata.file_name")
    wanted = f"metaData.schemaString IS NOT NULL OR domainMetadata.domain = '{_CLUSTERING}'"
    return [_without_empty(row) for row in found.where(wanted).collect()]


def _without_empty(row: Row) -> Row:
    """The row with None for a struct of nulls only."""
    metadata, domain = row.metaData, row.domainMetadata
    return Row(
        metaData=metadata if metadata is not None and metadata.schemaString else None,
        domainMetadata=domain if domain is not None and domain.domain == _CLUSTERING else None,
        file_name=row.file_name,
    )


def _clustering(domain: Row) -> tuple[str, ...]:
    """The columns of a clustering; those inside a struct by their whole path."""
    if domain.removed:
        return ()
    columns = json.loads(domain.configuration)["clusteringColumns"]
    return tuple(".".join(path) for path in columns)


def _is_json(path: str) -> bool:
    return path.endswith(".json")


def _version_of(file_name: str) -> tuple[int, bool]:
    """The version of a file; the commit of a version comes after a checkpoint of it."""
    return int(file_name[:20]), _COMMIT.fullmatch(file_name) is not None
