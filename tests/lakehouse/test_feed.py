import importlib.util
from pathlib import Path

import numpy as np
import pytest

from lakehouse.feed import READERS, open_feed
from tests.lakehouse.codes import write_codes

NAMES = ["c0", "c1"]


def need(reader: str) -> None:
    """Skip the test where the reader is not installed; one that is there must be importable."""
    if importlib.util.find_spec(reader) is None:
        pytest.skip(f"{reader} is not installed here: make test-petastorm runs this test")


def codes(rows: int) -> np.ndarray:
    """Rows that can be told apart: the second code is the first's square, modulo 1,000."""
    first = np.arange(rows) % 30_000
    return np.stack([first, first * first % 1000], 1)


def sorted_rows(parts: list[np.ndarray]) -> list[list[int]]:
    return sorted(np.concatenate(parts).tolist())


@pytest.fixture
def one_file(tmp_path: Path) -> Path:
    write_codes(codes(1000), tmp_path / "a.parquet", NAMES)
    return tmp_path


@pytest.fixture
def many_files(tmp_path: Path) -> Path:
    for place, part in enumerate(np.array_split(codes(9000), 12)):
        write_codes(part, tmp_path / f"{place:02d}.parquet", NAMES)
    return tmp_path


@pytest.fixture(params=list(READERS))
def reader(request: pytest.FixtureRequest) -> str:
    need(request.param)
    return str(request.param)


def test_an_epoch_gives_full_batches_of_the_rows_in_an_order_of_its_own(
    one_file: Path, reader: str
) -> None:
    feed = open_feed(one_file, batch_rows=100, reader=reader)
    first, again, second = (list(feed.epoch(number)) for number in (0, 0, 1))
    assert all(batch.shape == (100, 2) and batch.dtype == np.int32 for batch in first)
    assert sorted_rows(first) == codes(1000).tolist() == sorted_rows(second)
    assert np.concatenate(first).tolist() == np.concatenate(again).tolist()
    assert np.concatenate(first).tolist() != np.concatenate(second).tolist()


def test_rows_come_in_the_order_of_the_files(many_files: Path, reader: str) -> None:
    feed = open_feed(many_files, batch_rows=64, reader=reader)
    assert np.concatenate(list(feed.in_order())).tolist() == codes(9000).tolist()


@pytest.mark.parametrize("world", [1, 2, 3])
@pytest.mark.parametrize("folder", ["one_file", "many_files"])
def test_workers_share_the_rows_without_overlap(
    folder: str, world: int, reader: str, request: pytest.FixtureRequest
) -> None:
    if reader == "petastorm" and folder == "one_file" and world > 1:
        pytest.skip("petastorm deals whole row groups: tests/lakehouse/test_petastorm_feed.py")
    path = request.getfixturevalue(folder)
    feeds = [
        open_feed(path, batch_rows=64, rank=rank, world=world, reader=reader)
        for rank in range(world)
    ]
    parts = [batch for feed in feeds for batch in feed.in_order()]
    assert sorted_rows(parts) == sorted_rows([codes(feeds[0].rows)])
    sizes = [sum(len(batch) for batch in feed.in_order()) for feed in feeds]
    assert max(sizes) - min(sizes) <= max(sizes) // 2


def test_a_worker_with_less_than_a_batch_still_gets_its_rows(one_file: Path, reader: str) -> None:
    batches = list(open_feed(one_file, batch_rows=5000, reader=reader).epoch(0))
    assert [len(batch) for batch in batches] == [1000]


def test_a_small_pool_gives_every_row_once(
    many_files: Path, reader: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lakehouse.feed.POOL_ROWS", 1000)
    batches = list(open_feed(many_files, batch_rows=60, reader=reader).epoch(3))
    assert all(len(batch) == 60 for batch in batches)
    rows = sorted_rows(batches)
    assert len(rows) == 9000
    assert rows == sorted_rows([codes(9000)])


def test_a_folder_without_codes_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="holds no encoded rows"):
        open_feed(tmp_path, batch_rows=10)


def test_a_reader_that_nobody_knows_is_named(one_file: Path) -> None:
    with pytest.raises(ValueError, match="no reader 'csv': use pyarrow or petastorm"):
        open_feed(one_file, batch_rows=10, reader="csv")
