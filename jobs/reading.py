"""How a configuration wants files to be read."""

from __future__ import annotations

from jobs.config import Config
from lakehouse.files import ReadOptions


def read_options(config: Config, *, declared: bool = True) -> ReadOptions:
    """How the configuration wants its seed to be read, with or without the types it declares."""
    given = config.ingest
    return ReadOptions(
        header=given.header,
        delimiter=given.delimiter,
        null_markers=given.null_markers,
        trim=given.trim,
        column_types=given.column_types if declared else {},
        unsupported=given.unsupported_columns,
        encoding=given.encoding,
    )
