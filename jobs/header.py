"""What a seed's own first bytes say, before Spark starts: the names of its columns."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from jobs.config import Config
from lakehouse.listing import Listing, local_listing
from lakehouse.partitions import Partitions
from lakehouse.text_files import DELIMITERS

_START = 1 << 20  # bytes in which a header ends


def known_columns(config: Config) -> tuple[str, ...] | None:
    """The columns of a seed that lies on this machine as CSV or Parquet files, else None.

    None also where the first bytes do not tell, as where files of a folder differ or structs are
    learned by their fields: ingest says what there is. InputError for files of several kinds and
    of none.
    """
    folder = Path(config.seed)
    if not folder.exists() or (folder / "_delta_log").is_dir():
        return None
    found = local_listing(config.seed)
    try:
        own = _parquet(config, found) if found.kind == "parquet" else _csv(config, found)
    except (OSError, UnicodeError, csv.Error, pa.ArrowException, LookupError):
        return None  # ingest refuses it in its own words
    if own is None:
        return None
    parts = Partitions.of(found.source, [file.place for file in found.files])
    return (*own, *parts.names)


def _parquet(config: Config, found: Listing) -> tuple[str, ...] | None:
    schemas = [pq.read_schema(path) for path in found.paths]
    by_fields = config.ingest.unsupported_columns == "fields"
    if by_fields and any(pa.types.is_struct(kind) for schema in schemas for kind in schema.types):
        return None
    return tuple(dict.fromkeys(name for schema in schemas for name in schema.names))


def _csv(config: Config, found: Listing) -> tuple[str, ...] | None:
    if found.kind != "csv" or not config.ingest.header:
        return None
    names = dict.fromkeys(name for path in found.paths for name in _header(config, path))
    return tuple(names)


def _header(config: Config, path: str) -> list[str]:
    with pa.input_stream(path, compression="detect") as stream:
        start = stream.read(_START).decode(config.ingest.encoding, errors="ignore")
    lines = [line for line in start.lstrip("\ufeff").splitlines(keepends=True) if line.strip()]
    outside_quotes = "".join(lines[0].split('"')[::2]) if lines else ""
    delimiter = config.ingest.delimiter or max(DELIMITERS, key=outside_quotes.count)
    return [name.strip() for name in next(csv.reader(lines, delimiter=delimiter), [])]
