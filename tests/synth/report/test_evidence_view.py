"""The sections on what models and attacks have shown."""

from dataclasses import replace

from synth.metrics.metric import Metric
from synth.report.evidence_view import more_fidelity, power_rows, privacy_view, utility_view
from synth.report.report import Report
from tests.synth.report.trial import trial_report


def report_with(*metrics: Metric, **evidence: object) -> Report:
    return replace(trial_report(), metrics=list(metrics), evidence=evidence)


def titles(tables: list[dict]) -> list[str]:
    return [table["title"] for table in tables]


def test_groups_come_worst_first_and_what_is_perfect_is_left_out() -> None:
    def group(name: str, value: float) -> Metric:
        return Metric("slice_similarity", "column", value, ("sex",), reference=0.9, slice=name)

    metrics = [group("sex = m", 0.9), group("sex = f", 0.5)]
    metrics.append(Metric("null_share_difference", "column", 0.0, ("age",), None, None, False))
    (table,) = more_fidelity(report_with(*metrics))
    assert table["title"] == "Groups of rows"
    assert [row["title"] for row in table["rows"]] == ["sex, sex = f", "sex, sex = m"]


def test_utility_names_the_target_and_draws_the_columns() -> None:
    assert utility_view(report_with()) is None
    rows = {"train": 1500, "synthetic": 1400, "test": 300}
    task = {"target": "pay", "metric": "roc_auc", "proposed": True, "rows": rows}
    predicted = Metric("column_utility", "column", 0.5, ("age",), reference=1.0)
    found = utility_view(report_with(predicted, train_on_synthetic=task))
    assert found is not None
    assert titles(found["tables"]) == ["Every column predicted in turn"]
    assert "The target is pay, judged by roc_auc. The target was proposed" in found["lead"]
    assert "<svg" in found["picture"] and ">age<" in found["picture"]
    bare = utility_view(report_with(predicted))
    assert bare is not None and bare["lead"] == "No target was predicted."


def test_attacks_come_worst_first() -> None:
    def attack(name: str, value: float) -> Metric:
        return Metric("membership_auc", "table", value, higher_is_better=False, detail=name)

    curve = {"attack": "b", "targets": "random", "fpr": [0.0, 1.0], "tpr": [0.0, 1.0]}
    report = report_with(attack("a", 0.5), attack("b", 0.7), membership={"curves": [curve]})
    found = privacy_view(report)
    assert found is not None
    assert [row["title"] for row in found["tables"][0]["rows"]] == ["b", "a"]
    assert "<svg" in found["picture"]
    copies = Metric("exact_copy_rate", "table", 0.0, higher_is_better=False)
    assert privacy_view(report_with(copies)) is None  # it stands among the headlines already


def test_planted_leaks_are_told_whether_they_were_found_or_not() -> None:
    trials = [
        {"leak": "copies", "share": 0.01, "rows": 20, "found": True, "by": ["exact copies"]},
        {"leak": "noisy", "share": 0.01, "rows": 20, "found": False, "by": []},
    ]
    first, second = power_rows(report_with(power=trials))
    assert (first["share"], first["found"], first["by"]) == ("1.00 %", True, "exact copies")
    assert (second["found"], second["by"]) == (False, "–")
