import math

import pytest
from scipy.stats import binomtest

from synth.metrics.privacy.risk import (
    RISK_BOUND,
    Attacks,
    Rate,
    bonferroni,
    residual,
    risk_facts,
    risk_metrics,
    risk_notes,
    wilson,
)


@pytest.mark.parametrize(("hits", "attacks"), [(0, 50), (3, 50), (25, 50), (50, 50), (117, 1000)])
@pytest.mark.parametrize("confidence", [0.95, 0.99])
def test_wilsons_interval_is_that_of_scipy(hits: int, attacks: int, confidence: float) -> None:
    known = binomtest(hits, attacks).proportion_ci(confidence, method="wilson")
    assert wilson(hits, attacks, confidence).interval == pytest.approx((known.low, known.high))


def test_a_rate_needs_an_attack() -> None:
    with pytest.raises(ValueError, match="attacks=0"):
        wilson(0, 0)


def test_the_residual_risk_checked_by_hand() -> None:
    # (0.6 - 0.2) / 0.8; derivatives 1 / 0.8 and -0.4 / 0.64.
    risk = residual(Rate(0.6, 0.03), Rate(0.2, 0.04))
    assert risk.value == pytest.approx(0.5)
    assert risk.error == pytest.approx(math.hypot(0.03 / 0.8, 0.04 * 0.4 / 0.64))


def test_no_leak_has_no_risk_and_a_full_one_has_all() -> None:
    assert Attacks(1000, 300, 300, 10).risk().value == 0
    assert Attacks(1000, 1000, 300, 10).risk().value > 0.99
    assert Attacks(1000, 200, 300, 10).risk().value < 0
    assert Attacks(1000, 200, None, 10).risk() is None


def test_a_figure_lies_between_0_and_1_and_has_the_controls_rate_as_reference() -> None:
    (metric,) = risk_metrics("linkability_risk", Attacks(1000, 200, 300, 10), detail="1 nearest")
    assert (metric.value, metric.scope, metric.detail) == (0.0, "table", "1 nearest")
    assert metric.interval[0] == 0 and not metric.higher_is_better
    assert metric.reference == pytest.approx(0.3, abs=0.001)
    (metric,) = risk_metrics("column_inference_risk", Attacks(9, 8, 1, 0), columns=("a",))
    assert (metric.scope, metric.columns) == ("column", ("a",))
    assert metric.interval[0] <= metric.value <= metric.interval[1] <= 1


def test_of_several_figures_the_worst_has_a_wider_interval() -> None:
    attacks = Attacks(100, 60, 20, 10)
    (one,), (of_five,) = (risk_metrics("inference_risk", attacks, figures=n) for n in (1, 5))
    assert of_five.interval[0] < one.interval[0] < one.interval[1] < of_five.interval[1]
    assert bonferroni(5) == pytest.approx(0.99) and bonferroni(0) == pytest.approx(0.95)


def test_without_a_control_there_is_a_note_and_no_figure() -> None:
    attacks = Attacks(100, 60, None, 10)
    assert risk_metrics("inference_risk", attacks) == []
    (note,) = risk_notes("inference", attacks)
    assert "60.0% of 100" in note and "needs a holdout" in note
    assert risk_facts(attacks)["control"] is None and risk_facts(attacks)["risk"] is None


def test_rates_are_said_and_so_is_what_an_attack_cannot_tell() -> None:
    (note,) = risk_notes("x", Attacks(1000, 260, 100, 50))
    assert "26.0%" in note and "10.0% on holdout rows" in note and "5.0% by guessing" in note
    assert "too weak" in risk_notes("x", Attacks(1000, 50, 40, 50))[1]
    assert "cannot rule out" in risk_notes("x", Attacks(100, 88, 88, 10))[1]


def test_facts_are_plain_and_the_bound_is_one_in_eleven() -> None:
    facts = risk_facts(Attacks(1000, 260, 100, 50))
    assert facts["attacks"] == 1000 and len(facts["risk"]) == 3
    assert RISK_BOUND.green == pytest.approx(1 / 11, abs=0.001) and RISK_BOUND.by == "interval"
