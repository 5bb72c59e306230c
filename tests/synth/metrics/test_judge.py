"""From rows and counts to figures: what is asked for is measured, and said where it is not."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from synth.encode import EncoderSettings
from synth.metrics.catalogue import Measurement
from synth.metrics.compared import Compared
from synth.metrics.evidence import Measured
from synth.metrics.gates import GateRules
from synth.metrics.judge import (
    Question,
    Wanted,
    evidence_of,
    features_by_role,
    figures,
    measured,
    settled,
)
from synth.metrics.kind import Bound
from synth.metrics.metric import Metric
from synth.metrics.scans import WholeTables
from synth.table.errors import InputError
from synth.table.frames import learnable
from tests.synth.metrics.privacy.rows import people

LITTLE = Question(Wanted(two_sample=False, utility=False, privacy=None), GateRules(), 0)


@pytest.fixture(scope="module")
def tables() -> Compared:
    train, schema = learnable(people(300, 0), None)
    parts = {"train": train, "holdout": people(200, 1), "synthetic": people(250, 2)}
    return Compared.of(parts, schema, EncoderSettings())


@pytest.fixture(scope="module")
def whole(tables: Compared) -> WholeTables:
    return tables.whole(quiet)


def quiet(step: str) -> None:
    """Tells nobody."""


def given(tables: Compared, whole: WholeTables, question: Question, **more: Any):
    return evidence_of(tables.encoder, whole, tables.tables, question, quiet, **more)


def test_only_what_is_wanted_is_measured() -> None:
    def areas(**wanted: Any) -> set[tuple[str, bool]]:
        return {(one.area, one.learns) for one in Wanted(**wanted).measurements}

    assert areas(two_sample=False, utility=False, privacy=None) == {("fidelity", False)}
    assert ("privacy", True) in areas(utility=False)
    assert "utility" not in {area for area, _ in areas(utility=False)}


def test_rows_of_all_roles_are_read_with_the_labels_of_the_real_ones(tables: Compared) -> None:
    made = tables.tables["synthetic"]
    other = made.set_column(
        made.column_names.index("kind"), "kind", pa.array(["new"] * len(made), pa.string())
    )
    parts = {**tables.tables, "synthetic": other}
    read = features_by_role(parts, tables.encoder.forms, tables.encoder.schema)
    column = read["train"].columns[read["train"].names.index("kind")]
    assert "new" not in column.labels
    assert set(read["synthetic"].column("kind")) == {column.unknown}
    units = features_by_role(parts, tables.encoder.forms, tables.encoder.schema, ("town",))
    entities = units["train"].entities
    towns = parts["train"]["town"].to_pylist()
    assert entities is not None and len(set(entities)) == len(set(towns))


def test_a_library_that_is_missing_is_said_and_ends_nothing(
    tables: Compared, whole: WholeTables, monkeypatch: pytest.MonkeyPatch
) -> None:
    def needs_more(evidence: object) -> Measured:
        raise ModuleNotFoundError("No module named 'nowhere'", name="nowhere")

    class Told(Measurement):
        measure = property(lambda self: needs_more)  # type: ignore[assignment]

    found = measured(given(tables, whole, LITTLE), [Told("guessing", "privacy", "-")])
    assert found.metrics == []
    assert found.notes == ["not measured: guessing needs nowhere: pip install 'lakesynth[judge]'"]


def test_figures_are_of_columns_pairs_and_rules(tables: Compared, whole: WholeTables) -> None:
    rules = [{"rule": "a follows b", "rows": 300, "exceptions": 0, "broken": 5}]
    copies = tables.copies()
    found = figures(tables.encoder, whole, tables.tables, copies, LITTLE, quiet, rules=rules)
    by_name: Mapping[str, Metric] = {metric.name: metric for metric in found.metrics}
    assert found.metrics[0] == copies
    assert by_name["rule_violation_rate"].value == 5 / 250
    assert {"column_similarity", "pair_similarity", "triple_similarity"} <= by_name.keys()
    assert "worst_attack_auc" not in by_name


def test_other_bounds_judge_the_same_figures_anew() -> None:
    found = Measured([Metric("column_similarity", "table", 0.9)], ["said"], {"curve": [1.0]})
    strict = replace(LITTLE, rules=GateRules(bounds={"column_similarity": Bound(0.95)}))
    red, green = settled(found, strict), settled(found, replace(strict, rules=GateRules()))
    assert (red.verdict.status, red.notes, red.facts) == ("red", ("said",), {"curve": [1.0]})
    loose = replace(LITTLE, rules=GateRules(bounds={"column_similarity": Bound(0.95, 0.85)}))
    amber = settled(found, loose)
    assert (amber.verdict.status, amber.verdict.passed) == ("amber", True)
    assert not settled(found, replace(loose, amber_passes=False)).verdict.passed
    assert green.metrics[0].value == 0.9


def test_a_target_is_proposed_named_or_refused(tables: Compared, whole: WholeTables) -> None:
    asks = replace(LITTLE, wanted=replace(LITTLE.wanted, utility=True))
    proposed = given(tables, whole, asks).task
    assert proposed is not None and proposed.proposed
    named = given(tables, whole, replace(asks, task={"target": "flag", "positive": True})).task
    assert named is not None and (named.target, named.proposed) == ("flag", False)
    assert given(tables, whole, LITTLE).task is None
    with pytest.raises(InputError, match="pay"):
        given(tables, whole, replace(asks, task={"target": "pay"}))


def test_a_likelihood_is_of_each_row_of_a_sample(tables: Compared, whole: WholeTables) -> None:
    likelihood = {"train": np.zeros(300), "holdout": np.zeros(200)}
    assert given(tables, whole, LITTLE, likelihood=likelihood).likelihood == likelihood
    with pytest.raises(ValueError, match="300"):
        given(tables, whole, LITTLE, likelihood={"train": np.zeros(299)})


def test_protected_columns_are_slices_unless_others_are_named(
    tables: Compared, whole: WholeTables
) -> None:
    assert given(tables, whole, LITTLE).protected == ("age",)
    named = replace(LITTLE, wanted=replace(LITTLE.wanted, slices=("kind",)))
    assert given(tables, whole, named).protected == ("kind",)


def test_a_target_of_codes_that_few_rows_share_is_refused() -> None:
    codes = pa.array([f"k{k % 100:03d}" for k in range(300)])
    rows, schema = learnable(people(300, 0).append_column("code", codes), None)
    parts = {"train": rows, "synthetic": rows}
    found = Compared.of(parts, schema, EncoderSettings())
    wanted = replace(LITTLE.wanted, utility=True)
    asks = replace(LITTLE, wanted=wanted, task={"target": "code"})
    with pytest.raises(InputError, match="target 'code' is no target: few rows share its values"):
        evidence_of(found.encoder, found.whole(quiet), parts, asks, quiet)
