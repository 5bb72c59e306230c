"""The workshop without torch: rows, points, checkpoints, and what a fit hands back."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import BaseModel

from synth.encode import CodeStatistics
from synth.generators.marginal import MarginalGenerator, MarginalKind, MarginalSettings
from synth.learning.task import (
    ArrayCodes,
    FitTask,
    FolderCheckpoints,
    NoCheckpoints,
    Point,
    Progress,
    fit_generator,
    plain_settings,
)
from synth.table.sub_column import SubColumn

ROOT = Path(__file__).resolve().parents[3]
CODES = np.arange(10, dtype=np.int32)[:, None]


def flat(batches: Any) -> list[list[int]]:
    return [batch[:, 0].tolist() for batch in batches]


def test_an_epoch_has_full_batches_in_an_order_of_its_own() -> None:
    codes = ArrayCodes(CODES, seed=4)
    first, again, second = (flat(codes.epoch(number, 4)) for number in (0, 0, 1))
    assert [len(batch) for batch in first] == [4, 4]
    assert first == again != second
    assert len({row for batch in first for row in batch}) == 8
    assert flat(ArrayCodes(CODES, seed=5).epoch(0, 4)) != first
    assert sorted(*flat(codes.epoch(0, 64))) == list(range(10))  # fewer rows than a batch


def test_in_order_every_row_comes_once() -> None:
    codes = ArrayCodes(CODES)
    assert flat(codes.in_order(4)) == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
    assert codes.rows == 10


def test_points_have_figures_of_any_name() -> None:
    shown: list[Point] = []
    progress = Progress(shown.append)
    progress.point(5, 20, training_loss=1.23456, critic=np.float32(2))
    progress.point(10, 20, training_loss=1.0, critic=1)
    assert shown[0].words() == "training loss 1.235, critic 2"
    assert progress.curve[1] == {"step": 10, "training loss": 1.0, "critic": 1.0}
    Progress().point(1, 1, quiet=0)


def test_a_step_without_points_is_shown() -> None:
    shown: list[str] = []
    Progress(show_step=shown.append).step("calibrating")
    assert shown == ["calibrating"]
    Progress().step("quiet")


class Talkative(MarginalKind):
    """A kind whose fit has something to say."""

    def fit(self, task: FitTask) -> MarginalGenerator:
        task.progress.notes.append("few rows")
        return super().fit(task)


def test_notes_of_a_fit_stand_beside_those_of_its_checkpoints() -> None:
    subs, rows = (SubColumn("a", 0, 10),), ArrayCodes(CODES)
    task = FitTask(subs, CodeStatistics.of(CODES, subs), MarginalSettings(), rows, rows)
    assert "notes" not in fit_generator(MarginalKind(), task).facts
    again = replace(task, checkpoints=NoCheckpoints(notes=("begins anew",)))
    assert fit_generator(Talkative(), again).facts["notes"] == ["begins anew", "few rows"]


def written(text: str) -> Any:
    return lambda folder: (folder / "state").write_text(text)


def test_a_checkpoint_replaces_the_one_before(tmp_path: Path) -> None:
    checkpoints = FolderCheckpoints(tmp_path / "runs" / "checkpoint")
    assert checkpoints.latest is None
    for text in ("first", "second"):
        checkpoints.save(written(text))
        assert checkpoints.latest is not None
        assert (checkpoints.latest / "state").read_text() == text
    names = sorted(path.name for path in (tmp_path / "runs").iterdir())
    assert names == ["checkpoint", "checkpoint.older"] and checkpoints.notes == ()


@pytest.mark.parametrize("fault", ["truncated", "changed", "missing", "unsealed"])
def test_a_newest_one_that_is_broken_is_passed_over_and_that_is_said(
    tmp_path: Path, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    checkpoints = FolderCheckpoints(tmp_path / "checkpoint")
    for text in ("first", "second"):
        checkpoints.save(written(text))
    state = checkpoints.folder / "state"
    {
        "truncated": lambda: state.write_text("sec"),
        "changed": lambda: state.write_text("secund"),
        "missing": state.unlink,
        "unsealed": (checkpoints.folder / "sealed.json").unlink,
    }[fault]()
    assert checkpoints.latest is not None
    assert (checkpoints.latest / "state").read_text() == "first"
    (note,) = checkpoints.notes
    assert note.startswith("checkpoint checkpoint is broken (")
    assert note.endswith("the fit goes on from the one before") and note in caplog.text
    checkpoints.save(written("third"))  # the one that is whole is the one before
    assert (checkpoints.latest / "state").read_text() == "third"
    (checkpoints.folder / "state").write_text("th")
    assert checkpoints.latest is not None
    assert (checkpoints.latest / "state").read_text() == "first"
    (checkpoints.latest / "state").unlink()
    assert checkpoints.latest is None and checkpoints.notes[0].endswith("begins anew")


def test_a_write_that_breaks_leaves_the_older_one(tmp_path: Path) -> None:
    checkpoints = FolderCheckpoints(tmp_path / "checkpoint")
    checkpoints.save(written("first"))

    def breaks(folder: Path) -> None:
        (folder / "state").write_text("half")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        checkpoints.save(breaks)
    assert checkpoints.latest is not None
    assert (checkpoints.latest / "state").read_text() == "first"
    checkpoints.save(written("second"))
    assert (checkpoints.latest / "state").read_text() == "second"


@pytest.mark.parametrize("rename", [1, 2])
def test_a_kill_between_two_renames_leaves_a_whole_one(tmp_path: Path, rename: int) -> None:
    """The process dies at the n-th rename of the second checkpoint."""
    code = f"""
import os, signal
from pathlib import Path
from synth.learning.task import FolderCheckpoints
checkpoints = FolderCheckpoints(Path({str(tmp_path / "checkpoint")!r}))
checkpoints.save(lambda folder: (folder / "state").write_text("first"))
replace, left = os.replace, [{rename}]
def dying(*names):
    left[0] -= 1
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
    replace(*names)
os.replace = dying
checkpoints.save(lambda folder: (folder / "state").write_text("second"))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, timeout=120, check=False)
    assert done.returncode == -9
    checkpoints = FolderCheckpoints(tmp_path / "checkpoint")
    assert checkpoints.latest is not None
    assert (checkpoints.latest / "state").read_text() == "first"
    checkpoints.save(written("third"))
    assert (checkpoints.latest / "state").read_text() == "third"
    assert "checkpoint.draft" not in os.listdir(tmp_path)


def test_a_fit_without_checkpoints_starts_afresh(tmp_path: Path) -> None:
    nothing = NoCheckpoints()
    nothing.save(lambda folder: shutil.rmtree(tmp_path))
    assert nothing.latest is None and tmp_path.is_dir()


@dataclass(frozen=True)
class Own:
    sets: tuple[tuple[str, ...], ...] = (("a",), ("b", "c"))


class Model(BaseModel):
    sets: tuple[str, ...] = ("a",)


def test_settings_are_json() -> None:
    assert plain_settings(Own()) == {"sets": [["a"], ["b", "c"]]}
    assert plain_settings(Model()) == {"sets": ["a"]}
