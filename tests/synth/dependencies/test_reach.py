"""Whether stored keys tell the target of values between them."""

import numpy as np

from synth.dependencies.reach import Reach, reach_of


def of(targets: str, stored: str) -> tuple[Reach, list[bool]]:
    codes = np.array([ord(letter) for letter in targets])
    held = np.array([mark == "x" for mark in stored])
    reach, inside = reach_of(np.arange(len(codes)), codes, held)
    return reach, inside.tolist()


def test_bands_reach_over_what_lies_inside_them() -> None:
    reach, inside = of("aaaaabbbbbcccc", "-x-x--x-xx-x-x")
    assert reach == Reach(between=True, below=True, above=True)
    # Between the last stored of a band and the first of the next one, nothing is said.
    assert "".join("y" if one else "-" for one in inside) == "y-y----y----y-"


def test_beyond_the_stored_keys_other_targets_are_not_theirs() -> None:
    reach, inside = of("zaaaaaabbbbbbby", "-xx-x-xxx-xxxx-")
    assert reach == Reach(between=True, below=False, above=False)
    assert not inside[0] and not inside[-1] and inside[3]


def test_names_reach_nowhere() -> None:
    assert of("abcdefgh", "x-x-xx-x") == (Reach(), [False] * 8)
    assert of("abababab", "x-x-xx-x")[0] == Reach()


def test_one_key_between_two_of_another_target_is_enough_to_say_no() -> None:
    assert of("aaaaaaaabbbbbb", "xx-xx-xxx-xxxx")[0].between
    assert of("aazaaaaabbbbbb", "xx-xx-xxx-xxxx") == (Reach(), [False] * 14)


def test_one_stored_key_reaches_nowhere() -> None:
    assert of("aaaa", "-x--") == (Reach(), [False] * 4)
