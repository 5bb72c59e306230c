"""The style of a sample of durations."""

import pytest

from synth.forms.duration_search import find_duration
from tests.synth.forms.texts import texts


@pytest.mark.parametrize(
    ("layout", "words"),
    [
        ("P{0}DT{1}H", "P#DT#H"),
        ("P{0}W", "P#W"),
        ("{0} days {1:02d}:{1:02d}:05", "# days 00:00:00"),
        ("{0}d{1}h", "#d#h"),
        ("{0} years {1} months", "# years # months"),
    ],
)
def test_words(layout: str, words: str) -> None:
    style = find_duration(texts([layout.format(i // 12, i % 12) for i in range(600)]), 10)
    assert style is not None and style.words() == words


def test_months_are_no_days() -> None:
    style = find_duration(texts([f"P{i // 12}Y{i % 12}M" for i in range(600)]), 10)
    assert style is not None and [one.unit for one in style.components] == [12, 1]
    assert find_duration(texts(["P1Y2M3D", "word", "12"] * 100), 10) is None
