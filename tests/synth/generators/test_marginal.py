"""The baseline, checked by hand: counts are the model."""

from pathlib import Path

import numpy as np
import pytest

from synth.encode import CodeStatistics
from synth.generators.marginal import MarginalGenerator, MarginalKind
from synth.learning.task import ArrayCodes, FitTask
from synth.table.sub_column import SubColumn
from tests.synth.generators.torchless import heavy_modules

SUBS = (SubColumn("a", 0, 3), SubColumn("b", 0, 2), SubColumn("b", 1, 3))
# a: 5, 3, 0 of 8 rows; b: 6 in the first group, whose places are 4, 2, 0, and 2 in the second.
ROWS = np.array(
    [[0, 0, 0], [0, 0, 0], [0, 0, 1], [0, 1, 2], [0, 0, 0], [1, 0, 1], [1, 1, 2], [1, 0, 0]]
)


@pytest.fixture(scope="module")
def generator() -> MarginalGenerator:
    statistics = CodeStatistics.of(ROWS, SUBS)
    rows = ArrayCodes(ROWS)
    return MarginalKind().fit(FitTask(SUBS, statistics, None, rows, rows))


def test_rows_are_as_likely_as_the_product_of_their_shares(generator: MarginalGenerator) -> None:
    rows = np.array([[0, 0, 0], [1, 0, 1], [0, 1, 2], [2, 0, 0], [0, 1, 0]])
    shares = [5 / 8 * 6 / 8 * 4 / 6, 3 / 8 * 6 / 8 * 2 / 6, 5 / 8 * 2 / 8 * 1, 0, 0]
    np.testing.assert_allclose(np.exp(generator.log_prob(rows)), shares)
    assert generator.log_prob(rows)[3] == -np.inf


def test_columns_have_the_train_parts_frequencies_and_are_independent(
    generator: MarginalGenerator,
) -> None:
    made = generator.sample(200_000, np.random.default_rng(0))
    found = CodeStatistics.of(made, SUBS)
    for own, real in zip(found.counts, CodeStatistics.of(ROWS, SUBS).counts, strict=True):
        np.testing.assert_allclose(own / own.sum(), real / real.sum(), atol=0.004)
        assert (own[real == 0] == 0).all()
    grouped = found.group_counts[2]
    assert grouped is not None
    np.testing.assert_allclose(
        grouped / grouped.sum(1, keepdims=True), [[2 / 3, 1 / 3, 0], [0, 0, 1]], atol=0.004
    )
    joint = np.histogram2d(made[:, 0], made[:, 1], bins=(3, 2))[0] / len(made)
    np.testing.assert_allclose(joint, np.outer(joint.sum(1), joint.sum(0)), atol=0.002)


def test_a_temperature_is_the_power_of_the_shares(generator: MarginalGenerator) -> None:
    made = generator.sample_tempered(100_000, np.random.default_rng(0), 0.5)
    np.testing.assert_allclose(np.mean(made[:, 0] == 0), 25 / 34, atol=0.006)
    assert not (made[:, 0] == 2).any()


def test_a_place_is_drawn_in_the_group_that_is_given(generator: MarginalGenerator) -> None:
    codes = np.tile([1, 1, 0], (5000, 1))
    given = np.tile([False, True, False], (5000, 1))
    made, effective = generator.complete(codes, given, np.random.default_rng(0))
    assert effective == float("inf")
    assert (made[:, 1:] == [1, 2]).all()
    never = [np.array([True, False, False]), np.zeros(2, bool), np.array([False, False, True])]
    made, _ = generator.complete(codes, given, np.random.default_rng(0), never=never)
    assert set(made[:, 0]) == {1}
    np.testing.assert_allclose(np.mean(made[:, 2] == 0), 4 / 6, atol=0.03)  # those of all groups


def test_neither_fit_nor_sample_load_torch(tmp_path: Path) -> None:
    assert heavy_modules("marginal", tmp_path) == "[]"
