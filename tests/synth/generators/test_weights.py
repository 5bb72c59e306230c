"""Weights of codes, and what generators draw under them, against all rows that can be listed."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from synth.generators.autoregressive.kernel import log_probabilities
from synth.generators.contract import Conditional, Saved
from synth.generators.marginal import MarginalGenerator
from synth.generators.weights import CodeWeights, bound, matched, row_weights, taken, weights_of
from synth.sampling.rejection import complete_by_rejection
from synth.table.sub_column import SubColumn
from tests.synth.generators.autoregressive.small import ROWS, shares, small

TABLE = np.array([[[1, 0.25, 0]], [[0, 0, 1]]], np.float32)  # two patterns of three codes


def test_rows_have_the_weights_of_their_pattern() -> None:
    own = CodeWeights(TABLE, np.array([1, 0, 0]))
    codes = np.array([[2], [1], [0]])
    assert own.of(codes).tolist() == [[0, 0, 1], [1, 0.25, 0], [1, 0.25, 0]]
    assert own.binds.all() and own.take(np.array([1])).pattern.tolist() == [0]
    weights = {0: [own, own]}
    assert row_weights(weights, codes).tolist() == [1, 0.0625, 1]
    assert weights_of({}, 0, codes) is None
    assert bound(taken(weights, np.array([0, 1])), 2, 3).tolist() == [[True, False, False]] * 2


def test_a_group_says_which_weights_count() -> None:
    table = np.array([[[1, 0], [0, 1]]], np.float32)
    own = CodeWeights(table, np.zeros(2, int), group=0)
    assert own.of(np.array([[0, 0], [1, 0]])).tolist() == [[1, 0], [0, 1]]


def test_equal_keys_are_matched_once() -> None:
    serving, served = matched(np.array([5, 5, 7]), np.array([7, 5, 9]))
    assert sorted(zip(serving.tolist(), served.tolist(), strict=True)) == [(0, 1), (2, 0)]


@pytest.mark.parametrize("wiring", [{}, {"flexible": True}, {"conditions": (("c",),)}])
@pytest.mark.parametrize("place", [0, 3])
def test_the_network_draws_in_proportion_to_probability_times_weight(
    wiring: dict[str, object], place: int
) -> None:
    """Whether the weighed code is drawn first or last: by rejection both are exact."""
    generator = small(**wiring)
    weight = np.linspace(0, 1, generator.sub_columns[place].cardinality, dtype=np.float32)
    weight[-1] = 0.3
    rows = 6_000
    weights = {place: [CodeWeights(weight[None, None], np.zeros(rows, int))]}
    nothing = np.zeros((rows, 4), np.int32)
    rng = np.random.default_rng(4)
    drawn, effective = generator.complete(nothing, nothing > 0, rng, weights=weights)
    assert effective == float("inf")
    first = "flexible" in wiring or (place == 3 and "conditions" in wiring)
    heads = generator.heads([3, 0, 1, 2] if first and place == 3 else None)
    wanted = np.exp(log_probabilities(heads, ROWS).sum(1)) * weight[ROWS[:, place]]
    np.testing.assert_allclose(shares(drawn), wanted / wanted.sum(), atol=0.02)


def test_what_is_too_rare_for_rejection_is_resampled_and_said() -> None:
    generator = small()
    weight = np.zeros(generator.sub_columns[3].cardinality, np.float32)
    weight[1] = 1e-3
    rows = 60
    weights = {3: [CodeWeights(weight[None, None], np.zeros(rows, int))] * 2}
    nothing = np.zeros((rows, 4), np.int32)
    drawn, effective = generator.complete(
        nothing, nothing > 0, np.random.default_rng(0), weights=weights
    )
    assert drawn.shape == (60, 4) and 1 <= effective < float("inf")


def two_levels() -> MarginalGenerator:
    subs = (SubColumn("a", 0, 2), SubColumn("a", 1, 3), SubColumn("b", 0, 2))
    counts = np.array([[30, 70]]), np.array([[5, 15, 10], [40, 20, 10]]), np.array([[60, 40]])
    return MarginalGenerator(subs, counts)


class Whole:
    """The same generator, as one that draws whole rows only."""

    name = "whole"

    def sample(self, rows: int, rng: np.random.Generator) -> np.ndarray:
        return two_levels().sample(rows, rng)

    def save(self) -> Saved:
        raise NotImplementedError


@pytest.mark.parametrize("is_whole", [False, True])
def test_places_in_groups_are_weighed_with_their_groups(is_whole: bool) -> None:
    rows = 20_000
    table = np.array([[[0, 1, 0.5], [1, 0, 0]]], np.float32)
    weights = {1: [CodeWeights(table, np.zeros(rows, int), group=0)]}
    nothing, rng = np.zeros((rows, 3), np.int32), np.random.default_rng(1)
    generator = Whole() if is_whole else two_levels()
    if isinstance(generator, Conditional):
        drawn, _ = generator.complete(nothing, nothing > 0, rng, weights=weights)
    else:
        drawn, kept = complete_by_rejection(generator, nothing, nothing > 0, "'a'", rng, weights)
        assert kept == pytest.approx(0.2 + 0.4, abs=0.01)
    every = np.array(list(product(range(2), range(3), range(2))))
    probability = np.exp(two_levels().log_prob(every)) * table[0][every[:, 0], every[:, 1]]
    found = np.array([(drawn == row).all(1).mean() for row in every])
    np.testing.assert_allclose(found, probability / probability.sum(), atol=0.012)
