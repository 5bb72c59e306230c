import json
import os
import subprocess
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from shutil import which

import numpy as np
import pytest
import torch
from torch._dynamo.utils import counters

from synth.learning.checkpoint import SCALARS, load_checkpoint, save_checkpoint
from synth.learning.fitting import GeneratorSpec, fit_generator
from synth.learning.likelihood import Evaluation, Training, TrainingSettings
from tests.synth.fits import batches, encoded, new_training
from tests.synth.tables import mixed_table

SETTINGS = TrainingSettings(
    steps=40, batch_rows=128, evaluation_steps=5, warmup_steps=5, learning_rate=2e-3, patience=8
)


class Interrupted(Exception):
    pass


def weights(training: Training) -> list[bytes]:
    return [p.detach().numpy().tobytes() for p in training.parameters]


def test_a_resumed_training_ends_where_an_unbroken_one_does(tmp_path: Path) -> None:
    encoder, codes, statistics = encoded(mixed_table(1500))
    feed = partial(batches, codes[200:], 128)

    def validation() -> object:
        return iter([codes[:200]])

    def stop_half_way(point: Evaluation, training: Training) -> None:
        save_checkpoint(training, tmp_path)
        if point.step == 20:
            raise Interrupted

    unbroken = new_training(encoder, statistics, SETTINGS, hidden=16)
    torch.manual_seed(7)
    unbroken.run(feed, validation, lambda *_: None)  # type: ignore[arg-type]

    broken = new_training(encoder, statistics, SETTINGS, hidden=16)
    torch.manual_seed(7)
    with pytest.raises(Interrupted):
        broken.run(feed, validation, stop_half_way)  # type: ignore[arg-type]

    resumed = new_training(encoder, statistics, SETTINGS, hidden=16)
    torch.manual_seed(99)  # the checkpoint brings the random state
    load_checkpoint(resumed, tmp_path)
    assert resumed.state.step == 20
    resumed.run(feed, validation, lambda *_: None)  # type: ignore[arg-type]
    assert resumed.state.step == unbroken.state.step
    assert resumed.state.best_loss == unbroken.state.best_loss
    assert weights(resumed) == weights(unbroken)


@pytest.mark.parametrize("shapes", [None, [[3, 4]]])
def test_a_checkpoint_of_another_network_or_version_is_refused(
    tmp_path: Path, shapes: list[list[int]] | None
) -> None:
    encoder, _, statistics = encoded(mixed_table(600))
    training = new_training(encoder, statistics, SETTINGS, hidden=16)
    save_checkpoint(training, tmp_path)
    written = json.loads((tmp_path / SCALARS).read_text())
    (tmp_path / SCALARS).write_text(json.dumps({**written, "shapes": shapes}))
    with pytest.raises(ValueError, match="of another network, or of another version"):
        load_checkpoint(training, tmp_path)


def test_parameters_are_views_of_what_learns() -> None:
    encoder, codes, statistics = encoded(mixed_table(600))
    training = new_training(encoder, statistics, SETTINGS, hidden=16)
    learned = list(training.network.parameters())
    before = [parameter.detach().clone() for parameter in learned]
    training.run(partial(batches, codes[200:], 128), lambda: iter([codes[:200]]), lambda *_: None)
    held = {part.untyped_storage().data_ptr() for part in training.parameters}
    assert {part.untyped_storage().data_ptr() for part in learned} == held
    assert not any(torch.equal(old, new) for old, new in zip(before, learned, strict=True))
    with torch.no_grad():
        for parameter in learned:
            assert parameter.data_ptr() % 64 == training.parameters[0].data_ptr() % 64
            assert parameter.grad is not None
            parameter.zero_()
    assert all(not part.any() for part in training.parameters)  # nothing between them has learned


def test_a_network_may_have_no_vectors_but_must_learn_something() -> None:
    settings = TrainingSettings().settled(1000)
    matrix = torch.nn.Linear(4, 4, bias=False)
    assert len(Training(matrix, settings).parameters) == 1
    with pytest.raises(ValueError, match="nothing to learn"):
        Training(matrix.requires_grad_(False), settings)
    mixed = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Linear(2, 2).double())
    with pytest.raises(ValueError, match="one type"):
        Training(mixed, settings)


def test_learning_lowers_the_validation_loss_and_keeps_the_best_weights() -> None:
    encoder, codes, statistics = encoded(mixed_table(1500))
    training = new_training(encoder, statistics, SETTINGS, hidden=16)
    points: list[Evaluation] = []
    state = training.run(
        partial(batches, codes[200:], 128),
        lambda: iter([codes[:200]]),
        lambda point, _: points.append(point),
    )
    assert [point.step for point in points] == list(range(5, 41, 5))
    assert points[-1].validation_loss < points[0].validation_loss
    assert state.best_loss == min(point.validation_loss for point in points)
    training.network.eval()
    with torch.no_grad():
        loss = float(training.network(torch.from_numpy(codes[:200].astype(np.int64))).sum())
    assert loss == pytest.approx(state.best_loss, rel=1e-5)


def test_patience_ends_a_training_that_learns_nothing() -> None:
    encoder, codes, statistics = encoded(mixed_table(600))
    settings = TrainingSettings(steps=400, batch_rows=64, evaluation_steps=4, patience=3)
    training = new_training(encoder, statistics, settings, hidden=16)
    noise = np.stack(
        [np.random.default_rng(i).integers(0, k, 300) for i, k in enumerate(encoder.cardinalities)],
        1,
    )
    state = training.run(partial(batches, codes, 64), lambda: iter([noise]), lambda *_: None)
    assert state.step < 400
    assert state.since_best == 3


@pytest.mark.parametrize(("rows", "batch"), [(500, 32), (35_000, 512), (10**7, 512), (1, 32)])
def test_the_batch_follows_the_rows(rows: int, batch: int) -> None:
    assert TrainingSettings().batch_size(rows) == batch


def test_rate_and_decay_follow_the_rows() -> None:
    few, some, many = (TrainingSettings().settled(rows) for rows in (720, 35_000, 1_000_000))
    assert few.learning_rate == pytest.approx(0.01 * (720 / 5_000) ** 0.5)
    assert some.learning_rate == many.learning_rate == 0.01
    memory = [1 / (s.learning_rate * s.weight_decay) for s in (few, some, many)]  # in steps
    assert memory == pytest.approx([333, 333, 4 * 1_000_000 / 512])
    given = TrainingSettings(learning_rate=0.004, weight_decay=0.1).settled(720)
    assert (given.learning_rate, given.weight_decay) == (0.004, 0.1)


def test_open_settings_are_refused() -> None:
    with pytest.raises(ValueError, match="settled"):
        Training(torch.nn.Linear(2, 2), TrainingSettings())


def test_a_gpu_has_larger_batches_and_fewer_bits() -> None:
    on_gpu, on_cpu = TrainingSettings(gpu=True), TrainingSettings()
    assert [on_gpu.batch_size(rows) for rows in (500, 35_000, 10**6)] == [32, 512, 4096]
    settled = on_gpu.settled(10**6)
    assert (settled.precision, settled.compiled, settled.captured) == ("tf32", False, True)
    assert (on_cpu.settled(10**6).precision, on_cpu.settled(10**6).compiled) == ("float32", False)
    for precision, compiled in (("float32", False), ("bfloat16", True)):
        own = TrainingSettings(gpu=True, precision=precision, compiled=compiled).settled(10**6)
        assert (own.precision, own.compiled) == (precision, compiled)


def test_products_in_bfloat16_learn_as_much() -> None:
    encoder, codes, statistics = encoded(mixed_table(3000))
    feed, held = partial(batches, codes[500:], 128), [codes[:500]]
    curves = []
    for precision in (None, "bfloat16"):
        settings = replace(SETTINGS, precision=precision)
        training = new_training(encoder, statistics, settings, hidden=16)
        curve = training.run(feed, lambda: iter(held), lambda *_: None).curve
        assert all(weight.dtype == torch.float32 for weight in training.parameters)
        curves.append(np.array([point["validation_loss"] for point in curve]))
    full, half = curves
    assert full[-1] < full[0] - 0.5
    assert half == pytest.approx(full, abs=0.02)
    assert (half != full).any()  # it is another calculation


@pytest.mark.skipif(which("g++") is None, reason="torch compiles for the CPU with g++")
@pytest.mark.parametrize("flexible", [False, True])
def test_compiled_steps_learn_the_same(flexible: bool) -> None:
    encoder, codes, statistics = encoded(mixed_table(1500))
    curves = []
    for compiled in (False, True):
        settings = replace(SETTINGS, steps=20, compiled=compiled)
        training = new_training(
            encoder, statistics, settings, hidden=16, flexible=flexible, dropout=0.0
        )
        torch.manual_seed(3)  # a flexible network draws orders
        counters.clear()
        feed = partial(batches, codes[200:], 128)
        curve = training.run(feed, lambda: iter([codes[:200]]), lambda *_: None).curve
        curves.append([point["validation_loss"] for point in curve])
    assert curves[1] == pytest.approx(curves[0], abs=1e-3)
    # Whatever the order: the given one, and all others.
    assert counters["stats"]["unique_graphs"] == (2 if flexible else 1)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_missing_gpu_is_named_before_the_training() -> None:
    encoder, codes, statistics = encoded(mixed_table(300))
    with pytest.raises(ValueError, match=r"asks for 1 GPU\(s\), however: torch .* sees 0"):
        fit_generator(
            encoder.sub_columns,
            statistics,
            partial(batches, codes, 32),
            lambda: iter([codes]),
            spec=GeneratorSpec(),
            settings=TrainingSettings(gpu=True),
        )


def test_a_missing_compiler_is_named_before_the_work(tmp_path: Path) -> None:
    asked = (
        "from synth.learning.means import require_means\n"
        "from synth.learning.settings import TrainingSettings\n"
        "require_means(TrainingSettings(compiled=False))\n"
        "require_means(TrainingSettings(compiled=True))\n"
    )
    environment = {
        **os.environ,
        "CXX": str(tmp_path / "no-compiler"),
        "TORCHINDUCTOR_CACHE_DIR": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "torch cannot compile on this machine" in done.stderr
    assert "Set compiled to false, or install a C++ compiler" in done.stderr


def test_an_unknown_precision_is_refused() -> None:
    with pytest.raises(
        ValueError, match=r"^precision is float32 or tf32 or bfloat16, however: 'half'"
    ):
        TrainingSettings(precision="half")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="precision tf32 is of GPUs, and this training is on CPU"):
        TrainingSettings(precision="tf32")


def test_a_large_batch_has_a_higher_rate_as_far_as_there_are_rows() -> None:
    rates = [
        TrainingSettings(batch_rows=batch).settled(rows).learning_rate
        for batch, rows in ((512, 10**6), (4096, 10**6), (4096, 720))
    ]
    small = TrainingSettings(batch_rows=512).settled(720).learning_rate
    assert rates[:2] == pytest.approx([0.01, 0.01 * 8**0.5])
    assert small is not None
    assert rates[2] == pytest.approx(small * (720 / 512) ** 0.5)
