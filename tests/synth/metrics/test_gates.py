from dataclasses import replace

import pytest

from synth.metrics.copies import exact_copies
from synth.metrics.gates import GateRules, broken, gated, reason
from synth.metrics.metric import Metric

RULES = GateRules(0.03, 0.05, 0.9, 0.8, None, copy_level=0.01, repeats=(1, 1000))


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
        (9, 0, None, True),  # cleaning dropped one in as many rows: 9 and 1 are chance
        (10, 0, None, False),
        (77, 50, None, True),
        (78, 50, None, False),
        (1, 50, 0.0, False),
        (300, 0, 0.3, True),
    ],
)
def test_copies_may_not_exceed_what_chance_makes_of_real_rows(
    copies: int, held: int, rate: float | None, passes: bool
) -> None:
    metric = exact_copies(copies, 1000, held_copies=held, held_rows=1000)
    assert gated([metric], replace(RULES, copy_rate=rate))[0].passed is passes


def test_a_copy_in_a_million_is_chance_and_a_leak_is_not() -> None:
    rules = replace(RULES, repeats=(0, 1_250_000))
    for copies, passes in ((1, True), (5, True), (6, False), (10_000, False)):
        metric = exact_copies(copies, 1_000_000, held_copies=0, held_rows=250_000)
        assert gated([metric], rules)[0].passed is passes


def test_a_small_holdout_without_copies_does_not_let_many_pass() -> None:
    """Of 400 rows none equals another: that says more than that none of 80 does."""
    rules = replace(RULES, repeats=(0, 400))
    for copies, passes in ((5, True), (8, False)):
        metric = exact_copies(copies, 320, held_copies=0, held_rows=80)
        assert gated([metric], rules)[0].passed is passes


@pytest.mark.parametrize(
    ("repeats", "held", "reference"),
    [
        ((5, 1000), (1, 1000), (5, 1000)),
        ((5, 1000), (1, 100), (1, 100)),
        ((0, 400), (0, 80), (0, 400)),
        ((0, 0), (0, 80), (0, 80)),
    ],
)
def test_copies_are_held_against_the_higher_rate_and_of_equal_ones_that_of_more_rows(
    repeats: tuple[int, int], held: tuple[int, int], reference: tuple[int, int]
) -> None:
    metric = exact_copies(0, 100, held_copies=held[0], held_rows=held[1])
    assert replace(RULES, repeats=repeats).copy_reference(metric) == reference


def test_a_gate_on_a_share_says_how_many_rows_it_allows() -> None:
    (metric,) = gated([exact_copies(3, 48_790)], replace(RULES, repeats=(52, 48_842)))
    assert metric.allowed_rows == 79  # as often as a test of two counts allows
    assert exact_copies(3, 100).allowed_rows is None
    assert similarity(0.9, 0.9).allowed_rows is None


def test_without_anything_to_compare_with_no_copy_passes() -> None:
    rules = replace(RULES, repeats=(0, 0))
    assert gated([exact_copies(0, 1000)], rules)[0].passed
    assert not gated([exact_copies(1, 1000)], rules)[0].passed


def test_a_broken_gate_says_why() -> None:
    bad = gated([exact_copies(70, 1000), similarity(0.5, None)], RULES)
    assert [reason(metric) for metric in broken(bad)] == [
        "70 of 1,000 rows equal a real one in every value, at most 9 may "
        "(gates.copy_rate, gates.copy_level)",
        "column similarity is 0.5000, at least 0.9000 is asked",
    ]


def test_rows_are_counted_in_the_reason() -> None:
    rules = replace(RULES, copy_rate=0.0)
    bad = gated([exact_copies(1, 26_115, held_copies=0, held_rows=5_000)], rules)
    assert [reason(metric) for metric in broken(bad)] == [
        "1 of 26,115 rows equal a real one in every value, at most 0 may "
        "(gates.copy_rate, gates.copy_level); of 5,000 held-out rows 0 do"
    ]


def test_a_metric_without_a_gate_breaks_none() -> None:
    with pytest.raises(ValueError, match="column_similarity has no gate to break"):
        reason(similarity(0.1, None))
