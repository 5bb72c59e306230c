from dataclasses import replace

import pytest

from synth.metrics.copies import binomial_interval, exact_copies
from synth.metrics.gates import GateRules, broken, gated, reason
from synth.metrics.metric import Metric

RULES = GateRules(0.03, 0.05, 0.9, 0.8, None, repeats=0.001)


def similarity(value: float, reference: float | None, scope: str = "table") -> Metric:
    return Metric("column_similarity", scope, value, reference=reference)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "reference", "passes"),
    [(0.97, 0.99, True), (0.95, 0.99, False), (0.91, None, True), (0.89, None, False)],
)
def test_similarity_is_held_against_the_ceiling_or_the_minimum(
    value: float, reference: float | None, passes: bool
) -> None:
    assert gated([similarity(value, reference)], RULES)[0].passed is passes


def test_only_figures_of_the_whole_table_have_gates() -> None:
    metrics = [similarity(0.1, 0.9, "column"), Metric("jensen_shannon", "table", 0.5)]
    assert [metric.passed for metric in gated(metrics, RULES)] == [None, None]


@pytest.mark.parametrize(
    ("copies", "held", "rate", "passes"),
    [
        (0, 0, None, True),
        (1, 0, None, True),  # 0.1 %: cleaning dropped as many
        (2, 0, None, False),
        (50, 50, None, True),
        (51, 50, None, False),
        (1, 50, 0.0, False),
    ],
)
def test_copies_may_not_exceed_what_real_rows_show(
    copies: int, held: int, rate: float | None, passes: bool
) -> None:
    metric = exact_copies(copies, 1000, held_copies=held, held_rows=1000)
    assert gated([metric], replace(RULES, copy_rate=rate))[0].passed is passes


def test_a_broken_gate_says_why() -> None:
    bad = gated([exact_copies(7, 1000), similarity(0.5, None)], RULES)
    assert [reason(metric) for metric in broken(bad)] == [
        "exact copy rate is 0.7 %, at most 0.1 % is asked (gates.copy_rate)",
        "column similarity is 0.5000, at least 0.9000 is asked",
    ]


def test_one_copy_among_many_rows_is_seen_in_the_reason() -> None:
    rules = replace(RULES, repeats=0.0)
    bad = gated([exact_copies(1, 26_115, held_copies=0, held_rows=5_000)], rules)
    assert [reason(metric) for metric in broken(bad)] == [
        "exact copy rate is 0.00383 %, at most 0 % is asked (gates.copy_rate)"
    ]


def test_intervals_of_shares_checked_by_hand() -> None:
    # Clopper-Pearson: the upper end for no hit in n is 1 - 0.025 ** (1 / n).
    assert binomial_interval(0, 100) == (0.0, pytest.approx(1 - 0.025 ** (1 / 100)))
    assert binomial_interval(100, 100) == (pytest.approx(0.025 ** (1 / 100)), 1.0)
    low, high = binomial_interval(5, 100)
    assert low == pytest.approx(0.0164, abs=1e-4) and high == pytest.approx(0.1128, abs=1e-4)


def test_the_reference_of_copies_is_the_holdouts_own_rate_and_nothing_else() -> None:
    assert exact_copies(1, 1000, held_copies=3, held_rows=200).reference == 0.015
    assert exact_copies(1, 1000).reference is None
