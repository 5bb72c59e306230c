from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from synth.metrics.evidence import Evidence, Measured
from synth.metrics.features import Features
from synth.metrics.privacy.attribute_inference import KINDS, measure
from tests.synth.metrics.privacy.people import (
    assert_finite,
    evidence_of,
    leaking,
    odd_tables,
    people,
    posing,
    tight,
)


def leak(measured: Measured, column: str) -> tuple[float, float, float]:
    (metric,) = (m for m in measured.metrics if m.columns == (column,))
    assert metric.interval is not None
    low, high = metric.interval
    return metric.value, low, high


@pytest.fixture(scope="module")
def copied() -> Measured:
    return measure(leaking(sensitive=("illness", "income", "seen")))


def test_a_copy_of_the_learned_rows_leaks_labels_numbers_and_dates(copied: Measured) -> None:
    for column in ("illness", "income", "seen"):
        value, low, high = leak(copied, column)
        assert low < value < high and low > 0.2


def test_the_worst_column_is_the_headline_with_a_wider_interval(copied: Measured) -> None:
    worst = copied.metrics[0]
    assert (worst.name, worst.scope) == ("worst_attribute_leak", "table")
    columns = [m for m in copied.metrics if m.columns]
    assert worst.value == max(m.value for m in columns)
    (same,) = (m for m in columns if m.value == worst.value)
    assert worst.interval[0] < same.interval[0] < same.interval[1] < worst.interval[1]


def test_rows_that_nobody_has_seen_leak_nothing() -> None:
    value, low, high = leak(measure(tight()), "illness")
    assert low <= 0 and low < value < high and abs(value) < 0.15


def test_what_is_true_of_the_population_is_no_leak() -> None:
    def dependent(seed: int) -> pa.Table:
        table = people(400, seed)
        return table.append_column("double", pa.array(table["height"].to_numpy() * 2))

    measured = measure(evidence_of(*map(dependent, (1, 2, 3)), sensitive=("double",)))
    facts = measured.facts["attribute_inference"]["double"]
    assert max(facts["from_synthetic_rows"]) > 0.9 and max(facts["from_real_rows"]) > 0.9
    value, low, _ = leak(measured, "double")
    assert low <= 0.05 and abs(value) < 0.05


def test_the_holdout_posing_as_synthetic_leaks_nothing() -> None:
    value, low, high = leak(measure(posing()), "illness")
    assert low <= 0 <= high and value <= 0.02


def test_one_seed_gives_one_figure(copied: Measured) -> None:
    again = measure(leaking(sensitive=("illness", "income", "seen")))
    assert again == copied
    other = measure(leaking(sensitive=("illness", "income", "seen"), seed=1))
    assert other.metrics != copied.metrics


def test_what_was_attacked_with_what_is_said(copied: Measured) -> None:
    said = " ".join(copied.notes)
    assert "200 train rows were attacked with 400 synthetic rows" in said
    assert "400 of the holdout and 0 train rows" in said


def test_nulls_of_a_number_are_left_out_and_said() -> None:
    measured = measure(tight(sensitive=("age",)))
    assert any("without a value were left out" in note for note in measured.notes)


def test_rare_and_too_many_labels_are_said_and_none_is_named() -> None:
    rng = np.random.default_rng(0)

    def many(seed: int) -> pa.Table:
        codes = (rng.random(400) ** 2 * 40).astype(int)
        return people(400, seed).append_column("code", pa.array([f"code{c}" for c in codes]))

    measured = measure(evidence_of(*map(many, (1, 2, 3)), sensitive=("code",)))
    said = " ".join(measured.notes)
    assert "count as one in balanced accuracy" in said and "most frequent labels only" in said
    assert "code0" not in said + str(measured.facts)


@pytest.mark.parametrize("name", odd_tables())
def test_odd_tables_give_a_figure_or_a_note(name: str) -> None:
    evidence: Evidence = odd_tables()[name]()
    measured = measure(evidence)
    assert measured.metrics or any("not measured" in note for note in measured.notes)
    assert_finite(measured.metrics)


def test_names_and_directions_are_those_of_the_kinds(copied: Measured) -> None:
    kinds = {kind.name: kind for kind in KINDS}
    assert {m.name for m in copied.metrics} == set(kinds)
    assert all(m.higher_is_better == kinds[m.name].higher_is_better for m in copied.metrics)


def test_each_column_is_told() -> None:
    told: list[str] = []
    measure(replace(tight(60), follow=told.append, sensitive=("illness", "town")))
    assert [text.split(": ")[1] for text in told] == ["1 of 2 columns", "2 of 2 columns"]


def test_a_person_with_several_rows_is_attacked_once_and_tells_nothing_of_himself() -> None:
    evidence = leaking()
    doubled = np.concatenate([evidence.train.values] * 2)
    train = Features(evidence.train.columns, doubled, np.tile(np.arange(400), 2))
    measured = measure(replace(evidence, train=train, holdout=None))
    assert leak(measured, "illness")[1] > 0.2


def test_a_few_copies_show_where_trees_tell_nearly_all() -> None:
    """The nearest row alone tells less than trees do, and trees smooth over what was copied."""

    def dependent(seed: int) -> pa.Table:
        table = people(3000, seed)
        noise = np.random.default_rng([seed, 9]).normal(0, 5, 3000)
        is_tall = table["height"].to_numpy() + noise > 170
        return table.append_column("tall", pa.array(is_tall.astype(str)))

    train, holdout, fresh = map(dependent, (1, 2, 3))
    mixed = pa.concat_tables([train.slice(0, 600), fresh.slice(0, 2400)])
    measured = measure(evidence_of(train, holdout, mixed, sensitive=("tall",)))
    scores = measured.facts["attribute_inference"]["tall"]["from_synthetic_rows"]
    assert scores[2] > scores[1] > scores[0]
    assert leak(measured, "tall")[1] > 0
