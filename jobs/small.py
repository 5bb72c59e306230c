"""Small runs: Spark takes longer to get ready for such a seed than to read it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from threading import Thread

from jobs.config import Config
from jobs.names import is_file

SMALL_BYTES = 2**20  # of text: some 10,000 rows of ten columns
COMPRESSION = 8  # at most about so much text in a byte of gzip or Parquet
SMALL_ROWS = 20_000
_TEXT = {".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson"}


def is_small(config: Config) -> bool:
    """Whether seed and synthetic table are so small that a run is mostly Spark's getting ready.

    Only a file or folder of this machine has a size before Spark runs; others are not small.
    """
    if config.sample.given_rows is not None or (config.sample.rows or 0) > SMALL_ROWS:
        return False
    if not is_file(config.seed) or ":/" in config.seed:
        return False
    seed = Path(config.seed)
    files = seed.rglob("*") if seed.is_dir() else [seed]
    text = 0
    for file in files:
        if file.is_file():
            text += file.stat().st_size * (1 if file.suffix.lower() in _TEXT else COMPRESSION)
        if text > SMALL_BYTES:
            return False
    return text > 0


def import_beside(modules: Iterable[str]) -> Thread:
    """Import modules in a thread, while this process waits for Spark; that thread."""

    def work() -> None:
        for module in modules:
            with suppress(ImportError):  # said by who needs the module and imports it again
                import_module(module)

    thread = Thread(target=work, daemon=True, name="lakesynth-imports")
    thread.start()
    return thread
