"""The kinds of prediction figures: names told apart, sentences that say which way is good."""

import pytest

from synth.metrics.utility.prediction_kinds import KINDS


def test_names_are_told_apart_and_one_is_the_headline():
    names = [kind.name for kind in KINDS]
    assert len(set(names)) == len(names)
    assert [kind.name for kind in KINDS if kind.headline] == ["utility_loss"]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_sentence_says_which_way_is_good(kind):
    assert ("higher" if kind.higher_is_better else "lower") + " is better" in kind.sentence
    assert kind.area == "utility" and kind.sentence.endswith(".")


def test_the_loss_is_bound_by_its_interval():
    (bound,) = [kind.bound for kind in KINDS if kind.bound]
    assert (bound.green, bound.amber, bound.by) == (0.03, 0.07, "interval")
