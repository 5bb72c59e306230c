"""The classifier two-sample test: it passes real rows and sees ties that were cut."""

import numpy as np
import pyarrow as pa
import pytest

from synth.metrics.evidence import Evidence, Measured
from synth.metrics.metric import Metric
from synth.metrics.two_sample import KINDS, measure
from tests.synth.metrics.features_of import evidence_of, people, shuffled

pytest.importorskip("lightgbm")
TRAIN, HOLDOUT = people(600, 0), people(500, 1)


def auc(measured: Measured) -> Metric:
    (found,) = (metric for metric in measured.metrics if metric.name == "two_sample_auc")
    return found


def tells(measured: Measured) -> dict[str, float]:
    return {m.columns[0]: m.value for m in measured.metrics if m.name == "column_tell"}


def test_real_rows_cannot_be_told_and_shuffled_ones_can() -> None:
    real = auc(measure(evidence_of(people(600, 2), TRAIN, HOLDOUT)))
    assert real.interval is not None and real.reference is not None
    assert real.interval[0] <= 0.5 <= real.interval[1] + 0.02
    assert abs(real.value - real.reference) < 0.1
    measured = measure(evidence_of(shuffled(people(600, 2)), TRAIN, HOLDOUT))
    cut = auc(measured)
    assert cut.interval is not None and cut.interval[0] > real.reference + 0.10
    told = tells(measured)
    assert told["age"] > 0.1 and told["pay"] > 0.1
    assert told["one"] == told["none"] == 0
    assert any("'age' and 'pay'" in note for note in measured.notes)


def test_the_column_that_was_spoilt_tells() -> None:
    made = people(600, 3)
    made = made.set_column(1, "sex", pa.array(["m"] * 600))
    measured = measure(evidence_of(made, TRAIN, HOLDOUT))
    assert max(tells(measured), key=lambda name: tells(measured)[name]) in {"sex", "pay"}
    assert tells(measured)["sex"] > 0.1


def test_a_label_that_no_real_table_has_is_seen() -> None:
    made = people(300, 3)
    made = made.set_column(1, "sex", pa.array(["?"] * 300))
    assert auc(measure(evidence_of(made, TRAIN, HOLDOUT))).value > 0.95


def test_columns_beyond_the_most_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("synth.metrics.two_sample.MOST_TELLS", 2)
    measured = measure(evidence_of(shuffled(people(300, 2)), TRAIN, HOLDOUT))
    assert set(tells(measured)) == {"age", "pay"}
    assert any("2 columns" in note and "4 others" in note for note in measured.notes)


def test_without_a_holdout_there_is_no_reference_and_it_is_said() -> None:
    measured = measure(evidence_of(people(300, 2), TRAIN))
    assert auc(measured).reference is None
    assert any("without a holdout" in note for note in measured.notes)


@pytest.mark.parametrize("rows", [0, 1, 19])
def test_too_few_rows_are_a_note(rows: int) -> None:
    measured = measure(evidence_of(people(rows, 2), TRAIN, HOLDOUT))
    assert not measured.metrics
    assert f"has {rows} rows" in measured.notes[0]


def test_fifty_rows_are_enough() -> None:
    found = auc(measure(evidence_of(people(50, 2), people(50, 3), people(50, 4))))
    assert 0 <= found.value <= 1


def test_names_and_directions_are_those_of_the_kinds() -> None:
    evidence: Evidence = evidence_of(people(60, 2), people(50, 3), people(50, 4))
    measured = measure(evidence)
    kinds = {kind.name: kind for kind in KINDS}
    for metric in measured.metrics:
        assert metric.higher_is_better == kinds[metric.name].higher_is_better
    assert {metric.name for metric in measured.metrics} == set(kinds)
    roc = measured.facts["two_sample"]["roc"]
    assert len(roc["false_positive_rate"]) == len(roc["true_positive_rate"]) == 101
    assert np.isfinite(roc["true_positive_rate"]).all()


def test_a_table_without_columns_is_a_note() -> None:
    whole = evidence_of(people(60, 2), people(50, 3))
    names = whole.train.names
    bare = Evidence(
        whole.train.without(names), None, whole.synthetic.without(names), {}, {}, seed=0
    )
    assert "no column is left" in measure(bare).notes[0]
