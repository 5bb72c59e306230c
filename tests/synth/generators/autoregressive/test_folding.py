"""From weights to heads: tables folded, rows of the first layer picked."""

import numpy as np
import pytest

from synth.generators.autoregressive.basis import basis_of
from synth.generators.autoregressive.folding import fold, knows_orders
from synth.generators.autoregressive.kernel import IMPOSSIBLE
from synth.learning.settings import LikelihoodSettings
from tests.synth.fits import encoded, generator_of, new_training
from tests.synth.generators.autoregressive.small import small
from tests.synth.tables import mixed_table


def test_another_order_needs_a_flexible_model() -> None:
    with pytest.raises(ValueError, match="train with flexible"):
        small().heads([3, 2, 1, 0])


def test_codes_that_were_never_seen_are_never_drawn() -> None:
    encoder, _, statistics = encoded(mixed_table(600))
    training = new_training(encoder, statistics, LikelihoodSettings())
    drawn = generator_of(training, encoder, statistics).sample(5000, np.random.default_rng(0))
    for place, count in enumerate(statistics.counts):
        assert count[np.unique(drawn[:, place])].min() > 0


def test_the_smooth_part_of_a_table_is_added_to_its_free_part() -> None:
    generator = small()
    weights, ranks = generator.weights, generator.sub_columns[0].ranks
    assert ranks is not None
    first, second = generator.heads()[:2]
    basis = basis_of(ranks)
    smooth = weights["tables.0.embedding"] + basis @ weights["tables.0.smooth_embedding"]
    np.testing.assert_allclose(first.embedding, smooth, rtol=1e-6)
    output = weights["tables.0.output"] + weights["tables.0.smooth_output"] @ basis.T
    np.testing.assert_allclose(first.output, output, rtol=1e-6)
    np.testing.assert_array_equal(second.embedding, weights["tables.1.embedding"])
    np.testing.assert_allclose(
        second.into, weights["tables.1.embedding"] @ weights["first.into"][1], rtol=1e-5
    )


def test_a_head_reads_the_sum_and_those_parents_that_are_drawn_before_it() -> None:
    generator = small(parents=2, flexible=True)
    weights = generator.weights
    width, rank = weights["tables.0.embedding"].shape[1], weights["first.into"].shape[2]
    for order in ((0, 1, 2, 3), (3, 1, 2, 0)):
        for turn, head in enumerate(generator.heads(order)):
            place = order[turn]
            assert head.sub_column == place
            parents = weights["first.parents"][place].tolist()
            before = [order.index(parent) for parent in parents if parent in order[:turn]]
            assert head.inputs == tuple(before)
            assert head.first.shape == (rank + len(before) * width, 8)
            scale = max(turn, 1) ** -0.5
            np.testing.assert_allclose(head.first[:rank], weights["first.out"][place] * scale)
            known = weights["first.known"][place][[p in order[:turn] for p in parents]].sum(0)
            bias = weights["first.bias"][place, 0] + known
            np.testing.assert_allclose(head.first_bias, bias, rtol=1e-5)


def test_codes_without_rows_are_impossible() -> None:
    generator = small()
    seen = [np.array([4, 0, 3]), np.array([7, 0]), np.array([1, 1, 5]), np.array([6, 1])]
    heads = fold(generator.weights, generator.sub_columns, seen)
    for head, count in zip(heads, seen, strict=True):
        assert (head.bias == IMPOSSIBLE).tolist() == (count == 0).tolist()


def test_values_are_embedded_group_by_group_and_places_drawn_in_their_group() -> None:
    plain, by_value = small().heads()[2], small(by_value=True)
    head, weights = by_value.heads()[2], by_value.weights
    assert not plain.embeds_values and head.embeds_values
    for group in range(2):
        for place in range(3):
            own = weights["tables.1.embedding"][group] + weights["tables.2.embedding"][place]
            own = own + weights["tables.2.whole"][3 * group + place]
            np.testing.assert_allclose(head.embedding[3 * group + place], own, rtol=1e-5)
    assert head.group == 1 and head.within is weights["tables.2.within"]
    assert [other.group for other in by_value.heads()] == [None, None, 1, None]


def test_only_some_networks_know_other_orders() -> None:
    assert [knows_orders(small(**own).weights) for own in ({}, {"conditions": (("c",),)})] == [
        False,
        True,
    ]
    assert [head.sub_column for head in small().heads([0, 1, 2, 3])] == [0, 1, 2, 3]
