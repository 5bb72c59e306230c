import doctest
import re

import pytest

from synth.metrics.catalogue import headlines
from synth.metrics.kind import Style
from synth.metrics.metric import Metric
from synth.report import words
from synth.report.words import count, duration, explain, figure, generator_words


def test_the_examples_hold() -> None:
    done = doctest.testmod(words)
    assert done.attempted == 4 and not done.failed


@pytest.mark.parametrize(
    ("value", "style", "decimals", "shown"),
    [
        (0.9996, "score", 3, "0.9996"),  # not 1.000
        (0.99999, "score", 3, "> 0.9999"),
        (1.0, "score", 3, "1.000"),
        (0.0004, "score", 3, "0.0004"),
        (0.00001, "score", 3, "< 0.0001"),
        (0.0, "score", 3, "0.000"),
        (0.5, "score", 4, "0.5000"),
        (0.5, "percent", 3, "50.00 %"),
        (0.00106, "percent", 4, "0.106 %"),
        (None, "percent", 3, "–"),
    ],
)
def test_what_falls_short_of_perfect_is_never_printed_as_perfect(
    value: float | None, style: Style, decimals: int, shown: str
) -> None:
    assert figure(value, style, decimals) == shown


def test_numbers_of_rows_and_what_is_none() -> None:
    assert [count(value) for value in (999, 1_000_000, None, "many", True)] == [
        "999",
        "1\u202f000\u202f000",
        "–",
        "many",
        "True",
    ]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0.0 s"), (59.94, "59.9 s"), (60, "1 min 00 s"), (3600, "1 h 00 min"), (None, "–")],
)
def test_times_as_a_reader_says_them(seconds: float | None, said: str) -> None:
    assert duration(seconds) == said


def test_every_headline_is_explained_and_a_new_figure_names_its_direction() -> None:
    good = re.compile(r"(higher|lower) is (better|closer)|is (best|good|no leak|guessing)")
    for name in headlines():
        assert good.search(explain(Metric(name, "table", 0.5)).sentence.lower()), name
    unknown = explain(Metric("some_copy_rate", "table", 0.5, higher_is_better=False))
    assert (unknown.title, unknown.sentence) == ("Some copy rate", "Lower is better.")
    assert unknown.style == "percent"


def test_a_generator_is_told_with_its_settings() -> None:
    assert generator_words("marginal", {}) == "marginal"
    own = {"smoothing": 0.5, "by": "day"}
    assert generator_words("shuffle", own) == 'shuffle (smoothing 0.5, by "day")'
