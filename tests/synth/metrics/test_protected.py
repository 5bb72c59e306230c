import doctest

import pytest

from synth.metrics import protected
from synth.metrics.protected import protected_columns


def test_the_example_holds() -> None:
    done = doctest.testmod(protected)
    assert done.attempted == 2 and not done.failed


@pytest.mark.parametrize(
    "name", ["Geschlecht", "applicant_sex", "alter", "edad", "RACE", "maritalStatus"]
)
def test_names_that_speak_of_it(name: str) -> None:
    assert protected_columns([name]) == (name,)


@pytest.mark.parametrize("name", ["pages", "sexton", "manager", "trace", "alternative", "wage"])
def test_names_that_only_hold_the_letters(name: str) -> None:
    assert protected_columns([name]) == ()
