"""The embedded table can be built again from the files of the UCI archive."""

import gzip
from pathlib import Path

import pytest

from synth.datasets import ADULT_ROWS, adult_path
from synth.datasets.build_adult import adult_rows, build_adult

ROWS_OF_ADULT_DATA = 32_561


def test_the_same_rows_again(tmp_path: Path) -> None:
    lines = gzip.decompress(adult_path().read_bytes()).decode("ascii").splitlines()[1:]
    data, test = tmp_path / "adult.data", tmp_path / "adult.test.gz"
    data.write_text("\n".join([*lines[:ROWS_OF_ADULT_DATA], "", ""]))
    remark = "|1x3 Cross validator"
    test.write_bytes(gzip.compress("\n".join([remark, *lines[ROWS_OF_ADULT_DATA:], ""]).encode()))
    target = tmp_path / "adult.csv.gz"
    assert build_adult(data, test, target) == ADULT_ROWS
    assert gzip.decompress(target.read_bytes()) == gzip.decompress(adult_path().read_bytes())


def test_other_files_are_refused(tmp_path: Path) -> None:
    short = tmp_path / "adult.data"
    short.write_text("39, State-gov\n")
    with pytest.raises(ValueError, match=r"adult.data: data line 1 has 2 values, not 15"):
        adult_rows(short)
    short.write_text(", ".join(["1"] * 15))
    with pytest.raises(ValueError, match="hold 2 rows, not 48842"):
        build_adult(short, short, tmp_path / "adult.csv.gz")
