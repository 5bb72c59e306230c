from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from synth.metrics.evidence import Evidence, Measured
from synth.metrics.privacy.singling_out import KINDS, TRIES, measure
from tests.synth.metrics.privacy.people import (
    assert_finite,
    evidence_of,
    leaking,
    odd_tables,
    people,
    posing,
    tight,
)


@pytest.fixture(scope="module")
def copied() -> Measured:
    return measure(leaking())


def test_what_singles_out_in_a_copy_singles_out_the_learned_rows(copied: Measured) -> None:
    assert [m.detail for m in copied.metrics] == ["univariate", "multivariate"]
    for metric in copied.metrics:
        assert metric.value > 0.9 and metric.interval[0] > 0.9
        assert metric.reference < 0.5


def test_rows_that_nobody_has_seen_single_out_as_many_learned_rows_as_others() -> None:
    for metric in measure(tight()).metrics:
        assert metric.interval[0] == 0 and metric.value < 0.09
        assert metric.reference > 0.005


@pytest.mark.parametrize("held", [400, 100])
def test_the_holdout_posing_as_synthetic_is_no_risk(held: int) -> None:
    for metric in measure(posing(held=held)).metrics:
        assert metric.value == 0


def test_a_train_part_four_times_the_holdout_is_no_leak_for_its_size() -> None:
    evidence = tight(1600)
    few = replace(evidence, holdout=evidence.real.take(np.arange(400)))
    measured = measure(few)
    for metric in measured.metrics:
        assert metric.interval[0] < 0.05 and metric.value < 0.09
    assert sum("an estimate for as many rows" in note for note in measured.notes) == 2


def of_entities(seed: int, synthetic: pa.Table) -> Evidence:
    """400 learned and 400 other people, each of three rows alike."""
    evidence = evidence_of(people(400, seed), people(400, 2), synthetic)
    rows, whose = np.repeat(np.arange(400), 3), np.repeat(np.arange(400), 3)
    assert evidence.holdout is not None
    train, holdout = evidence.train.take(rows), evidence.holdout.take(rows)
    return replace(
        evidence,
        train=replace(train, entities=whose),
        holdout=replace(holdout, entities=whose),
    )


def test_a_person_of_several_rows_is_singled_out_as_one() -> None:
    evidence = of_entities(1, people(400, 1))
    measured = measure(evidence)
    for metric in measured.metrics:
        assert metric.value > 0.9 and metric.interval is not None and metric.interval[0] > 0.9
    assert sum("entities are singled out" in note for note in measured.notes) == 2
    each = {"train": replace(evidence.train, entities=None)}
    for metric in measure(replace(evidence, **each)).metrics:  # no row alone matches
        assert metric.value < 0.09


def test_people_that_nobody_has_seen_are_singled_out_as_often_as_others() -> None:
    for metric in measure(of_entities(1, people(400, 3))).metrics:
        assert metric.interval is not None and metric.interval[0] == 0 and metric.value < 0.09
        assert metric.reference is not None and metric.reference > 0.005


def test_guessing_is_a_baseline_and_is_said(copied: Measured) -> None:
    for mode in ("univariate", "multivariate"):
        facts = copied.facts[f"singling_out_{mode}"]
        assert facts["baseline"][0] < facts["attack"][0] and facts["columns"] == (
            1 if mode == "univariate" else 3
        )
        assert any(mode in note and "by guessing" in note for note in copied.notes)


def test_where_nothing_singles_out_it_is_said_after_a_bounded_number_of_tries() -> None:
    table = pa.table({"a": ["x", "y"] * 100, "b": ["u", "v"] * 100})
    measured = measure(evidence_of(table, table, table))
    assert measured.metrics == [] and TRIES > 0
    assert sum("0 attacks are possible" in note for note in measured.notes) == 2


def test_one_seed_gives_one_figure(copied: Measured) -> None:
    assert measure(leaking()) == copied
    assert measure(leaking(seed=1)).metrics != copied.metrics


@pytest.mark.parametrize("name", odd_tables())
def test_odd_tables_give_a_figure_or_a_note(name: str) -> None:
    evidence: Evidence = odd_tables()[name]()
    measured = measure(evidence)
    said = " ".join(measured.notes)
    assert measured.metrics or "not measured" in said
    assert_finite(measured.metrics)


def test_names_and_directions_are_those_of_the_kinds(copied: Measured) -> None:
    (kind,) = KINDS
    assert {(m.name, m.higher_is_better) for m in copied.metrics} == {(kind.name, False)}
