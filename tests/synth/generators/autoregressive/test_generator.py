"""The fitted generator: what it draws, how likely rows are, and itself through the model folder."""

import json
from itertools import permutations

import numpy as np
import pytest

from synth.generators.autoregressive.generator import FOLDED_ORDERS, AutoregressiveGenerator
from synth.generators.autoregressive.kernel import BATCH_ROWS, log_probabilities
from synth.generators.contract import Conditional, Generator, Saved, Scored, Tempered
from tests.synth.generators.autoregressive.small import ROWS, seeded, small


def test_it_is_able_to_do_all_that_can_be_asked_of_a_generator() -> None:
    for capability in (Generator, Conditional, Scored, Tempered):
        assert isinstance(small(), capability)


def test_a_saved_generator_is_the_same() -> None:
    own = small(flexible=True, by_value=True, conditions=(("c", "b"),))
    saved = own.save()
    description = json.loads(json.dumps(saved.description))
    assert set(description) == {"settings", "sub_columns", "counts"}
    again = AutoregressiveGenerator.load(Saved(description, saved.tensors))
    assert (again.settings, again.sub_columns) == (own.settings, own.sub_columns)
    np.testing.assert_array_equal(again.sample(300, seeded()), own.sample(300, seeded()))
    np.testing.assert_array_equal(again.log_prob(ROWS), own.log_prob(ROWS))
    given = np.tile([False, False, False, True], (len(ROWS), 1))
    for found, real in zip(
        again.complete(ROWS, given, seeded()), own.complete(ROWS, given, seeded()), strict=True
    ):
        np.testing.assert_array_equal(found, real)


def test_a_temperature_of_one_changes_nothing() -> None:
    own = small()
    plain = own.sample(500, seeded())
    assert plain.dtype == np.int32
    np.testing.assert_array_equal(own.sample_tempered(500, seeded(), 1.0), plain)
    assert (own.sample_tempered(500, seeded(), 0.5) != plain).any()


def test_a_row_is_as_likely_as_the_product_of_its_codes_in_batches_of_any_number() -> None:
    own = small()
    many = np.tile(ROWS, (2 * BATCH_ROWS // len(ROWS) + 1, 1))
    one_by_one = log_probabilities(own.heads(), ROWS).sum(1)
    found = own.log_prob(many).reshape(-1, len(ROWS))
    np.testing.assert_allclose(found, np.tile(one_by_one, (len(found), 1)), rtol=1e-5)
    assert own.log_prob(ROWS[:0]).shape == (0,)


def test_what_the_train_part_never_showed_has_no_probability() -> None:
    own = small()
    counts = [*own.counts[:3], np.array([20, 0])]
    never = AutoregressiveGenerator(own.sub_columns, counts, own.weights, own.settings)
    found = never.log_prob(ROWS)
    assert (np.isneginf(found) == (ROWS[:, 3] == 1)).all()
    assert np.exp(found).sum() == pytest.approx(1, abs=1e-5)
    assert not never.sample(400, seeded())[:, 3].any()


def test_heads_are_folded_once_and_a_bounded_number_of_orders_is_kept() -> None:
    own = small(flexible=True)
    assert own.heads() is own.heads()
    assert own.heads([3, 0, 1, 2]) is own.heads((3, 0, 1, 2))
    for order in permutations(range(4)):
        assert [head.sub_column for head in own.heads(order)] == list(order)
        assert len(own._heads) <= FOLDED_ORDERS + 1
