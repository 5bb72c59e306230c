import numpy as np
import pyarrow as pa
import pytest

from synth.metrics.evidence import Measured
from synth.metrics.privacy.linkability import KINDS, _linked, column_halves, measure
from tests.synth.metrics.privacy.people import (
    assert_finite,
    features,
    half_copied,
    leaking,
    odd_tables,
    people,
    posing,
    tight,
)


@pytest.fixture(scope="module")
def copied() -> Measured:
    return measure(leaking())


def test_the_halves_of_a_copied_row_are_linked(copied: Measured) -> None:
    assert [m.detail for m in copied.metrics] == ["the nearest", "10 nearest"]
    for metric in copied.metrics:
        assert metric.interval[0] > 0.5 and metric.reference < 0.3


def test_rows_that_nobody_has_seen_link_no_more_learned_rows_than_others() -> None:
    for metric in measure(tight()).metrics:
        assert metric.interval[0] == 0 and metric.value < 0.09


def test_the_holdout_posing_as_synthetic_is_no_risk() -> None:
    for metric in measure(posing()).metrics:
        assert metric.value == 0


def test_links_checked_by_hand() -> None:
    first = np.array([[1, 2, 3], [1, 2, 3], [1, 2, 3], [7, 8, 9]])
    second = np.array([[1, 5, 6], [4, 1, 5], [5, 6, 3], [1, 2, 3]])
    linked = _linked(np.stack([first, second]))
    assert linked.T.tolist() == [[True] * 3, [False, True, True], [False, False, True], [False] * 3]


def test_the_curve_has_all_numbers_of_neighbours_and_does_not_fall(copied: Measured) -> None:
    curve = [facts["attack"][0] for facts in copied.facts["linkability"]["by_neighbours"]]
    assert len(curve) == 10 and curve == sorted(curve)


def test_halves_share_out_the_columns_that_tell_most() -> None:
    halves = column_halves(features(people(300)))
    assert sorted(halves[0] + halves[1]) == list(range(6))
    telling = {1, 2}  # height and income have a value for each row
    assert all(len(telling & set(half)) == 1 for half in halves)
    assert column_halves(features(pa.table({"a": [1], "b": [1]}))) == ((1,), (0,))


def test_one_seed_gives_one_figure(copied: Measured) -> None:
    assert measure(leaking()) == copied


@pytest.mark.parametrize("name", odd_tables())
def test_odd_tables_give_a_figure_or_a_note(name: str) -> None:
    measured = measure(odd_tables()[name]())
    assert measured.metrics or any("not measured" in note for note in measured.notes)
    assert_finite(measured.metrics)


def test_names_and_directions_are_those_of_the_kinds(copied: Measured) -> None:
    (kind,) = KINDS
    assert {(m.name, m.higher_is_better) for m in copied.metrics} == {(kind.name, False)}


def test_rates_are_those_of_anonymeter() -> None:
    evaluators = pytest.importorskip("anonymeter.evaluators")
    evidence, (train, holdout, made) = half_copied()
    curve = measure(evidence).facts["linkability"]["by_neighbours"]
    names = evidence.train.names
    halves = tuple([names[place] for place in half] for half in column_halves(evidence.train))
    for neighbours in (1, 10):
        oracle = evaluators.LinkabilityEvaluator(
            train, made, halves, n_attacks=400, n_neighbors=neighbours, control=holdout
        )
        results, facts = oracle.evaluate(n_jobs=1).results(), curve[neighbours - 1]
        assert facts["attack"][0] == pytest.approx(results.attack_rate.value, abs=0.03)
        assert facts["control"][0] == pytest.approx(results.control_rate.value, abs=0.05)
