"""Names of months and days."""

import pytest

from synth.forms.moment_names import CASES, LANGUAGES, VARIANTS, languages_of, names, shortened


@pytest.mark.parametrize("language", LANGUAGES + VARIANTS)
def test_a_year_has_twelve_names_and_a_week_seven(language: str) -> None:
    for directive, count in (("B", 12), ("b", 12), ("A", 7), ("a", 7)):
        for case in CASES:
            found = names(directive, language, case)
            assert len(found) in (0, count) and len(set(found)) == len(found)
    assert len(names("B", language, "title")) == 12


def test_words_tell_language_and_case() -> None:
    assert languages_of("b", frozenset({"Jan", "May", "Dec"})) == (("en", "title"),)
    assert languages_of("B", frozenset({"märz", "mai"})) == (("de", "lower"),)
    assert languages_of("b", frozenset({"OKT", "DEZ"})) == (("de", "upper"),)
    assert languages_of("B", frozenset({"Room"})) == ()


def test_ways_to_shorten() -> None:
    assert languages_of("b", frozenset({"janv.", "mars"})) == (("fr.", "lower"),)
    assert languages_of("b", frozenset({"Sept", "May"})) == (("en-4", "title"),)
    assert names("B", "fr.", "lower") == names("B", "fr", "lower")  # not shortened
    assert {"janv.", "Sept.", "DÉC."} <= shortened() and "mars" not in shortened()
