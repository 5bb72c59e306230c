"""What lies at a source: which files, of which kind, and what tells one content from another."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from pyspark.errors import AnalysisException
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from lakehouse.tables import current_version, is_path, sql_name
from synth.table.errors import InputError

Kind = Literal["csv", "json", "parquet", "delta", "table", "view"]
_KINDS: dict[str, Kind] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".data": "csv",
    ".json": "json",
    ".jsonl": "json",
    ".ndjson": "json",
    ".parquet": "parquet",
    ".pq": "parquet",
}
_COMPRESSED = (".gz", ".bz2", ".zst", ".lz4", ".snappy")
_PACKED = (".zip", ".7z", ".rar", ".tar", ".tgz", ".xlsx", ".xls")


_DEFINITION = ("View Text", "View Catalog and Namespace")  # of DESCRIBE TABLE EXTENDED
_NAMED = 3  # files that a note names


@dataclass(frozen=True)
class File:
    """A file of a source, as its file system lists it; ``place`` is its path below the source."""

    path: str
    size: int
    modified: str
    place: str


@dataclass(frozen=True)
class Listing:
    """What a source is: a table with its version, files of one kind, or a view.

    A view is any table of the catalog that is none of Delta's; ``definition`` and
    ``read_files`` tell its content.
    """

    source: str
    kind: Kind
    version: int | None = None
    files: tuple[File, ...] = ()
    definition: tuple[str, ...] = ()
    read_files: tuple[str, ...] = ()

    @property
    def fingerprint(self) -> str:
        """The table's version, or a hash of each file's place, size and time of change."""
        if self.version is not None:
            return f"version {self.version}"
        digest = hashlib.blake2b(digest_size=16)
        told = [part for f in self.files for part in (f.place, str(f.size), f.modified)]
        for part in (*told, *self.definition, *self.read_files):
            digest.update(f"{len(part)}:{part}".encode())
        return digest.hexdigest()

    @property
    def paths(self) -> list[str]:
        """The addresses of the files."""
        return [file.path for file in self.files]


def look(spark: SparkSession, source: str) -> Listing:
    """Find out what a source is; InputError where there is nothing, or nothing that can be read."""
    here = Path(source)
    if here.exists():
        if (here / "_delta_log").is_dir():
            version = current_version(spark, source)
            if version is None:
                raise InputError(
                    f"{source} cannot be read: its folder _delta_log holds no commit; restore it, "
                    "or remove it to have the folder's files read as they are"
                )
            return Listing(source, "delta", version)
        return local_listing(source)
    version = current_version(spark, source)
    if version is not None:
        return Listing(source, "delta" if is_path(source) else "table", version)
    if "/" in source and ":/" in source:
        return _files_listing(source, _remote_files(spark, source))
    if not is_path(source) and spark.catalog.tableExists(source):
        return _view(spark, source)
    raise InputError(nothing_found(source))


def _view(spark: SparkSession, source: str) -> Listing:
    """A view, or a table of another format; its definition and its files, no row of it."""
    name = sql_name(source)
    told = spark.sql(f"DESCRIBE TABLE EXTENDED {name}").collect()
    words = [row.data_type for row in told if row.col_name in _DEFINITION]
    files = sorted(spark.sql(f"SELECT * FROM {name}").inputFiles())
    return Listing(source, "view", definition=tuple(words), read_files=tuple(files))


def nothing_found(source: str) -> str:
    """What is said of a source that is not there."""
    return (
        f"nothing found at {source}: give a CSV, JSON or Parquet file or folder, the folder of a "
        "Delta table, or catalog.schema.table"
    )


def local_listing(source: str) -> Listing:
    """The files at a place on this machine; no Spark. InputError for none, or of several kinds."""
    return _files_listing(source, _local_files(Path(source)))


def lacking_note(name: str, lacking: Sequence[str], files: int) -> str:
    """What is said of a column that some of the files lack."""
    named, more = ", ".join(lacking[:_NAMED]), len(lacking) - _NAMED
    others = f"{named} and {more:,} more" if more > 0 else named
    return (
        f"column {name!r} is in {files - len(lacking):,} of {files:,} files, and null in the rows "
        f"of the others ({others})"
    )


def _files_listing(source: str, files: list[File]) -> Listing:
    if not files:
        raise InputError(f"{source} holds no file to read")
    found = {kind_of(file.path): file.path for file in files}
    if len(found) > 1:
        raise InputError(
            f"{source} holds files of several kinds ({', '.join(sorted(found.values()))}): "
            f"give one file, or a folder of one kind"
        )
    return Listing(source, next(iter(found)), files=tuple(files))


def kind_of(path: str) -> Kind:
    """The kind of a file by its suffix; InputError for an archive or an unknown one."""
    name = Path(path).name.lower()
    packed = next((suffix for suffix in _PACKED if name.endswith(suffix)), None)
    if packed or ".tar." in name:
        what = "save it as CSV first" if packed in (".xlsx", ".xls") else "unpack it first"
        raise InputError(f"{path} is an archive or a workbook: {what}")
    for suffix in _COMPRESSED:
        name = name.removesuffix(suffix)
    kind = _KINDS.get(Path(name).suffix)
    if kind is None:
        raise InputError(
            f"{path} has no suffix that tells what it is: use one of {', '.join(_KINDS)}, "
            f"for text also followed by {', '.join(_COMPRESSED)}"
        )
    return kind


def _local_files(source: Path) -> list[File]:
    found = [source] if source.is_file() else sorted(source.rglob("*"))
    files = []
    for path in found:
        hidden = any(part[0] in "._" for part in path.relative_to(source).parts)
        if path.is_file() and not hidden:  # Spark passes over hidden files too
            stat = path.stat()
            place = path.name if path == source else path.relative_to(source).as_posix()
            files.append(File(str(path.absolute()), stat.st_size, str(stat.st_mtime_ns), place))
    return files


def _remote_files(spark: SparkSession, source: str) -> list[File]:
    """The files under an address of object storage; their contents are not read."""
    try:
        listed = (
            spark.read.format("binaryFile")
            .option("recursiveFileLookup", "true")
            .load(source)
            .select("path", "length", F.col("modificationTime").cast("string").alias("modified"))
        )
        return sorted(
            (
                File(row.path, row.length, row.modified, _place(row.path, source))
                for row in listed.collect()
            ),
            key=lambda file: file.path,
        )
    except AnalysisException as error:
        raise InputError(f"nothing found at {source}: check the address") from error


def _place(address: str, source: str) -> str:
    """The path of a file below the source, as plain text."""
    path, root = unquote(urlsplit(address).path), unquote(urlsplit(source).path).rstrip("/")
    below = path.removeprefix(f"{root}/")
    return Path(path).name if below == path else below
