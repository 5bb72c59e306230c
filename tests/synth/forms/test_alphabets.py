"""Which characters a sample shows."""

import pytest

from synth.forms.alphabets import DIGITS, LOWER, NAMED, alphabet_of, name_of


@pytest.mark.parametrize("name", list(NAMED))
def test_a_named_set_is_known_by_its_characters(name: str) -> None:
    assert alphabet_of(dict.fromkeys(NAMED[name], 100), 10) == NAMED[name]
    assert name_of(NAMED[name]) == name


def test_a_set_of_few_characters_stays_itself() -> None:
    assert alphabet_of(dict.fromkeys("aeiou", 200), 10) == "aeiou"
    assert name_of("xz") == "characters of 'xz'"
    assert name_of("abcdefgh") == "of the letters"


def test_what_few_rows_show_is_left_out() -> None:
    counts = dict.fromkeys(DIGITS, 1000) | {"ø": 3}
    assert alphabet_of(counts, 10) == DIGITS
    assert alphabet_of({"ø": 3}, 10) == LOWER


def test_scripts_of_thousands_of_characters_are_written_in_letters_of_their_pages() -> None:
    counts = {chr(sign): 1 for sign in range(0x4E00, 0x9FFF, 7)}
    alphabet = alphabet_of(counts, 10)
    assert 100 < len(alphabet) <= 256
    assert all("\u4e00" <= sign <= "\u9fff" for sign in alphabet)


def test_too_few_characters_mean_the_named_set_that_holds_them() -> None:
    assert alphabet_of({"q": 2, "k": 12}, 10) == LOWER
