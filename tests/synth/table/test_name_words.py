import doctest

import pytest

from synth.table import name_words as module
from synth.table.name_words import name_words


def test_the_examples_hold() -> None:
    done = doctest.testmod(module)
    assert done.attempted == 3 and not done.failed


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("native-country", ("native", "country")),
        ("BIRTH_YEAR", ("birth", "year")),
        ("birthYear2", ("birth", "year", "2")),
        ("IBANNumber", ("iban", "number")),
        ("Place of birth", ("place", "of", "birth")),
        ("e\u0301ta\u0301t", ("etat",)),  # accents that stand for themselves
        ("", ()),
        ("__", ()),
    ],
)
def test_names_are_taken_apart(name: str, words: tuple[str, ...]) -> None:
    assert name_words(name) == words
