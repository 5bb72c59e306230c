"""Archives on a worker's path are read once, and again where they have changed."""

from __future__ import annotations

import importlib
import importlib.util
import sys
import zipfile
import zipimport
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyspark.sql import SparkSession

from lakehouse.scan import Batches, map_batches
from lakehouse.worker import read_archives_once


def directory(archive: Path) -> Any:
    """What Python knows of an archive; another object each time that it has read it."""
    importlib.util.find_spec("lakesynth_no_module")  # from 3.13 on it reads when it has to look
    return zipimport._zip_directory_cache[str(archive)]  # type: ignore[attr-defined]


def put(archive: Path, **modules: str) -> None:
    with zipfile.ZipFile(archive, "w") as file:
        for name, source in modules.items():
            file.writestr(f"{name}.py", source)


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A zip on the path that Python has read."""
    path = tmp_path / "modules.zip"
    put(path, lakesynth_first="value = 1")
    monkeypatch.syspath_prepend(str(path))
    assert importlib.import_module("lakesynth_first").value == 1
    yield path
    sys.path_importer_cache.pop(str(path), None)
    for name in ("lakesynth_first", "lakesynth_second"):
        sys.modules.pop(name, None)


def test_an_archive_that_is_as_it_was_is_not_read_again(archive: Path) -> None:
    importlib.invalidate_caches()
    read = directory(archive)
    importlib.invalidate_caches()
    assert directory(archive) is not read  # what this is about
    read_archives_once()
    read_archives_once()
    read = directory(archive)
    importlib.invalidate_caches()
    assert directory(archive) is read
    assert importlib.import_module("lakesynth_first").value == 1


def test_an_archive_that_has_changed_is_read_again(archive: Path) -> None:
    read_archives_once()
    put(archive, lakesynth_first="value = 1", lakesynth_second="value = 2")
    importlib.invalidate_caches()
    assert importlib.import_module("lakesynth_second").value == 2
    read_archives_once()  # from now on it is this one that need not be read again
    read = directory(archive)
    importlib.invalidate_caches()
    assert directory(archive) is read


def test_an_archive_that_has_gone_is_forgotten(archive: Path) -> None:
    read_archives_once()
    archive.unlink()
    importlib.invalidate_caches()
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("lakesynth_second")


def test_a_worker_of_spark_reads_its_archives_once(spark: SparkSession) -> None:
    """One process makes both partitions; the second finds what the first has read."""

    def seen(batches: Batches) -> Iterator[pa.RecordBatch]:
        import os
        import zipimport

        for _ in batches:
            pass
        known = zipimport._zip_directory_cache  # type: ignore[attr-defined]
        jars = {name: id(found) for name, found in known.items() if "spark-core" in name}
        yield pa.RecordBatch.from_arrays([pa.array([f"{os.getpid()} {jars}"])], ["seen"])

    frame = spark.range(0, 4, 1, 1)
    found = []
    for _ in range(6):  # more often than there are workers
        (row,) = map_batches(frame, ["id"], seen, "seen string").collect()
        found.append(row.seen.split(" ", 1))
    by_process: dict[str, set[str]] = {}
    for process, read in found:
        by_process.setdefault(process, set()).add(read)
    assert all(len(reads) == 1 for reads in by_process.values())
    assert len(by_process) < len(found)
