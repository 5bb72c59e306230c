"""Codes as files of Parquet: written by workers, whole or not at all, and counted."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.sql import DataFrame, SparkSession

from lakehouse import code_files
from lakehouse.code_files import PartWriter, rows_in, write_codes
from lakehouse.scan import map_batches
from synth.encode.counts import CodeCounts
from synth.encode.packed_codes import packed
from synth.table.sub_column import SubColumn

NAMES, PARTS = ("c0", "c1"), ("part=train", "part=validation")
SUB_COLUMNS = [SubColumn(name, 0, 50) for name in NAMES]
ROWS = 1000
new = partial(CodeCounts, SUB_COLUMNS, (None, None))


def load(data: bytes) -> CodeCounts:
    return CodeCounts.from_bytes(data, SUB_COLUMNS, (None, None))


def codes_of(numbers: Any) -> np.ndarray:
    number = np.asarray(numbers)
    return np.stack([number % 50, number // 20], axis=1)


def coded(batches: Any) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        number = np.asarray(batch.column(0))
        arrays = [packed(codes_of(number)), pa.array((number % 10 == 0).astype(np.int32))]
        yield pa.RecordBatch.from_arrays([*arrays, batch.column(0)], names=["codes", "part", "id"])


@pytest.fixture
def rows(spark: SparkSession) -> DataFrame:
    made = map_batches(spark.range(ROWS), ["id"], coded, "codes binary, part int, id long")
    return made.repartition(3, "id").sortWithinPartitions("id").drop("id")


def read(folder: Path, part: str) -> np.ndarray:
    tables = [pq.read_table(path) for path in sorted((folder / part).glob("*.parquet"))]
    return np.stack([np.asarray(pa.concat_tables(tables)[name]) for name in NAMES], axis=1)


def test_each_row_is_in_the_file_of_its_part_and_counted_once(
    rows: DataFrame, tmp_path: Path
) -> None:
    folder = tmp_path / "codes"
    (folder / "part=train").mkdir(parents=True)
    (folder / "part=train" / "part-00009.parquet").write_bytes(b"of before")
    (tmp_path / ".codes-broken").mkdir()
    counts = write_codes(rows, folder, NAMES, PARTS, new, load)
    every = np.arange(ROWS)
    for part, own in (("part=train", every[every % 10 != 0]), ("part=validation", every[::10])):
        found = read(folder, part)
        assert sorted(map(tuple, found.tolist())) == sorted(map(tuple, codes_of(own).tolist()))
    assert [path.name for path in tmp_path.iterdir()] == ["codes"]
    assert counts.rows == ROWS == rows_in(folder)
    assert (counts.counts[0] == np.bincount(every % 50, minlength=50)).all()
    files = {path.name for path in (folder / "part=train").iterdir()}
    assert files == {f"part-{place:05d}.parquet" for place in range(3)}
    kind = pq.read_schema(folder / "part=train" / "part-00000.parquet").field("c0")
    assert kind.type == pa.int16() and not kind.nullable


def test_the_same_rows_make_the_same_files(rows: DataFrame, tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_codes(rows, tmp_path / name, NAMES, PARTS, new, load)
    one, two = (sorted((tmp_path / name).rglob("*.parquet")) for name in ("one", "two"))
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]


def test_what_was_there_stays_where_a_worker_breaks(rows: DataFrame, tmp_path: Path) -> None:
    folder = tmp_path / "codes"
    write_codes(rows, folder, NAMES, PARTS, new, load)
    before = read(folder, "part=train")
    with pytest.raises(Exception, match="are not of 3 codes"):
        write_codes(rows, folder, [*NAMES, "c2"], PARTS, new, load)
    assert (read(folder, "part=train") == before).all()


def test_a_row_group_is_bounded_and_all_of_one_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(code_files, "GROUP_BYTES", 100)
    parts = (np.arange(ROWS) % 3 == 0).astype(np.int32)
    whole = pa.record_batch(
        [packed(codes_of(range(ROWS))), pa.array(parts)], names=["codes", "part"]
    )
    batches = [whole.slice(start, 70) for start in range(0, ROWS, 70)]
    (state,) = PartWriter(str(tmp_path), NAMES, PARTS, new)(iter(batches))
    assert load(state.column(1)[0].as_py()).rows == ROWS
    for part, rows_of_part in zip(PARTS, np.bincount(parts), strict=True):
        file = pq.ParquetFile(tmp_path / part / "part-00000.parquet")
        assert file.metadata.num_rows == rows_of_part and file.num_row_groups > 1


def test_a_partition_without_rows_writes_nothing(tmp_path: Path) -> None:
    assert list(PartWriter(str(tmp_path), NAMES, PARTS, new)(iter([]))) == []
    assert list(tmp_path.iterdir()) == []
