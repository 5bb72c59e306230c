"""What is petastorm's own; the laws that every reader keeps are in test_feed.py."""

import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

from lakehouse.feed import open_feed
from tests.lakehouse.codes import write_codes
from tests.lakehouse.test_feed import NAMES, codes, need, sorted_rows


def write_files(folder: Path, files: int, rows: int = 9000) -> Path:
    for place, part in enumerate(np.array_split(codes(rows), files)):
        write_codes(part, folder / f"{place:02d}.parquet", NAMES)
    return folder


def test_a_missing_package_is_said_with_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "petastorm", None)  # its import fails, installed or not
    write_files(tmp_path, 1)
    with pytest.raises(ValueError, match="cannot be imported here") as caught:
        open_feed(tmp_path, batch_rows=10, reader="petastorm")
    assert "pip install 'lakesynth[petastorm]'" in str(caught.value)
    assert "constraints/petastorm.txt" in str(caught.value)


def test_fewer_row_groups_than_workers_are_refused_with_the_remedy(tmp_path: Path) -> None:
    need("petastorm")
    write_files(tmp_path, 2)
    assert open_feed(tmp_path, batch_rows=10, world=2, reader="petastorm").rows == 9000
    with pytest.raises(ValueError, match=r"2 row group\(s\) for 3 workers.*encode.rows_per_file"):
        open_feed(tmp_path, batch_rows=10, world=3, reader="petastorm")


@pytest.mark.parametrize("name", ["with space", "100%25", "Grüße", "part=train"])
def test_a_folder_may_have_any_name(tmp_path: Path, name: str) -> None:
    need("petastorm")
    folder = write_files(tmp_path / name, 2)
    feed = open_feed(folder, batch_rows=500, reader="petastorm")
    assert sorted_rows(list(feed.epoch(0))) == sorted_rows([codes(9000)])


@pytest.mark.parametrize("name", ["a#b", "a?b"])
def test_a_folder_that_a_url_cannot_name_is_refused(tmp_path: Path, name: str) -> None:
    need("petastorm")
    folder = write_files(tmp_path / name, 2)
    with pytest.raises(ValueError, match="holds # or"):
        open_feed(folder, batch_rows=500, reader="petastorm")


def test_every_epoch_is_whole_and_the_same_again(tmp_path: Path) -> None:
    # Its thread pool loses row groups in about one of three epochs of this shape.
    need("petastorm")
    write_files(tmp_path, 12)
    feed = open_feed(tmp_path, batch_rows=4500, rank=1, world=2, reader="petastorm")
    first = np.concatenate(list(feed.epoch(0)))
    assert len(first) == 4500
    for _ in range(20):
        assert np.array_equal(np.concatenate(list(feed.epoch(0))), first)


def test_an_epoch_may_be_left_early(tmp_path: Path) -> None:
    need("petastorm")
    feed = open_feed(write_files(tmp_path, 12), batch_rows=64, reader="petastorm")
    rows = feed.in_order()
    assert len(next(rows)) == 64
    rows.close()  # type: ignore[attr-defined]
    assert sum(len(batch) for batch in feed.in_order()) == 9000


def test_it_is_silent(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    need("petastorm")
    write_files(tmp_path, 4)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        feed = open_feed(tmp_path, batch_rows=64, reader="petastorm")
        assert len(list(feed.epoch(0))) == 9000 // 64
        warnings.warn("ours", FutureWarning, stacklevel=1)
    told = [str(one.message) for one in caught if one.category is FutureWarning]
    assert told == ["ours"]  # petastorm's only are passed over
    assert capfd.readouterr() == ("", "")
