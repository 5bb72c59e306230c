"""Three areas, each with its state, its figures, and the answer in words."""

from dataclasses import replace

from synth.metrics.metric import Gate, Metric
from synth.metrics.verdict import verdict_of
from synth.report.areas import area_view, gate_view
from synth.report.report import Report
from tests.synth.report.trial import trial_report


def report_with(*metrics: Metric, **more: object) -> Report:
    return replace(trial_report(), metrics=list(metrics), verdict=verdict_of(metrics), **more)


def attack(value: float) -> Metric:
    return Metric(
        "worst_attack_auc", "table", value, higher_is_better=False, gate=Gate("privacy", 0.55)
    )


def answer(report: Report, area: str) -> str:
    (found,) = [own["answer"] for own in area_view(report) if own["name"] == area]
    return str(found)


def test_each_area_has_its_state_and_its_own_headlines() -> None:
    similar = Metric("column_similarity", "table", 0.9, gate=Gate("quality", 0.8), reference=0.95)
    fidelity, utility, privacy = area_view(report_with(similar, attack(0.7)))
    assert (fidelity["state"], fidelity["state_words"]) == ("green", "within bounds")
    assert [own["title"] for own in fidelity["figures"]] == ["Column similarity"]
    assert (utility["state"], utility["state_words"]) == (None, "no bound")
    assert utility["answer"].startswith("Not measured")
    assert (privacy["state"], privacy["figures"][0]["status"]) == ("red", "red")


def test_the_answer_on_privacy_says_what_a_pass_is_worth() -> None:
    found = Metric("power_found", "table", 1.0)
    assert "were found" in answer(report_with(attack(0.5), found), "privacy")
    missed = replace(found, value=0.5)
    assert "weak evidence" in answer(report_with(attack(0.5), missed), "privacy")
    assert "was not tried" in answer(report_with(attack(0.5)), "privacy")
    assert "more of the people" in answer(report_with(attack(0.9), found), "privacy")


def test_the_answer_on_utility_names_the_target_and_the_loss() -> None:
    task = {"train_on_synthetic": {"target": "pay <b>", "proposed": True}}
    lost = report_with(Metric("utility_loss", "table", 0.25), evidence=task)
    said = answer(lost, "utility")
    assert "pay <b> (proposed, nobody named one)" in said and "25.00 %" in said
    gained = report_with(Metric("utility_loss", "table", -0.01), evidence=task)
    assert "loses nothing" in answer(gained, "utility")


def test_gates_come_broken_first_and_kept_rules_as_one() -> None:
    rule = Metric(
        "rule_violation_rate", "table", 0.0, higher_is_better=False, gate=Gate("quality", 0.001)
    )
    kept = Metric("column_similarity", "table", 0.9, gate=Gate("quality", 0.8))
    rules = [replace(rule, detail="a follows b"), replace(rule, detail="b follows c")]
    shown = gate_view(report_with(kept, *rules, attack(0.9), replace(rule, value=0.5, detail="x")))
    assert [own["state"] for own in shown] == ["red", "red", "green", "green"]
    assert shown[0]["title"].endswith(": x")
    assert shown[-1]["title"] == "Rules between columns, 2 of them"
