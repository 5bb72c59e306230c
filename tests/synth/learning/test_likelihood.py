import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from shutil import which

import numpy as np
import pytest
import torch
from torch._dynamo.utils import counters

from synth.learning.checkpoint import load_checkpoint, save_checkpoint
from synth.learning.likelihood import Training
from synth.learning.settings import Evaluation, LikelihoodSettings
from tests.synth.fits import batches, encoded, new_training
from tests.synth.tables import mixed_table

SETTINGS = LikelihoodSettings(
    steps=40, batch_rows=128, evaluation_steps=5, warmup_steps=5, learning_rate=2e-3, patience=8
)


class Interrupted(Exception):
    pass


def weights(training: Training) -> list[bytes]:
    return [p.detach().numpy().tobytes() for p in training.parameters]


@pytest.mark.parametrize("ahead", [0, 3, 64])
def test_a_resumed_training_ends_where_an_unbroken_one_does(tmp_path: Path, ahead: int) -> None:
    """Also where batches were read that are not learned yet: their place is not that of the fit."""
    encoder, codes, statistics = encoded(mixed_table(1500))
    ahead_of_steps = replace(SETTINGS, read_ahead=ahead)
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

    broken = new_training(encoder, statistics, ahead_of_steps, hidden=16)
    torch.manual_seed(7)
    with pytest.raises(Interrupted):
        broken.run(feed, validation, stop_half_way)  # type: ignore[arg-type]

    resumed = new_training(encoder, statistics, ahead_of_steps, hidden=16)
    torch.manual_seed(99)  # the checkpoint brings the random state
    load_checkpoint(resumed, tmp_path)
    assert resumed.state.step == 20
    resumed.run(feed, validation, lambda *_: None)  # type: ignore[arg-type]
    assert resumed.state.step == unbroken.state.step
    assert resumed.state.best_loss == unbroken.state.best_loss
    assert weights(resumed) == weights(unbroken)
    assert not [thread for thread in threading.enumerate() if thread.name == "read-ahead"]


def test_a_block_that_cannot_be_read_ends_a_training_that_reads_ahead() -> None:
    encoder, codes, statistics = encoded(mixed_table(1500))
    training = new_training(encoder, statistics, replace(SETTINGS, read_ahead=64), hidden=16)

    def broken_off(epoch: int) -> Iterator[np.ndarray]:
        yield from batches(codes[200:], 128, epoch)
        raise OSError("the second epoch cannot be read")

    with pytest.raises(OSError, match="the second epoch cannot be read"):
        training.run(broken_off, lambda: iter([codes[:200]]), lambda *_: None)
    assert training.state.step == training.state.batch_of_epoch == 10  # all before it are learned


def test_a_loss_that_is_no_number_ends_it_and_is_not_kept(tmp_path: Path) -> None:
    """The checkpoint is that of the last evaluation before it."""
    encoder, codes, statistics = encoded(mixed_table(1500))
    training = new_training(encoder, statistics, SETTINGS, hidden=16)

    def spoil_after_ten(point: Evaluation, training: Training) -> None:
        save_checkpoint(training, tmp_path)
        if point.step == 10:
            with torch.no_grad():
                training.parameters[0].fill_(torch.nan)

    feed = partial(batches, codes[200:], 128)
    with pytest.raises(ValueError, match=r"the loss is nan at step 15.*learning_rate.*0\.0002"):
        training.run(feed, lambda: iter([codes[:200]]), spoil_after_ten)
    kept = new_training(encoder, statistics, SETTINGS, hidden=16)
    load_checkpoint(kept, tmp_path)
    assert kept.state.step == 10 and all(torch.isfinite(p).all() for p in kept.parameters)


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
    settings = LikelihoodSettings().settled(1000)
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
    settings = LikelihoodSettings(steps=400, batch_rows=64, evaluation_steps=4, patience=3)
    training = new_training(encoder, statistics, settings, hidden=16)
    noise = np.stack(
        [np.random.default_rng(i).integers(0, k, 300) for i, k in enumerate(encoder.cardinalities)],
        1,
    )
    state = training.run(partial(batches, codes, 64), lambda: iter([noise]), lambda *_: None)
    assert state.step < 400
    assert state.since_best == 3


@pytest.mark.parametrize("own", [{}, {"flexible": True}, {"class_weights": "age"}], ids=str)
def test_a_batch_in_parts_learns_what_the_whole_one_does(own: dict[str, object]) -> None:
    """Without dropout, of which each part draws its own; 128 rows are no three equal parts."""
    table = mixed_table(900).select(["age", "in come", "real"])
    encoder, codes, statistics = encoded(table, first=["age"])
    ends, seen = [], list[int]()
    for accumulation in (1, 3):
        settings = replace(SETTINGS, steps=10, accumulation=accumulation)
        training = new_training(encoder, statistics, settings, hidden=16, dropout=0.0, **own)
        network = training.network.train()
        network.register_forward_pre_hook(
            lambda network, given: seen.append(len(given[0])) if network.training else None
        )
        torch.manual_seed(3)  # a flexible network draws orders
        loss = float(training._step(training._tensor(codes[:128])))
        slopes = np.concatenate([p.grad.numpy().copy() for p in training.parameters])
        curve = training.run(
            partial(batches, codes[200:], 128), lambda: iter([codes[:200]]), lambda *_: None
        ).curve
        learned = np.concatenate([p.detach().numpy() for p in training.parameters])
        ends.append((loss, slopes, learned, [point["validation_loss"] for point in curve]))
    assert set(seen[:10]) == {128} and set(seen[10:]) == {42, 43} and len(seen) == 40
    whole, in_parts = ends
    assert in_parts[0] == pytest.approx(whole[0], rel=1e-5)
    np.testing.assert_allclose(in_parts[1], whole[1], rtol=1e-3, atol=1e-6)
    # A slope that is nothing but rounding moves a weight as far as any other does.
    assert np.abs(in_parts[2] - whole[2]).mean() < 2e-5
    assert in_parts[3] == pytest.approx(whole[3], rel=1e-5)


def test_open_settings_are_refused() -> None:
    with pytest.raises(ValueError, match="settled"):
        Training(torch.nn.Linear(2, 2), LikelihoodSettings())


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
def test_compiled_steps_learn_the_same() -> None:
    encoder, codes, statistics = encoded(
        mixed_table(1500).select(["age", "in come", "real", "day", 'ci"ty'])
    )
    curves = []
    for compiled in (False, True):
        settings = replace(SETTINGS, steps=20, compiled=compiled)
        training = new_training(
            encoder, statistics, settings, hidden=16, flexible=True, dropout=0.0
        )
        torch.manual_seed(3)  # a flexible network draws orders
        counters.clear()
        feed = partial(batches, codes[200:], 128)
        curve = training.run(feed, lambda: iter([codes[:200]]), lambda *_: None).curve
        curves.append([point["validation_loss"] for point in curve])
    assert curves[1] == pytest.approx(curves[0], abs=1e-3)
    assert counters["stats"]["unique_graphs"] == 2  # the given order, and any other
