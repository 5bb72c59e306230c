"""Given rows as executors take them."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from synth.sampling.blocks import SamplePlan
from synth.sampling.given_blocks import GivenBlockSampler, GivenRowsCheck
from synth.sampling.model_folder import load_model
from tests.synth.sampling.conditioned import ruled

ROWS = pa.RecordBatch.from_pydict(
    {
        "block": [0, 0, 0, 2, 2],
        "land": ["US", "DE", None, "IT", "US"],
        "age": [20, 30, 40, None, 50],
    }
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("model") / "model"
    ruled().save(path)
    return path


def test_a_block_is_the_same_however_its_batches_are_cut(folder: Path, tmp_path: Path) -> None:
    model, plan = load_model(folder), SamplePlan("people", 5, 1)
    made = []
    for cut in (5, 2, 1):
        marks = tmp_path / str(cut)
        sampler = GivenBlockSampler(str(folder), model.hash, plan, {0: 0, 2: 3}, str(marks))
        batches = [ROWS.slice(start, cut) for start in range(0, 5, cut)]
        made.append(pa.Table.from_batches(list(sampler(batches))))
        assert sorted(mark.name for mark in marks.iterdir()) == ["0", "2"]
    assert made[0]["land"].to_pylist()[:2] == ["US", "DE"]
    assert made[0]["land"].to_pylist()[3:] == ["IT", "US"]
    assert [made[0]["age"][place].as_py() for place in (0, 1, 2, 4)] == [20, 30, 40, 50]
    assert made[0].equals(made[1]) and made[1].equals(made[2])


def test_the_check_says_what_is_wrong_and_nothing_else(folder: Path) -> None:
    check = GivenRowsCheck(load_model(folder).encoder)
    rows = ROWS.select(["land", "age"])
    assert list(check([rows, rows])) == []
    wrong = pa.RecordBatch.from_pydict({"land": ["XX"], "age": [20]})
    (said,) = check([rows, wrong, wrong])
    assert said["message"][0].as_py().startswith("given 'land': 'XX' is not among the values")
