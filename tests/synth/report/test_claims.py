"""The box for a governance officer claims no more than was measured."""

from dataclasses import replace

from synth.metrics.metric import Gate, Metric
from synth.report.claims import NOT_STATED, claims_view
from tests.synth.report.trial import trial_report


def test_what_nobody_stated_is_said_to_be_so() -> None:
    bare = replace(trial_report(), stated={})
    assert dict(claims_view(bare)["stated"]) == {
        "Intended use": NOT_STATED,
        "Approved by": NOT_STATED,
        "Privacy unit": "row",
    }
    stated = replace(bare, stated={"intended_use": "tests", "unit": "patient", "min_entities": 11})
    assert ("Intended use", "tests") in claims_view(stated)["stated"]
    assert any("fewer than 11 entities hold" in said for said in claims_view(stated)["protected"])
    by_row = replace(bare, stated={"unit": "row", "min_entities": 11})
    assert any("fewer than 11 rows share" in said for said in claims_view(by_row)["protected"])


def test_attacks_are_claimed_only_where_they_were_tried() -> None:
    report = trial_report()
    none = claims_view(report)
    assert any("none was tried" in said for said in none["not_claimed"])
    assert not any("were tried on people" in said for said in none["protected"])
    attacked = replace(report, metrics=[*report.metrics, Metric("worst_attack_auc", "table", 0.5)])
    assert not any("none was tried" in said for said in claims_view(attacked)["not_claimed"])
    assert any("differential privacy" in said for said in none["not_claimed"])


def test_without_a_holdout_nothing_is_claimed_beside_one() -> None:
    bare = claims_view(trial_report(holdout=False))["not_claimed"]
    assert any("there are none" in said for said in bare)
    assert not any("there are none" in said for said in claims_view(trial_report())["not_claimed"])


def test_more_copies_than_chance_makes_are_said() -> None:
    def said(bound: float) -> str:
        copies = Metric(
            "exact_copy_rate",
            "table",
            0.05,
            higher_is_better=False,
            gate=Gate("privacy", bound),
            counts=(50, 1000),
        )
        return " ".join(claims_view(replace(trial_report(), metrics=[copies]))["protected"])

    assert "no more than chance makes" in said(0.1)
    assert "more than allowed" in said(0.01)


def test_sensitive_columns_are_named() -> None:
    treatment = [{"column": "pay", "treatment": "learned", "sensitive": True, "suppressed": 0}]
    found = claims_view(replace(trial_report(), treatment=treatment))
    assert "Values of pay are masked in every report and log." in found["protected"]
    assert found["treatment"] == treatment
