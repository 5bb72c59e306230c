from dataclasses import replace

import pytest

from synth.metrics.copies import exact_copies
from synth.metrics.gates import GateRules, Waiver, broken, gated, reason
from synth.metrics.kind import Bound
from synth.metrics.metric import Metric

RULES = GateRules(copy_level=0.01, repeats=(1, 1000))


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


LOSS = Metric("correlation_difference", "table", 0.05, higher_is_better=False)
ZONES = replace(RULES, bounds={"correlation_difference": Bound(0.03, 0.07)})


@pytest.mark.parametrize(("value", "status"), [(0.03, "green"), (0.05, "amber"), (0.08, "red")])
def test_between_its_two_ends_a_figure_is_amber(value: float, status: str) -> None:
    assert gated([replace(LOSS, value=value)], ZONES)[0].status == status


@pytest.mark.parametrize(
    ("value", "interval", "status"),
    [
        (0.02, (0.0, 0.2), "green"),
        (0.10, (0.06, 0.14), "amber"),  # by chance it may be amber still
        (0.10, (0.08, 0.12), "red"),
        (0.10, None, "red"),
    ],
)
def test_by_its_interval_a_figure_is_red_where_even_the_better_end_lies_beyond(
    value: float, interval: tuple[float, float] | None, status: str
) -> None:
    rules = replace(RULES, bounds={LOSS.name: Bound(0.03, 0.07, by="interval")})
    assert gated([replace(LOSS, value=value, interval=interval)], rules)[0].status == status


def test_a_relative_bound_is_so_much_worse_than_the_reference_and_absolute_without_one() -> None:
    rules = replace(RULES, bounds={LOSS.name: Bound(0.02, 0.04, relative=True, absolute=0.06)})
    beside = gated([replace(LOSS, reference=0.02)], rules)[0]
    assert beside.gate is not None and (beside.gate.bound, beside.gate.amber) == (0.04, 0.06)
    assert beside.status == "amber" and gated([LOSS], rules)[0].status == "green"
    held_to_none = replace(RULES, bounds={LOSS.name: Bound(0.02, relative=True)})
    assert gated([LOSS], held_to_none)[0].gate is None


def test_a_waived_figure_stays_red_and_breaks_nothing() -> None:
    waived = replace(ZONES, waivers={LOSS.name: Waiver("Jane Doe", "a pilot")})
    (metric,) = gated([replace(LOSS, value=0.5)], waived)
    assert metric.status == "red" and metric.passed and not broken([metric])
    assert metric.gate is not None and metric.gate.waiver == "Jane Doe: a pilot"
