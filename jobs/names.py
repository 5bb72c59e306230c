"""What a seed's name says of it: whether it is a file, and what its table is called."""

from __future__ import annotations

from pathlib import Path

from lakehouse.tables import is_path

_SUFFIXES = {".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".parquet", ".pq"}
_SUFFIXES |= {".gz", ".bz2", ".zst"}  # not .data, which is a likely name of a table


def is_file(seed: str) -> bool:
    """Whether a seed is named as a file or folder is, rather than as a table of a catalog."""
    return is_path(seed) or Path(seed).suffix in _SUFFIXES


def base_name(seed: str) -> str:
    """``people`` of ``data/people.csv.gz`` and of ``main.sales.people``."""
    last = seed.rstrip("/").replace("`", "").split("/")[-1]
    return last.split(".")[0] if is_file(seed) else last.split(".")[-1]
