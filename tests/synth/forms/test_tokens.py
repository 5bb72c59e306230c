"""Tokens of texts of one signature."""

import numpy as np
import pyarrow as pa

from synth.forms.levels import CHUNKS, CLASSES
from synth.forms.tokens import (
    described,
    is_plain_number,
    joined_tokens,
    same_length,
    shown,
    splits,
    tokens_of_texts,
)

RNG = np.random.default_rng(0)


def test_texts_are_cut_into_columns_of_tokens() -> None:
    tokens = tokens_of_texts(pa.array(["AB-12", "C-345"]), "A-9", CLASSES)
    assert [token.symbol for token in tokens] == ["A", "", "9"]
    assert [token.texts.to_pylist() for token in tokens] == [["AB", "C"], ["-", "-"], ["12", "345"]]
    assert "".join(token.expression for token in tokens) == r"\p{Lu}+\-[0-9]+"
    assert shown(tokens) == "A+-9+"
    (empty,) = tokens_of_texts(pa.array(["", ""]), "", CLASSES)
    assert empty.texts.to_pylist() == ["", ""]


def test_a_word_of_two_classes_has_few_values_as_a_whole() -> None:
    names = pa.array(RNG.choice(["Anna", "Bob", "Aline"], 300))
    (token,) = described(tokens_of_texts(names, "Aa", CLASSES), 10)
    assert token.shared is not None
    assert sorted(token.shared.values) == ["Aline", "Anna", "Bob"]
    assert token.expression.startswith(r"\p{Lu}+")


def test_neighbours_that_tell_each_other_are_one() -> None:
    domains = pa.array(RNG.choice(["mail.org", "example.com"], 300))
    tokens = described(tokens_of_texts(domains, "a.a", CLASSES), 10)
    (both,) = joined_tokens(tokens, 10)
    assert both.shared is not None
    assert sorted(both.shared.values) == ["example.com", "mail.org"]
    free = pa.array([f"{a}.{b}" for a, b in RNG.choice(["xx", "yyy"], (300, 2))])
    assert len(joined_tokens(described(tokens_of_texts(free, "a.a", CLASSES), 10), 10)) == 3


def test_days_between_separators_are_one_token() -> None:
    days = [str(np.datetime64("2024-01-01") + int(n)) for n in RNG.integers(0, 300, 200)]
    (day,) = described(tokens_of_texts(pa.array(days), "9-9-9", CLASSES), 10)
    assert day.layout == "%Y-%m-%d"
    wrong = [f"{n:04d}-{n % 40:02d}-{n % 50:02d}" for n in range(200)]
    assert len(described(tokens_of_texts(pa.array(wrong), "9-9-9", CLASSES), 10)) == 5


def test_lengths_that_are_codes_of_their_own() -> None:
    def token(*texts: str, signature: str = "9") -> object:
        return tokens_of_texts(pa.array(texts), signature, CLASSES)[0]

    assert is_plain_number(token("1", "20"))
    assert not is_plain_number(token("1", "02"))
    assert not splits(token("1", "20"))
    assert splits(token("1", "02"))
    assert splits(token("12345678", "123456789012"))
    assert not splits(token("a", "bcd", signature="a"))
    assert splits(token("A", "BCD", signature="A"))
    assert same_length(token("A", "B", signature="A"))


def test_an_exact_length_is_read_alone() -> None:
    (token,) = tokens_of_texts(pa.array(["abc", "xyz"]), "c", CHUNKS)
    assert token.of_exact_length().expression.endswith("{3}")
