from dataclasses import replace

import numpy as np
import pytest
import torch

from synth.generators.autoregressive import kernel
from synth.learning.settings import LikelihoodSettings
from tests.synth.fits import (
    all_related,
    encoded,
    generator_of,
    looked_up,
    new_training,
)
from tests.synth.generators.autoregressive.small import ROWS, WIRINGS, seeded, shares, small
from tests.synth.tables import mixed_table


@pytest.mark.parametrize("wiring", WIRINGS)
@pytest.mark.parametrize("by_value", [False, True])
def test_the_numpy_kernel_has_the_losses_of_the_torch_network(
    wiring: dict[str, object], by_value: bool
) -> None:
    encoder, codes, statistics = encoded(mixed_table(6000 if by_value else 600))
    if "conditions" in wiring:
        wiring = {**wiring, "conditions": (("seen",),)}
    related = all_related(encoder.sub_columns, by_value=by_value)
    assert any(related.value_embeddings) == by_value
    statistics = replace(statistics, relations=related.to_json())
    known = looked_up(codes[:3000], encoder.sub_columns, related, 11)
    assert bool(known) == by_value
    training = new_training(
        encoder,
        statistics,
        LikelihoodSettings(),
        hidden=16,
        residual_layers=2,
        looked_up=known,
        **wiring,
    )
    for parameter in training.parameters:
        parameter.data.add_(torch.randn_like(parameter) * 0.05)
    generator = generator_of(training, encoder, statistics)
    generator.counts = [np.ones_like(count) for count in generator.counts]
    training.network.eval()
    rows = torch.from_numpy(codes.astype(np.int64))
    orders: list[list[int] | None] = [None]
    if "flexible" in wiring or "conditions" in wiring:
        names = [sub.column for sub in encoder.sub_columns]  # a group comes before its places
        orders.append(
            sorted(range(len(names)), key=lambda place: (-names.index(names[place]), place))
        )
    for order in orders:
        found = kernel.log_probabilities(generator.heads(order), codes)
        rank = None if order is None else torch.argsort(torch.tensor(order))
        with torch.no_grad():
            expected = training.network(rows, rank)
        np.testing.assert_allclose(-found.mean(0), expected.numpy(), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("wiring", WIRINGS)
@pytest.mark.parametrize("by_value", [False, True])
def test_a_head_sees_only_what_stands_before_it(wiring: dict[str, object], by_value: bool) -> None:
    generator = small(by_value=by_value, **wiring)
    found = kernel.log_probabilities(generator.heads(), ROWS)
    for place in range(4):
        own = {tuple(row[: place + 1]): p for row, p in zip(ROWS, found[:, place], strict=True)}
        np.testing.assert_allclose(
            found[:, place], [own[tuple(row[: place + 1])] for row in ROWS], atol=1e-5
        )
    assert np.exp(generator.log_prob(ROWS)).sum() == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("by_value", [False, True])
def test_samples_follow_the_model_and_the_temperature(by_value: bool) -> None:
    generator = small(by_value=by_value)
    probability = np.exp(generator.log_prob(ROWS))
    np.testing.assert_allclose(shares(generator.sample(80_000, seeded())), probability, atol=0.006)
    cold = generator.sample_tempered(20_000, seeded(), 0.001 if by_value else 0.01)
    assert shares(cold).max() > 0.98


def test_inverse_cdf_draws_by_the_softmax() -> None:
    logits = np.log(np.array([0.1, 0.2, 0.7], np.float32))
    uniform = np.random.default_rng(0).random(200_000, np.float32)
    mass = kernel.cumulated_mass(np.tile(logits[:, None], (1, 200_000)))
    drawn = kernel.draw(mass, uniform)
    np.testing.assert_allclose(np.bincount(drawn) / 200_000, [0.1, 0.2, 0.7], atol=0.004)


def test_a_shared_draw_is_each_rows_own() -> None:
    random = np.random.default_rng(0)
    logits = random.normal(size=(7, 5)).astype(np.float32)
    logits[[0, 3, 6], [0, 1, 2]] = kernel.IMPOSSIBLE  # first, middle and last code of a column
    of = random.integers(0, 5, 50_000)
    uniform = random.random(50_000, np.float32)
    uniform[:5], of[:5] = 0.0, np.arange(5)
    mass = kernel.cumulated_mass(logits)
    own = kernel.draw(mass[:, of], uniform)
    shared = kernel._draw_shared(mass, of, uniform)
    assert np.mean(own != shared) < 1e-4  # rounding, where a uniform falls on an edge
    assert np.abs(own - shared).max() <= 1
    for code, column in ((0, 0), (3, 1), (6, 2)):
        assert not np.any(shared[of == column] == code)


def test_shared_beginnings_change_no_distribution() -> None:
    """No head is shared, then some are, then all."""
    generator = small()
    expected = np.exp(generator.log_prob(ROWS))
    for shared in (10**9, 2_000, 8):
        drawn = kernel.sample_codes(generator.heads(), 60_000, seeded(), shared=shared)
        np.testing.assert_allclose(shares(drawn), expected, atol=0.006)


def test_large_inputs_do_not_overflow() -> None:
    x = np.array([[-1e4, -90, 0, 90, 1e4]], np.float32)
    with np.errstate(over="raise", invalid="raise"):
        out = kernel._silu(x)
    np.testing.assert_allclose(out, [[0, 0, 0, 90, 1e4]], atol=1e-6)
