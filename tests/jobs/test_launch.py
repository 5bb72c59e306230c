"""Training under a real local Ray cluster: two workers, and one that is killed."""

from __future__ import annotations

import json
import threading
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest
import torch

from jobs import training_worker
from jobs.config import ConfigError
from jobs.fit_spec import LOG, FitSpec, points, write_point
from jobs.launch import CHECKPOINT, _to_go_on_from, launch
from jobs.model_sections import TrainConfig
from jobs.where_to_fit import RAY_FOLDER
from synth.learning.checkpoint import TENSORS
from synth.learning.task import FolderCheckpoints, Point
from synth.sampling.model_folder import load_model
from tests.lakehouse.codes import write_codes
from tests.synth.fits import encoded
from tests.synth.tables import mixed_table

pytestmark = pytest.mark.timeout(900)  # a Ray cluster on a machine that may be busy


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A run's folder as the encode stage leaves it."""
    encoder, codes, statistics = encoded(mixed_table(3000))
    names = [f"c{place}" for place in range(codes.shape[1])]
    write_codes(codes[300:], tmp_path / "codes" / "part=train" / "a.parquet", names)
    write_codes(codes[:300], tmp_path / "codes" / "part=validation" / "a.parquet", names)
    (tmp_path / "encoder.json").write_text(encoder.dumps(), encoding="utf-8")
    (tmp_path / "code_statistics.json").write_text(json.dumps(statistics.to_json()))
    return tmp_path


def spec(folder: Path, **settings: object) -> FitSpec:
    return FitSpec(
        run_folder=str(folder),
        generator="autoregressive",
        settings={"hidden": 16, "batch_rows": 64, **settings},
        checkpoint_seconds=0.0,
    )


def _registered(folder: Path) -> list[Path]:
    """The checkpoints of which Ray's controller has written down that they are whole."""
    path = folder / RAY_FOLDER / "checkpoint_manager_snapshot.json"
    with suppress(FileNotFoundError, json.JSONDecodeError):  # it is not there yet, or half written
        known = json.loads(path.read_text("utf-8"))["checkpoint_results"]
        return sorted(path.parent / one["checkpoint_dir_name"] for one in known)
    return []


def _settled(folder: Path) -> Path:
    """The newest of them, once the controller has written down what was on its way."""
    newest, since = _registered(folder)[-1], time.monotonic()
    while time.monotonic() < since + 3:
        time.sleep(0.1)
        if _registered(folder)[-1:] not in ([], [newest]):
            newest, since = _registered(folder)[-1], time.monotonic()
    return newest


def _training_workers() -> list[psutil.Process]:
    """Those of this process's cluster: other tests have Ray too."""
    found = []
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # one may end while it is looked at
            if "RayTrainWorker" in " ".join(process.cmdline()):
                found.append(process)
    return found


@pytest.mark.slow
def test_one_killed_worker_of_two_is_replaced_and_both_go_on_from_the_last_whole_checkpoint(
    folder: Path,
) -> None:
    """The newest one that Ray knows of is truncated, as by a disk that is full."""
    found: list[psutil.Process] = []

    def stop_truncate_kill() -> None:
        deadline = time.monotonic() + 600
        while len(_registered(folder)) < 2 and time.monotonic() < deadline:
            time.sleep(0.05)
        found.extend(_training_workers())
        for process in found:  # none writes another one meanwhile
            process.suspend()
        with (_settled(folder) / TENSORS).open("r+b") as file:
            file.truncate(1000)
        found[-1].kill()
        for process in found[:-1]:  # it waits for the other's sums, until Ray ends it
            process.resume()

    killer = threading.Thread(target=stop_truncate_kill)
    killer.start()
    launch(
        spec(folder, steps=480, evaluation_steps=60, patience=100, plateau=100),
        TrainConfig(launch="local", workers=2, failures=1),
    )
    killer.join()
    assert len(found) == 2
    steps = [point.step for point in points(folder)]
    assert steps[-1] == 480
    starts = [place for place in range(1, len(steps)) if steps[place] <= steps[place - 1]]
    assert len(starts) == 1  # it was broken once
    assert steps[starts[0]] > 60  # and did not start afresh
    model = load_model(folder / "model")
    told = model.manifest["about"]["training"]
    assert (told["workers"], told["steps"], told["rows"]) == (2, 480, 2700)
    assert [row["step"] for row in told["curve"]] == list(range(60, 481, 60))
    (note,) = told["notes"]
    assert f"{TENSORS} is not as it was written: 1,000 bytes" in note
    assert note.endswith("the fit goes on from the one before")
    assert len(model.generator.sample(50, np.random.default_rng(0))) == 50


@pytest.mark.slow
def test_a_training_that_diverges_is_told_and_not_tried_again(folder: Path) -> None:
    """To Ray it is a fault of the worker; to the user, a setting to change."""
    diverging = spec(folder, steps=40, evaluation_steps=10, learning_rate=1e30)
    with pytest.raises(ValueError, match=r"the loss is \S+ at step 10: .*learning_rate to 1e\+29"):
        launch(diverging, TrainConfig(launch="local", workers=2))
    assert not (folder / "model").exists()
    assert not list((folder / RAY_FOLDER).glob("checkpoint_*"))  # nothing of it is kept


def test_in_process_has_one_worker(folder: Path) -> None:
    with pytest.raises(ConfigError, match=r"set train\.workers to 1"):
        launch(spec(folder, steps=1), TrainConfig(launch="in_process", workers=2))
    with pytest.raises(ConfigError, match=r"set train\.address"):
        launch(spec(folder, steps=1), TrainConfig(launch="address"))


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
@pytest.mark.parametrize("where", ["local", "in_process"])
def test_a_machine_without_gpus_is_told_so_before_ray_waits(folder: Path, where: str) -> None:
    config = TrainConfig.model_validate({"launch": where, "use_gpu": True})
    with pytest.raises(ConfigError, match=r"train: training asks for 1 GPU\(s\)"):
        launch(replace(spec(folder, steps=1), device="cuda"), config)


def test_workers_take_their_precision(folder: Path) -> None:
    launch(spec(folder, steps=5, precision="bfloat16"), TrainConfig(launch="in_process"))
    told = load_model(folder / "model").manifest["about"]["training"]
    assert (told["settings"]["precision"], told["device"]) == ("bfloat16", "cpu")


def test_a_fit_that_broke_under_ray_goes_on_in_one_process(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As of the checkpoints that Ray Train has left."""
    long = {"steps": 60, "evaluation_steps": 20}

    def break_at_40(folder: Path, point: Point) -> None:
        if point.step == 40:
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(training_worker, "write_point", break_at_40)
        with pytest.raises(KeyboardInterrupt):
            launch(spec(folder, **long), TrainConfig(launch="in_process"))
    (folder / RAY_FOLDER).mkdir()
    (folder / CHECKPOINT).rename(folder / RAY_FOLDER / "checkpoint_000000")
    launch(spec(folder, **long), TrainConfig(launch="in_process"))
    assert [point.step for point in points(folder)] == [40, 60]


def test_the_checkpoint_of_one_process_is_what_ray_goes_on_from(folder: Path) -> None:
    """The workshop's checkpoint is one folder, whoever launches the worker."""
    asked = spec(folder)
    assert _to_go_on_from(asked, None) == (None, ())
    own = FolderCheckpoints(folder / CHECKPOINT)
    own.save(lambda draft: (draft / TENSORS).write_bytes(b"weights"))
    assert _to_go_on_from(asked, None) == (folder / CHECKPOINT, ())


@pytest.mark.slow
def test_a_fit_that_broke_in_one_process_goes_on_under_ray(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The workshop's checkpoint is one folder, whoever launches the worker."""
    long = {"steps": 300, "evaluation_steps": 20, "patience": 100, "plateau": 100}

    def break_at_100(folder: Path, point: Point) -> None:
        if point.step == 100:
            raise KeyboardInterrupt
        write_point(folder, point)

    with monkeypatch.context() as patched:
        patched.setattr(training_worker, "write_point", break_at_100)
        with pytest.raises(KeyboardInterrupt):
            launch(spec(folder, **long), TrainConfig(launch="in_process"))
    (folder / LOG).unlink()
    launch(spec(folder, **long), TrainConfig(launch="local"))
    assert next(points(folder)).step == 100  # the last checkpoint is of step 80
    told = load_model(folder / "model").manifest["about"]["training"]
    assert [row["step"] for row in told["curve"]] == list(range(20, 301, 20))


@pytest.mark.slow
def test_the_model_has_the_same_bytes_wherever_one_worker_fits_it(folder: Path) -> None:
    made, notes = [], []
    for where in ("auto", "local"):
        notes += launch(spec(folder, steps=60), TrainConfig(launch=where))
        model = folder / "model"
        told = load_model(model).manifest["about"]["training"]
        files = sorted(path for path in model.rglob("*") if path.is_file())
        weights = {p.name: p.read_bytes() for p in files if p.name != "manifest.json"}
        made.append((weights, [row["validation loss"] for row in told["curve"]]))
        assert weights
    assert made[0] == made[1]
    assert notes == ["fitted in this process, without Ray: learning takes about a minute or less"]


def test_what_learns_from_no_batches_is_fitted_in_the_driver(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobs.launch._fit_under_ray", pytest.fail)
    counts = FitSpec(str(folder), "marginal")
    asked = TrainConfig(generator="marginal", workers=2, use_gpu=True)
    assert "fitted in the driver, without a cluster" in launch(counts, asked)[0]
    assert launch(counts, TrainConfig(generator="marginal", launch="in_process")) == ()
    told = load_model(folder / "model").manifest["about"]["training"]
    assert (told["generator"], told["rows"], told["curve"]) == ("marginal", 2700, [])
