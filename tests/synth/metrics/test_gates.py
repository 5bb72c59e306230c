from dataclasses import replace

import pytest

from synth.metrics.copies import exact_copies
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


def test_a_metric_without_a_gate_breaks_none() -> None:
    with pytest.raises(ValueError, match="column_similarity has no gate to break"):
        reason(similarity(0.1, None))
