"""Expected counts add, and tables of them have the margins of the rows."""

from __future__ import annotations

import numpy as np
import pytest

from synth.encode import CodeStatistics
from synth.generators.mixture.expectation import Expectation, Expected
from tests.synth.generators.mixture.small import ALL, SUBS, TABLES, law, rows

CODES = rows(3000)


@pytest.fixture(scope="module")
def expectation() -> Expectation:
    statistics = CodeStatistics.of(CODES, SUBS)
    counts = zip(statistics.counts, statistics.group_counts, strict=True)
    tables = [own[None] if grouped is None else grouped for own, grouped in counts]
    return Expectation(SUBS, [own.astype(np.float64) for own in tables])


def test_expected_counts_are_those_of_bayes_rule(expectation: Expectation) -> None:
    found = expectation.counted(TABLES, [CODES[:1000], CODES[1000:]])
    likely = TABLES.shares[None] * np.ones((len(CODES), 1))
    for place in (0, 1, 3):
        likely = likely * TABLES.codes[place][:, CODES[:, place]].T
    alike = likely / likely.sum(1, keepdims=True)
    np.testing.assert_allclose(found.rows, alike.sum(0), rtol=1e-4)
    np.testing.assert_allclose(
        found.codes[3:5].T,
        [[alike[CODES[:, 1] == code, own].sum() for code in range(2)] for own in range(3)],
        rtol=1e-4,
    )
    assert found.log_likelihood == pytest.approx(np.log(likely.sum(1)).sum(), rel=1e-5)
    assert found.seen == 3000


def test_counts_of_two_parts_add_to_those_of_all(expectation: Expectation) -> None:
    whole = expectation.counted(TABLES, [CODES])
    parts = [expectation.counted(TABLES, [own]).flat() for own in (CODES[:700], CODES[700:])]
    both = Expected.of_flat(parts[0] + parts[1], 3)
    np.testing.assert_allclose(both.rows, whole.rows, rtol=1e-5)
    np.testing.assert_allclose(both.codes, whole.codes, rtol=1e-4, atol=1e-3)
    assert both.seen == whole.seen


def test_margins_are_those_of_the_rows_whatever_the_prior(expectation: Expectation) -> None:
    counts = expectation.counted(TABLES, [CODES])
    for prior in (0.5, 50.0):
        tables = expectation.tables(counts, prior)
        for place in expectation.first:
            own = np.bincount(CODES[:, place], minlength=SUBS[place].cardinality) / len(CODES)
            np.testing.assert_allclose(tables.shares @ tables.codes[place], own, atol=1e-5)


def test_more_expectation_makes_rows_likelier(expectation: Expectation) -> None:
    """The law of EM: with hardly a prior no step makes the rows less likely."""
    rng = np.random.default_rng(1)
    codes = rng.random((int(expectation.starts[-1]), 3))
    tables = expectation.of(np.full(3, 1 / 3), codes)
    seen = []
    for _ in range(40):
        counts = expectation.counted(tables, [CODES])
        seen.append(counts.log_likelihood)
        tables = expectation.tables(counts, 1e-6)
    assert (np.diff(seen) > -0.05).all() and seen[-1] > seen[0] + 500
    best = float(np.log(law()[law() > 0]) @ (law()[law() > 0] * len(ALL) / len(ALL))) * len(CODES)
    places = np.log(TABLES.codes[2][CODES[:, 1], CODES[:, 2]]).sum()
    assert seen[-1] == pytest.approx(best - places, rel=0.02)


def test_counts_move_by_their_weight() -> None:
    now, then = (
        Expected(np.array([4.0]), np.array([[2.0]])),
        Expected(np.zeros(1), np.zeros((1, 1))),
    )
    assert now.towards(then, 0.25).rows.tolist() == [3.0]
    assert now.towards(then, 1.0).codes.tolist() == [[0.0]]
    assert now.scaled(2).codes.tolist() == [[4.0]]
