"""Which settings a search tries: what is refused, and what is drawn."""

from __future__ import annotations

import math
from typing import Any

import pytest

from jobs.search_space import Range, Values, drawn, read_space
from synth.generators.registry import generator_kind
from synth.table.errors import InputError

KIND = generator_kind("autoregressive")


def test_a_range_of_whole_numbers_gives_whole_numbers() -> None:
    asked = {"hidden": {"from": 16, "to": 128, "log": True}, "dropout": {"from": 0, "to": 0.5}}
    space = read_space(KIND, {}, asked)
    assert space["hidden"] == Range(16, 128, log=True, whole=True)
    assert space["dropout"] == Range(0, 0.5, log=False, whole=False)
    assert [space["hidden"].at(share) for share in (0.0, 0.5, 0.9999)] == [16, 45, 128]
    assert isinstance(space["hidden"].at(0.3), int)
    assert space["dropout"].at(1 / 3) == 0.167


def test_values_are_each_as_likely_as_the_others() -> None:
    values = Values((32, None, 64))
    assert [values.at(share) for share in (0.0, 0.34, 0.67, 0.999)] == [32, None, 64, 64]


def test_the_first_trial_is_as_given_and_no_two_are_the_same() -> None:
    asked = {"hidden": [16, 32, 64], "learning_rate": {"from": 1e-4, "to": 1e-1, "log": True}}
    space = read_space(KIND, {"steps": 50}, asked)
    given = {"steps": 50}
    found = drawn(KIND, given, space, 7, 3)
    assert found[0] == {"steps": 50} and len(found) == 7
    assert found == drawn(KIND, given, space, 7, 3) != drawn(KIND, given, space, 7, 4)
    assert all(one["steps"] == 50 for one in found)
    # A Latin hypercube: each sixth of the range has one, and each value two.
    places = [(math.log10(one["learning_rate"]) + 4) / 3 * 6 for one in found[1:]]
    assert sorted(int(place) for place in places) == list(range(6))
    assert sorted(one["hidden"] for one in found[1:]) == [16, 16, 32, 32, 64, 64]


def test_a_small_space_has_no_more_trials_than_settings() -> None:
    space = read_space(KIND, {}, {"hidden": [None, 32, 64]})
    found = drawn(KIND, {}, space, 20, 0)
    assert found[0] == {}  # and None is not tried again
    assert sorted(one["hidden"] for one in found[1:]) == [32, 64]
    assert drawn(KIND, {}, space, 1, 0) == [{}]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"hiden": [16]}, "hiden: unknown key; did you mean hidden"),
        ({"hidden": [16, 4]}, r"hidden: .*greater than or equal to 8 \(given: 4\)"),
        ({"hidden": {"from": 16, "to": 4096}}, r"less than or equal to 1024 \(given: 4096\)"),
        (
            {"hidden": []},
            r"hidden: what to try is a list of values, or .*, however: \[\]",
        ),
        ({"hidden": 16}, "hidden: what to try is a list of values, or .*, however: 16"),
        ({"hidden": {"form": 16, "to": 32}}, "hidden: a range is .*, however: {'form': 16, 'to'"),
        ({"hidden": {"from": 16, "to": 32, "step": 2}}, "hidden: a range is .*'step': 2}"),
        ({"hidden": {"from": True, "to": 32}}, "hidden: a range is"),
        ({"learning_rate": {"from": 0.1, "to": math.inf}}, "learning_rate: a range is"),
        ({"hidden": [16, 32, 16]}, "hidden: 16 stands there twice"),
        ({"hidden": {"from": 16}}, r"hidden: a range is {from: NUMBER, to: NUMBER}"),
        ({"hidden": {"from": 64, "to": 16}}, "from is 64 and to is 16: .* put the lower one first"),
        ({"dropout": {"from": 0, "to": 0.5, "log": True}}, "from is 0, and log asks for numbers"),
        ({"dropout": {"from": 0, "to": 0.5, "log": 2}}, "log is true or false, however: 2"),
        ({"flexible": [True, False]}, "flexible: codes are made for it, before any fit"),
    ],
)
def test_what_cannot_be_tried_is_refused(asked: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_space(KIND, {}, asked)


def test_a_kind_says_what_its_figure_does_not_show() -> None:
    with pytest.raises(InputError, match="beta: the validation loss, by which settings are sear"):
        read_space(generator_kind("tvae"), {}, {"beta": [0.1, 1.0]})
    with pytest.raises(InputError, match="candidates: the code histogram distance"):
        read_space(generator_kind("ctgan"), {}, {"candidates": [1, 16]})
    said = "generator 'gaussian_copula' cannot be searched: no figure of its fit says how good"
    with pytest.raises(InputError, match=said):
        read_space(generator_kind("gaussian_copula"), {}, {"shrinkage": [0.1]})
