import numpy as np
import pytest
from scipy.stats import binom, binomtest

from synth.metrics.copies import binomial_interval, exact_copies, most_by_chance


def test_intervals_of_shares_checked_by_hand() -> None:
    # Clopper-Pearson: the upper end for no hit in n is 1 - 0.025 ** (1 / n).
    assert binomial_interval(0, 100) == (0.0, pytest.approx(1 - 0.025 ** (1 / 100)))
    assert binomial_interval(100, 100) == (pytest.approx(0.025 ** (1 / 100)), 1.0)
    low, high = binomial_interval(5, 100)
    assert low == pytest.approx(0.0164, abs=1e-4) and high == pytest.approx(0.1128, abs=1e-4)


@pytest.mark.parametrize(("hits", "rows"), [(0, 7), (1, 3), (12, 40), (39, 40), (5, 26_115)])
def test_intervals_of_shares_are_those_of_scipy(hits: int, rows: int) -> None:
    interval = binomtest(hits, rows).proportion_ci(0.95, method="exact")
    assert binomial_interval(hits, rows) == pytest.approx((interval.low, interval.high))


def test_the_reference_of_copies_is_the_holdouts_own_rate_and_nothing_else() -> None:
    assert exact_copies(1, 1000, held_copies=3, held_rows=200).reference == 0.015
    assert exact_copies(1, 1000).reference is None


def test_copies_are_a_share_of_the_table_with_its_interval() -> None:
    metric = exact_copies(5, 100)
    assert (metric.name, metric.scope, metric.value) == ("exact_copy_rate", "table", 0.05)
    assert metric.interval == binomial_interval(5, 100)
    assert not metric.higher_is_better
    assert exact_copies(0, 10, held_copies=0, held_rows=0).reference is None  # no holdout


@pytest.mark.parametrize(
    ("rows", "reference"),
    [(1_000_000, (0, 250_000)), (1000, (50, 1000)), (1000, (1, 1000)), (39_000, (3, 9_768))],
)
@pytest.mark.parametrize("level", [0.01, 0.05])
def test_as_many_copies_pass_as_a_binomial_law_allows(
    rows: int, reference: tuple[int, int], level: float
) -> None:
    most, (held, others) = most_by_chance(rows, reference, level), reference
    share = rows / (rows + others)
    assert binom.sf(most - 1, most + held, share) >= level
    assert binom.sf(most, most + 1 + held, share) < level


def test_all_rows_may_be_copies_where_all_real_rows_are() -> None:
    assert most_by_chance(100, (10, 10), 0.01) == 100
    assert most_by_chance(100, (0, 0), 0.01) == 0


def test_equal_rates_pass_as_often_as_the_level_says() -> None:
    """Of 2,000 tables that are copied as much as the holdout about one in a hundred is refused."""
    rng = np.random.default_rng(0)
    made, held = rng.poisson(40, 2000), rng.poisson(10, 2000)
    refused = [
        c > most_by_chance(40_000, (h, 10_000), 0.01) for c, h in zip(made, held, strict=True)
    ]
    assert 0.002 < np.mean(refused) < 0.012
