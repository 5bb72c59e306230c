"""Fits at the same time under a real local Ray cluster: one is killed, one diverges."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from jobs.fit_spec import FitSpec, points
from jobs.launch import launch
from jobs.launch_many import _asked, launch_many
from jobs.model_sections import TrainConfig
from synth.sampling.model_folder import load_model
from synth.table.errors import InputError
from tests.jobs.runs import leave_codes
from tests.synth.fits import encoded
from tests.synth.tables import mixed_table

pytestmark = pytest.mark.timeout(900)  # a Ray cluster on a machine that may be busy


def spec(folder: Path, **settings: object) -> FitSpec:
    """A fit in a folder of its own, as the encode stage leaves it."""
    leave_codes(folder, *encoded(mixed_table(3000)))
    given = {"hidden": 16, "batch_rows": 64, "evaluation_steps": 20, **settings}
    return FitSpec(str(folder), "autoregressive", given, checkpoint_seconds=0.0)


def weights(folder: Path) -> dict[str, bytes]:
    files = [path for path in (folder / "model").rglob("*") if path.is_file()]
    return {path.name: path.read_bytes() for path in files if path.name != "manifest.json"}


def test_what_a_fit_asks_for_is_said_in_rays_words() -> None:
    given = TrainConfig(use_gpu=True, resources={"CPU": 2, "memory": 1e9, "fast": 0.5})
    asked = {"num_cpus": 2, "num_gpus": 1.0, "memory": 1e9, "resources": {"fast": 0.5}}
    assert _asked(given) == asked


@pytest.mark.slow
def test_fits_at_once_are_those_of_one_after_the_other_and_fail_alone(tmp_path: Path) -> None:
    long = {"steps": 160, "patience": 100, "plateau": 100}
    asked = {"short": {"steps": 40}, "lost": {"learning_rate": 1e30, "steps": 40}, "long": long}
    specs = [spec(tmp_path / name, **settings) for name, settings in asked.items()]
    killed = threading.Event()

    def kill_the_long_one() -> None:
        deadline = time.monotonic() + 600
        while len(list(points(tmp_path / "long"))) < 4 and time.monotonic() < deadline:
            time.sleep(0.02)
        for process in psutil.Process().children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                if "ray::_fit" in " ".join(process.cmdline()):
                    process.kill()
                    killed.set()

    killer = threading.Thread(target=kill_the_long_one)
    killer.start()
    ended: dict[int, Exception | None] = {}
    launch_many(
        specs,
        TrainConfig(launch="local", generators=("autoregressive", "tvae"), at_once=2),
        2,
        lambda place, seconds, error: ended.update({place: error}),
    )
    killer.join()
    assert killed.is_set()
    assert (ended[0], ended[2], set(ended)) == (None, None, {0, 1, 2})
    assert isinstance(ended[1], InputError)
    assert "the loss is" in str(ended[1]) and "Traceback" not in str(ended[1])
    steps = [point.step for point in points(tmp_path / "long")]
    assert steps.count(20) == 1 and steps[-1] == 160  # it went on from a checkpoint
    alone = spec(tmp_path / "alone", **long)
    launch(alone, TrainConfig(launch="in_process"))
    assert weights(tmp_path / "alone") == weights(tmp_path / "long") != {}
    told = [
        load_model(tmp_path / name / "model").manifest["about"]["training"]["curve"]
        for name in ("alone", "long")
    ]
    assert told[0] == told[1]
