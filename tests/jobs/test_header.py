import gzip
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jobs.header import known_columns
from synth.table.errors import InputError
from tests.lakes import configured, write_parquet


def columns(seed: Path, **changes: object) -> tuple[str, ...] | None:
    return known_columns(configured(seed, seed.parent / "lake", **changes))


def test_the_header_of_csv_files_is_read_as_ingest_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text('\ufeff"a;1"; b ;größe\n1;2;3\n', encoding="utf-8")
    assert columns(path) == ("a;1", "b", "größe")
    path.write_bytes("größe|b\n1|2\n".encode("latin-1"))
    assert columns(path, ingest__encoding="latin-1") == ("größe", "b")
    assert columns(path, ingest__header=False) is None
    packed = tmp_path / "t.csv.gz"
    packed.write_bytes(gzip.compress(b"a,b\n1,2\n"))
    assert columns(packed) == ("a", "b")


def test_all_files_of_a_folder_and_its_own_names_count(tmp_path: Path) -> None:
    for place, table in {"x=1": pa.table({"n": [1]}), "x=2": pa.table({"m": [1]})}.items():
        (tmp_path / "t" / place).mkdir(parents=True)
        pq.write_table(table, tmp_path / "t" / place / "a.parquet")
    assert columns(tmp_path / "t") == ("n", "m", "x")


def test_what_the_first_bytes_do_not_tell_is_left_to_ingest(tmp_path: Path) -> None:
    (tmp_path / "t.json").write_text('{"a": 1}')
    (tmp_path / "t.parquet").write_bytes(b"no parquet")
    (tmp_path / "delta" / "_delta_log").mkdir(parents=True)
    for name in ("t.json", "t.parquet", "delta", "not_there.csv"):
        assert columns(tmp_path / name) is None


def test_what_cannot_be_a_seed_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "t").mkdir()
    with pytest.raises(InputError, match="holds no file to read"):
        columns(tmp_path / "t")


def test_fields_of_structs_are_for_ingest_to_name(tmp_path: Path) -> None:
    table = pa.table({"id": [1, 2], "home": [{"city": "Rome"}, {"city": "Oslo"}]})
    seed = write_parquet(table, tmp_path / "people.parquet")
    by_fields = {"ingest__unsupported_columns": "fields"}
    assert known_columns(configured(seed, tmp_path)) == ("id", "home")
    assert known_columns(configured(seed, tmp_path, **by_fields)) is None
    flat = write_parquet(table.drop_columns(["home"]), tmp_path / "flat.parquet")
    assert known_columns(configured(flat, tmp_path, **by_fields)) == ("id",)
