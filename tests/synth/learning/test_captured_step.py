"""What differs on a GPU; the same code is tested without one in test_likelihood.py."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch

from synth.generators.autoregressive.kind import AutoregressiveKind
from synth.learning.checkpoint import load_checkpoint, save_checkpoint
from synth.learning.likelihood import Training
from synth.learning.settings import Evaluation, LikelihoodSettings
from synth.learning.task import Worker, fit_generator
from tests.synth.fits import batches, encoded, new_training, quick_settings, task_of
from tests.synth.tables import mixed_table

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU")

SETTINGS = LikelihoodSettings(
    steps=60,
    batch_rows=128,
    evaluation_steps=5,
    warmup_steps=5,
    learning_rate=2e-3,
    patience=99,
    plateau=99,
    precision="float32",
)


class Interrupted(Exception):
    pass


def losses(training: Training) -> list[float]:
    return [point["validation_loss"] for point in training.state.curve]


@pytest.mark.parametrize("accumulation", [1, 3])
@pytest.mark.parametrize("own", [{}, {"flexible": True}, {"class_weights": "amount"}])
@pytest.mark.parametrize("precision", ["float32", "tf32", "bfloat16"])
def test_captured_steps_learn_the_same(
    own: dict[str, object], precision: str, accumulation: int
) -> None:
    encoder, codes, statistics = encoded(mixed_table(1500))
    curves = []
    for captured in (False, True):
        settings = replace(
            SETTINGS, captured=captured, precision=precision, accumulation=accumulation
        )
        training = new_training(
            encoder, statistics, settings, "cuda", hidden=16, dropout=0.0, **own
        )
        assert training.captured is captured
        torch.manual_seed(3)  # a flexible network draws orders
        feed = partial(batches, codes[200:], 128)
        training.run(feed, lambda: iter([codes[:200]]), lambda *_: None)
        curves.append(losses(training))
    assert curves[0][-1] < curves[0][0] - 0.5
    assert curves[1] == pytest.approx(curves[0], abs=5e-3)


def fitted_weights(precision: str) -> list[bytes]:
    encoder, codes, statistics = encoded(mixed_table(1500))
    settings = replace(SETTINGS, precision=precision)
    training = new_training(encoder, statistics, settings, "cuda", hidden=16)
    torch.manual_seed(5)
    feed = partial(batches, codes[200:], 128)
    training.run(feed, lambda: iter([codes[:200]]), lambda *_: None)
    return [weight.detach().cpu().numpy().tobytes() for weight in training.parameters]


def test_the_same_seed_gives_the_same_weights_in_each_precision() -> None:
    full, short = fitted_weights("float32"), fitted_weights("tf32")
    assert fitted_weights("tf32") == short
    assert full != short  # it is another calculation


def test_dropout_differs_between_captured_steps() -> None:
    encoder, codes, statistics = encoded(mixed_table(600))
    settings = replace(SETTINGS, learning_rate=1e-9)
    training = new_training(encoder, statistics, settings, "cuda", hidden=16, dropout=0.5)
    training.network.train()
    rows = training._tensor(codes[:128])
    drawn = [float(training._step(rows)) for _ in range(12)]
    assert len({round(loss, 3) for loss in drawn[5:]}) > 4


def test_a_resumed_training_ends_where_an_unbroken_one_does(tmp_path: Path) -> None:
    encoder, codes, statistics = encoded(mixed_table(1500))
    feed = partial(batches, codes[200:], 128)

    def stop_half_way(point: Evaluation, training: Training) -> None:
        save_checkpoint(training, tmp_path)
        if point.step == 30:
            raise Interrupted

    made = [new_training(encoder, statistics, SETTINGS, "cuda", hidden=16) for _ in range(3)]
    unbroken, broken, resumed = made
    torch.manual_seed(7)
    unbroken.run(feed, lambda: iter([codes[:200]]), lambda *_: None)
    torch.manual_seed(7)
    with pytest.raises(Interrupted):
        broken.run(feed, lambda: iter([codes[:200]]), stop_half_way)
    torch.manual_seed(99)  # the checkpoint brings the random state
    load_checkpoint(resumed, tmp_path)
    assert resumed.state.step == 30
    resumed.run(feed, lambda: iter([codes[:200]]), lambda *_: None)
    assert resumed.state.step == unbroken.state.step == 60
    assert losses(resumed) == pytest.approx(losses(unbroken), abs=5e-3)


@pytest.mark.parametrize("rows", [60, 3000])
def test_a_fit_on_a_gpu_samples_on_cpu(rows: int) -> None:
    encoder, codes, statistics = encoded(mixed_table(rows))
    settings = quick_settings(steps=50, batch_rows=32)
    task = task_of(encoder, codes, statistics, settings, worker=Worker(device="cuda"))
    fitted = fit_generator(AutoregressiveKind(), task)
    assert fitted.facts["device"] == torch.cuda.get_device_name()
    assert fitted.facts["captured"]
    drawn = fitted.generator.sample(1000, np.random.default_rng(0))
    assert drawn.shape == (1000, len(encoder.sub_columns))


def test_a_worker_alone_in_a_process_group_is_captured(tmp_path: Path) -> None:
    torch.distributed.init_process_group(
        "nccl", init_method=f"file://{tmp_path / 'store'}", rank=0, world_size=1
    )
    try:
        torch.distributed.all_reduce(torch.ones(2, device="cuda"))
        encoder, codes, statistics = encoded(mixed_table(600))
        training = new_training(encoder, statistics, SETTINGS, "cuda", hidden=16)
        feed = partial(batches, codes[200:], 128)
        training.run(feed, lambda: iter([codes[:200]]), lambda *_: None)
    finally:
        torch.distributed.destroy_process_group()
    assert training.captured
    assert losses(training)[-1] < losses(training)[0]
