import json
from dataclasses import replace

from synth.metrics.privacy.power import KINDS, measure
from tests.synth.metrics.privacy.rows import evidence_of, people


def test_planted_leaks_of_one_per_cent_are_found_at_five_thousand_rows() -> None:
    measured = measure(evidence_of(people(5000, 0), people(2000, 1), people(5000, 2)))
    tried = measured.facts["power"]
    one = {row["leak"]: row for row in tried if row["share"] == 0.01}
    assert one["copies"]["found"] and one["noisy copies"]["found"]
    assert {"exact copies", "near copies"} <= set(one["copies"]["by"])
    figures = {(metric.name, metric.detail): metric for metric in measured.metrics}
    assert figures["power_found", ""].value == 1
    least = figures["least_leak_found", "copies"]
    assert 0 <= least.interval[0] < least.value == least.interval[1] <= 0.01
    assert {metric.name for metric in measured.metrics} == {kind.name for kind in KINDS}
    assert any("finds train rows copied from" in note for note in measured.notes)
    json.dumps(measured.facts)


def test_a_battery_without_power_says_that_its_pass_is_no_evidence() -> None:
    measured = measure(evidence_of(people(60, 0), people(24, 1), people(60, 2)))
    figures = {(metric.name, metric.detail): metric.value for metric in measured.metrics}
    assert figures["power_found", ""] < 1
    assert figures["least_leak_found", "copies"] == 1
    assert any("did not find" in note and "no evidence" in note for note in measured.notes)


def test_a_table_that_leaks_needs_no_power() -> None:
    measured = measure(evidence_of(people(300, 0), people(300, 1), people(300, 0)))
    assert measured.metrics == [] and "no pass to doubt" in measured.notes[-1]


def test_shares_that_are_not_a_row_are_not_planted_and_it_is_said() -> None:
    measured = measure(evidence_of(people(12, 0), people(20, 1), people(12, 2)))
    assert [row["rows"] for row in measured.facts["power"] if row["leak"] == "copies"] == [1]
    assert "Leaks of 0.1 %, 0.3 %, 1 %, 3 % of the train rows were not" in measured.notes[-1]


def test_a_synthetic_table_far_smaller_than_the_train_part_is_tried_too() -> None:
    measured = measure(evidence_of(people(2000, 0), people(60, 1), people(10, 2)))
    stated = measured.facts["power"][0]
    assert (stated["leak"], stated["share"], stated["rows"]) == ("copies", 0.003, 6)


def test_without_a_holdout_it_is_said() -> None:
    evidence = evidence_of(people(60, 0), people(30, 1), people(60, 2))
    assert "power" in measure(replace(evidence, holdout=None)).notes[0]
