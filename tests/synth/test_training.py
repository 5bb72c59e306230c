from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch

from synth.checkpoint import load_checkpoint, save_checkpoint
from synth.training import Evaluation, Training, TrainingSettings
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
    given = TrainingSettings(learning_rate=0.004, weight_decay=0.1)
    assert given.settled(720) == given


def test_open_settings_are_refused() -> None:
    with pytest.raises(ValueError, match="settled"):
        Training(torch.nn.Linear(2, 2), TrainingSettings())
