import json
from dataclasses import replace

import pytest

from synth.metrics.metric import Gate, Metric, mean_of

SIMILARITY = Metric("column_similarity", "table", 0.9, gate=Gate("quality", 0.9))
PAIR = Metric("pair_similarity", "pair", 0.5, ("a b", "c"), interval=(0.4, 0.6), reference=0.7)


@pytest.mark.parametrize(
    ("value", "higher_is_better", "passed"),
    [(0.9, True, True), (0.8, True, False), (0.9, False, True), (1.0, False, False)],
)
def test_a_figure_on_its_bound_passes_and_its_direction_counts(
    value: float, higher_is_better: bool, passed: bool
) -> None:
    assert replace(SIMILARITY, value=value, higher_is_better=higher_is_better).passed is passed


def test_without_a_gate_nothing_passes_or_fails() -> None:
    assert PAIR.passed is None


@pytest.mark.parametrize(
    "metric",
    [
        SIMILARITY,
        PAIR,
        replace(PAIR, gate=Gate("privacy", 0.1, 0.2, "interval", "me: why"), detail="d", slice="s"),
    ],
)
def test_a_metric_equals_itself_through_json(metric: Metric) -> None:
    written = json.loads(json.dumps(metric.to_json()))
    assert written["passed"] is metric.passed and written["status"] == metric.status
    assert Metric.from_json(written) == metric


def test_the_mean_of_figures_has_the_means_of_what_they_have() -> None:
    other = replace(PAIR, value=0.7, interval=None, reference=0.9)
    mean = mean_of([PAIR, other])
    assert mean is not None and (mean.name, mean.scope, mean.columns) == (PAIR.name, "table", ())
    assert mean.value == pytest.approx(0.6) and mean.reference == pytest.approx(0.8)
    assert mean.interval == PAIR.interval and mean.higher_is_better
    bare = mean_of([replace(PAIR, interval=None, reference=None, higher_is_better=False)])
    assert bare is not None and bare.interval is None and bare.reference is None
    assert not bare.higher_is_better and mean_of([]) is None
