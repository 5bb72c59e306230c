import json
from dataclasses import replace

import pytest

from synth.metrics.evidence import Measured
from synth.metrics.privacy.disclosure import KINDS, MEASURES, measure
from tests.synth.metrics.privacy.people import assert_finite, leaking, odd_tables, tight


@pytest.fixture(scope="module")
def told() -> list[str]:
    return []


@pytest.fixture(scope="module")
def copied(told: list[str]) -> Measured:
    return measure(replace(leaking(), follow=told.append))


def test_a_copy_of_the_learned_rows_is_beyond_every_bound(copied: Measured) -> None:
    bounds = {kind.name: kind.bound for kind in KINDS}
    assert {m.name for m in copied.metrics} == set(bounds)
    for metric in copied.metrics:
        bound = bounds[metric.name]
        assert bound.by == "interval" and metric.interval[0] > (bound.amber or bound.green)


def test_figures_come_in_the_order_of_the_kinds(copied: Measured) -> None:
    order = [kind.name for kind in KINDS]
    names = list(dict.fromkeys(metric.name for metric in copied.metrics))
    assert names == order and len(set(order)) == len(order)


def test_each_step_is_told_in_order(copied: Measured, told: list[str]) -> None:
    assert copied.metrics
    steps = [text for text in told if ":" not in text]
    assert steps == [title for title, _ in MEASURES]


def test_facts_are_plain_json(copied: Measured) -> None:
    assert json.loads(json.dumps(copied.facts)) == copied.facts
    assert "asthma" not in json.dumps(copied.facts) + " ".join(copied.notes)


def test_what_is_a_sample_is_said() -> None:
    evidence = tight(60, rows_in_all={"train": 1000, "synthetic": 60, "holdout": 61})
    said = [note for note in measure(evidence).notes if note.startswith("disclosure")]
    assert ["60 of 1,000 train" in said[0], "60 of 61 holdout" in said[1]] == [True, True]
    assert len(said) == 2


@pytest.mark.parametrize("name", odd_tables())
def test_odd_tables_give_figures_or_notes(name: str) -> None:
    measured = measure(odd_tables()[name]())
    assert measured.metrics or any("not measured" in note for note in measured.notes)
    assert_finite(measured.metrics)
    assert all(m.gate is None for m in measured.metrics)
