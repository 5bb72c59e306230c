import pytest

from synth.metrics.evidence import Measured
from synth.metrics.privacy.inference_risk import KINDS, measure
from tests.synth.metrics.privacy.people import (
    assert_finite,
    half_copied,
    leaking,
    odd_tables,
    posing,
    tight,
)

SECRETS = ("illness", "income", "seen", "town")


@pytest.fixture(scope="module")
def copied() -> Measured:
    return measure(leaking(sensitive=SECRETS))


def test_a_copy_tells_every_secret(copied: Measured) -> None:
    assert [m.columns for m in copied.metrics] == [(), *((name,) for name in SECRETS)]
    for metric in copied.metrics:
        assert metric.interval[0] > 0.8 and metric.reference < 0.6


def test_the_worst_column_is_the_headline_with_a_wider_interval() -> None:
    worst, *columns = measure(tight(sensitive=SECRETS)).metrics
    assert worst.value == max(m.value for m in columns)
    assert worst.interval[1] > max(m.interval[1] for m in columns if m.value == worst.value)


def test_rows_that_nobody_has_seen_tell_no_more_of_learned_rows_than_of_others() -> None:
    for metric in measure(tight(1000, sensitive=SECRETS)).metrics:
        assert metric.interval[0] == 0 and metric.value < 0.09


def test_the_holdout_posing_as_synthetic_is_no_risk() -> None:
    for metric in measure(posing(sensitive=SECRETS)).metrics:
        assert metric.value == 0 and metric.interval[0] == 0


def test_the_rates_of_all_three_attackers_are_said_and_drawn(copied: Measured) -> None:
    for name in SECRETS:
        facts = copied.facts["inference"][name]
        assert facts["attack"][0] > 0.9 > facts["control"][0] and facts["baseline"][0] < 0.6
        assert any(repr(name) in note and "by guessing" in note for note in copied.notes)


def test_where_guessing_does_as_well_it_is_said() -> None:
    said = measure(tight(sensitive=("seen",))).notes
    constant = measure(odd_tables()["constant and null columns"]()).notes
    assert any("too weak to tell" in note for note in [*said, *constant])


def test_one_seed_gives_one_figure(copied: Measured) -> None:
    assert measure(leaking(sensitive=SECRETS)) == copied


@pytest.mark.parametrize("name", odd_tables())
def test_odd_tables_give_a_figure_or_a_note(name: str) -> None:
    measured = measure(odd_tables()[name]())
    assert measured.metrics or any("not measured" in note for note in measured.notes)
    assert_finite(measured.metrics)


def test_names_and_directions_are_those_of_the_kinds(copied: Measured) -> None:
    assert {m.name for m in copied.metrics} == {kind.name for kind in KINDS}
    assert not any(m.higher_is_better for m in copied.metrics)


def test_rates_are_those_of_anonymeter() -> None:
    evaluators = pytest.importorskip("anonymeter.evaluators")
    secrets = ("illness", "income")
    evidence, (train, holdout, made) = half_copied(sensitive=secrets)
    facts = measure(evidence).facts["inference"]
    for secret in secrets:
        known = [name for name in made.columns if name != secret]
        oracle = evaluators.InferenceEvaluator(
            train,
            made,
            known,
            secret,
            regression=secret == "income",
            n_attacks=400,
            control=holdout,
        )
        results = oracle.evaluate(n_jobs=1).results()
        assert facts[secret]["attack"][0] == pytest.approx(results.attack_rate.value, abs=0.02)
        assert facts[secret]["control"][0] == pytest.approx(results.control_rate.value, abs=0.04)
