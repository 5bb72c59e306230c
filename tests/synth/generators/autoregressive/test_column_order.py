"""The drawing order, checked by hand."""

import numpy as np
import pytest

from synth.generators.autoregressive.column_order import column_order

NAMES = ["a", "b", "c"]
INFORMATION = np.array([[0, 0.1, 0.5], [0.1, 0, 0.4], [0.5, 0.4, 0]])


@pytest.mark.parametrize(
    ("first", "order"),
    [
        ((), ["c", "a", "b"]),  # c is associated most with all
        (("b",), ["b", "c", "a"]),
        (("b", "a"), ["b", "a", "c"]),
        (("a", "b", "c"), ["a", "b", "c"]),
    ],
)
def test_from_the_strongest_to_what_those_before_predict_best(
    first: tuple[str, ...], order: list[str]
) -> None:
    assert column_order(NAMES, INFORMATION, first) == order


def test_what_all_before_say_is_added_up() -> None:
    names = list("abcd")
    strength = np.zeros((4, 4))
    for one, other, nats in ((0, 1, 9.0), (0, 2, 2.0), (0, 3, 1.5), (1, 3, 1.0)):
        strength[one, other] = strength[other, one] = nats
    assert column_order(names, strength) == ["a", "b", "d", "c"]  # 1.5 + 1.0 against 2.0


def test_a_column_of_two_codes_is_as_strong_as_the_stronger_one() -> None:
    subs = ["a", "b", "b", "c"]
    strength = np.zeros((4, 4))
    strength[1, 2] = strength[2, 1] = 99.0  # with itself: says nothing
    strength[0, 2] = strength[2, 0] = 0.6
    strength[0, 3] = strength[3, 0] = 0.5
    assert column_order(subs, strength) == ["a", "b", "c"]


def test_without_associations_the_columns_stand_as_they_do() -> None:
    assert column_order(NAMES, np.zeros((3, 3))) == NAMES
    assert column_order(NAMES, np.zeros((3, 3)), ("c",)) == ["c", "a", "b"]
