from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
import torch

from synth.encode import CodeStatistics
from synth.generators.autoregressive import kernel
from synth.generators.autoregressive.completion import DRAWS
from synth.generators.autoregressive.generator import AutoregressiveGenerator
from synth.generators.autoregressive.settings import NetworkSettings
from synth.learning.settings import LikelihoodSettings
from synth.table.sub_column import SubColumn
from tests.synth.fits import (
    all_related,
    encoded,
    generator_of,
    new_training,
    seeded_network,
    weights_of,
)
from tests.synth.tables import mixed_table

WIRINGS: list[dict[str, object]] = [
    {"parents": 1},
    {"parents": 9},
    {"parents": 2, "flexible": True},
    {"parents": 2, "conditions": (("c",),)},
]


def shaken(generator: AutoregressiveGenerator, seed: int = 0) -> AutoregressiveGenerator:
    """The same generator away from the initial zeros and ones."""
    rng = np.random.default_rng(seed)
    weights = {
        name: value
        if value.dtype.kind == "i"
        else value + rng.normal(size=value.shape).astype(np.float32) * 0.3
        for name, value in generator.weights.items()
    }
    return AutoregressiveGenerator(
        generator.sub_columns, generator.counts, weights, generator.settings
    )


def small(*, by_value: bool = False, **settings: object) -> AutoregressiveGenerator:
    """Four sub-columns of three columns, with random weights: few enough to list all rows."""
    subs = [
        SubColumn("a", 0, 3, (0.2, 0.5, 0.9)),
        SubColumn("b", 0, 2),
        SubColumn("b", 1, 3),
        SubColumn("c", 0, 2),
    ]
    own: dict[str, Any] = {"hidden": 8, **settings}
    counts = tuple(np.full(sub.cardinality, 10) for sub in subs)
    grouped = (None, None, np.full((2, 3), 5), None)
    related = all_related(subs, by_value=by_value).to_json()
    none = (None,) * len(subs)
    statistics = CodeStatistics(counts, grouped, none, none, related)
    weights = weights_of(seeded_network(subs, statistics, seed=1, **own))
    return shaken(AutoregressiveGenerator(subs, counts, weights, NetworkSettings(**own)))


ROWS = np.array(list(product(range(3), range(2), range(3), range(2))), np.int32)


@pytest.mark.parametrize("wiring", WIRINGS)
@pytest.mark.parametrize("by_value", [False, True])
def test_the_numpy_kernel_has_the_losses_of_the_torch_network(
    wiring: dict[str, object], by_value: bool
) -> None:
    encoder, codes, statistics = encoded(mixed_table(4000 if by_value else 600))
    if "conditions" in wiring:
        wiring = {**wiring, "conditions": (("seen",),)}
    related = all_related(encoder.sub_columns, by_value=by_value)
    assert any(related.value_embeddings) == by_value
    statistics = replace(statistics, relations=related.to_json())
    training = new_training(
        encoder, statistics, LikelihoodSettings(), hidden=16, residual_layers=2, **wiring
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
    np.testing.assert_allclose(_shares(generator.sample(80_000, _rng())), probability, atol=0.006)
    cold = generator.sample_tempered(20_000, _rng(), 0.001 if by_value else 0.02)
    assert _shares(cold).max() > 0.98


@pytest.mark.parametrize("wiring", WIRINGS)
def test_given_codes_stay_and_the_others_follow_the_condition(wiring: dict[str, object]) -> None:
    generator = small(**wiring)
    codes = np.tile(np.array([0, 0, 0, 1], np.int32), (20_000, 1))
    given = np.tile([False, False, False, True], (20_000, 1))
    drawn, effective = generator.complete(codes, given, _rng())
    assert (drawn[:, 3] == 1).all()
    exact = "flexible" in wiring or "conditions" in wiring
    assert effective == float("inf") if exact else 10 < effective < DRAWS
    heads = generator.heads([3, 0, 1, 2] if exact else None)
    probability = np.exp(kernel.log_probabilities(heads, ROWS).sum(1)) * (ROWS[:, 3] == 1)
    np.testing.assert_allclose(_shares(drawn), probability / probability.sum(), atol=0.012)


def test_easy_rows_do_not_hide_those_with_few_draws() -> None:
    generator = small()
    codes = np.tile(np.array([0, 0, 0, 1], np.int32), (4_000, 1))
    given = np.tile([False, False, False, True], (4_000, 1))
    few = generator.complete(codes, given, _rng())[1]
    given[::2] = False  # nothing is given: every draw counts
    mixed = generator.complete(codes, given, _rng())[1]
    assert 1 / mixed == pytest.approx(0.5 / few + 0.5 / DRAWS, rel=0.05)


def test_what_is_given_first_is_exact_and_rows_may_differ() -> None:
    generator = small()
    codes = np.tile(np.array([2, 1, 0, 0], np.int32), (30_000, 1))
    given = np.tile([True, False, False, False], (30_000, 1))
    given[::2, 1:3] = True
    drawn, effective = generator.complete(codes, given, _rng())
    assert effective == float("inf")
    assert (drawn[:, 0] == 2).all()
    assert (drawn[::2, 1:3] == [1, 0]).all()
    probability = np.exp(generator.log_prob(ROWS)) * (ROWS[:, 0] == 2)
    np.testing.assert_allclose(_shares(drawn[1::2]), probability / probability.sum(), atol=0.012)


def test_rows_whose_given_codes_lead_stay_exact_beside_others() -> None:
    generator = small(conditions=(("c",),))
    codes = np.tile(np.array([0, 0, 0, 1], np.int32), (20_000, 1))
    given = np.tile([False, False, False, True], (20_000, 1))
    given[0] = [False, True, False, False]  # leads no order
    drawn, effective = generator.complete(codes, given, _rng())
    assert drawn[0, 1] == 0
    assert 0.9 * DRAWS < effective < DRAWS
    alone, _ = generator.complete(codes[1:], given[1:], _rng())
    assert (drawn[1:] == alone).all()


def test_another_order_needs_a_flexible_model() -> None:
    with pytest.raises(ValueError, match="train with flexible"):
        small().heads([3, 2, 1, 0])


def _rng() -> np.random.Generator:
    return np.random.default_rng(5)


def _shares(drawn: np.ndarray) -> np.ndarray:
    """How often each of ``ROWS`` occurs."""
    place = np.ravel_multi_index(tuple(drawn.T), (3, 2, 3, 2))
    return np.bincount(place, minlength=len(ROWS)) / len(drawn)


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
        drawn = kernel.sample_codes(generator.heads(), 60_000, _rng(), shared=shared)
        np.testing.assert_allclose(_shares(drawn), expected, atol=0.006)


def test_codes_that_were_never_seen_are_never_drawn() -> None:
    encoder, _, statistics = encoded(mixed_table(600))
    training = new_training(encoder, statistics, LikelihoodSettings())
    drawn = generator_of(training, encoder, statistics).sample(5000, np.random.default_rng(0))
    for place, count in enumerate(statistics.counts):
        assert count[np.unique(drawn[:, place])].min() > 0


def test_large_inputs_do_not_overflow() -> None:
    x = np.array([[-1e4, -90, 0, 90, 1e4]], np.float32)
    with np.errstate(over="raise", invalid="raise"):
        out = kernel._silu(x)
    np.testing.assert_allclose(out, [[0, 0, 0, 90, 1e4]], atol=1e-6)
