"""Texts of one length as pieces."""

import numpy as np
import pyarrow as pa

from synth.forms.places import Days, Few, day_piece, free_characters, pieces_of
from synth.forms.segments import Literal, Number, Places
from synth.forms.texts import code_points

RNG = np.random.default_rng(0)
DIGITS = "0123456789"


def points(texts: list[str]) -> np.ndarray:
    return code_points(pa.array(texts), len(texts[0]))


def digits(low: int, high: int, width: int, rows: int = 800) -> list[str]:
    return [f"{n:0{width}d}" for n in RNG.integers(low, high, rows)]


def test_free_digits_and_what_all_share() -> None:
    texts = [f"77{n}00" for n in digits(0, 10**4, 4)]
    assert pieces_of(points(texts), "9", 10) == [
        Literal("77"),
        Places((DIGITS,) * 4),
        Literal("00"),
    ]


def test_a_prefix_of_few_values() -> None:
    texts = [f"{RNG.integers(2019, 2025)}{n}" for n in digits(0, 10**5, 5)]
    few, free = pieces_of(points(texts), "9", 10)
    assert isinstance(few, Few)
    assert sorted(few.shared.values) == [str(year) for year in range(2019, 2025)]
    assert free == Places((DIGITS,) * 5)


def test_numbers_stay_in_their_range() -> None:
    (number,) = pieces_of(points(digits(0, 5000, 6)), "9", 10)
    assert isinstance(number, Number)
    assert number.width == 6
    assert number.bins[-1][1] < 5000
    assert number.start is None
    (sequence,) = pieces_of(points([f"{n:06d}" for n in range(1, 801)]), "9", 10, key=True)
    assert isinstance(sequence, Number)
    assert sequence.start == 1


def test_places_with_characters_of_their_own() -> None:
    texts = [f"4{RNG.integers(16**3):03x}{RNG.choice(list('89ab'))}{RNG.integers(16**3):03x}"
             for _ in range(800)]  # fmt: skip
    literal, free = pieces_of(points(texts), "w", 10)
    assert literal == Literal("4")
    assert isinstance(free, Places)
    hexadecimal = DIGITS + "abcdef"
    assert free.alphabets == (*[hexadecimal] * 3, "89ab", *[hexadecimal] * 3)


def test_check_digits_are_left_open() -> None:
    pieces = pieces_of(points(digits(0, 10**6, 6)), "9", 10, checks=[5])
    assert pieces == [Places((DIGITS,) * 5), Places(("0",), check=True)]


def test_days() -> None:
    days = np.datetime64("2024-01-01") + RNG.integers(0, 300, 800)
    texts = [str(day).replace("-", "") + f"{RNG.integers(10**4):04d}" for day in days]
    first, second = pieces_of(points(texts), "9", 10)
    assert isinstance(first, Days)
    assert first.layout == "%Y%m%d"
    assert second == Places((DIGITS,) * 4)
    assert day_piece(pa.array(["20240101"] * 5), "%Y%m%d", 10) is None


def test_days_behind_a_prefix() -> None:
    births = np.datetime64("1950-01-01") + RNG.integers(0, 18_000, 800)
    texts = [
        f"{RNG.choice(['110105', '310101', '440305'])}{str(day).replace('-', '')}{n}"
        for day, n in zip(births, digits(0, 1000, 3), strict=True)
    ]
    few, day, free = pieces_of(points(texts), "9", 10)
    assert isinstance(few, Few) and len(few.shared.values) == 3
    assert isinstance(day, Days) and day.layout == "%Y%m%d"
    assert free == Places((DIGITS,) * 3)


def test_the_first_character_may_have_an_alphabet_of_its_own() -> None:
    texts = pa.array([f"{n:x}" for n in RNG.integers(16, 65536, 2000)])
    first, rest = free_characters(texts, code_points(texts, 4), 10)
    assert rest == DIGITS + "abcdef"
    assert first == rest.replace("0", "")


def test_a_character_that_one_row_repeats_is_not_shared() -> None:
    words = ["".join(RNG.choice(list("abcdefghij"), int(n))) for n in RNG.integers(3, 20, 500)]
    texts = pa.array([*words, "ø" * 19])
    assert "ø" not in "".join(free_characters(texts, code_points(texts, 20), 10))
