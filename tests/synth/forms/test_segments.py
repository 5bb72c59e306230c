"""The pieces of a pattern: drawn from chance, and told apart by numbers."""

import json

import numpy as np
import pyarrow as pa
import pytest

from synth.forms.segments import Choice, Literal, Number, Places, Run
from synth.forms.sequences import Free, segment_from_json

PIECES: list[tuple[Free, str]] = [
    (Places(("01", "-", "abcä")), r"[01]-[abcä]"),
    (Run("ab", "01", (1, 2, 3), (5, 1, 1)), r"[ab][01]{0,2}"),
    (Choice(("x", "yy"), (3, 1)), "x|yy"),
    (Number(4, ((5, 9, 10), (10, 120, 30))), r"00\d\d|01[01]\d|0120"),
    (Number(0, ((8, 9, 10), (10, 17, 30))), r"[89]|1[0-7]"),
    (Number(0, ((19700, 19799, 10),), layout="%Y-%m-%d"), r"2023-\d\d-\d\d|2024-\d\d-\d\d"),
]


@pytest.mark.parametrize(("piece", "expression"), PIECES)
def test_texts_are_drawn_within_the_piece(piece: Free, expression: str) -> None:
    drawn = piece.draw(500, np.random.default_rng(0))
    assert isinstance(drawn, pa.Array)
    import re

    assert all(re.fullmatch(expression, text) for text in drawn.to_pylist())
    assert drawn == piece.draw(500, np.random.default_rng(0))
    assert piece.describe()


@pytest.mark.parametrize(("piece", "expression"), PIECES)
def test_no_two_numbers_give_one_text(piece: Free, expression: str) -> None:
    numbers = np.arange(piece.capacity)
    told = piece.numbered(numbers, np.random.default_rng(0))
    assert isinstance(told, pa.Array)
    assert len(set(told.to_pylist())) == len(numbers)
    assert set(told.to_pylist()) >= set(piece.draw(200, np.random.default_rng(1)).to_pylist()) or (
        isinstance(piece, Run)  # short texts are left to small numbers
    )


@pytest.mark.parametrize(("piece", "expression"), PIECES)
def test_pieces_come_back_from_json(piece: Free, expression: str) -> None:
    assert segment_from_json(json.loads(json.dumps(piece.to_json()))) == piece


def test_a_literal_is_itself() -> None:
    rng = np.random.default_rng(0)
    assert Literal("ORD-").draw(3, rng) == Literal("ORD-").numbered(np.arange(3), rng) == "ORD-"
    assert Literal("ORD-").capacity == 1


def test_shares_are_those_of_the_seed() -> None:
    rng = np.random.default_rng(0)
    lengths = np.array(
        [len(t) for t in Run("a", "a", (2, 5), (900, 100)).draw(5000, rng).to_pylist()]
    )
    assert abs((lengths == 5).mean() - 0.1) < 0.02
    chosen = Choice(("x", "y"), (900, 100)).draw(5000, rng).to_pylist()
    assert abs(chosen.count("y") / 5000 - 0.1) < 0.02


def test_a_sequence_counts_on_without_end() -> None:
    piece = Number(3, ((1, 999, 100),), start=1)
    told = piece.numbered(np.array([0, 1, 998, 999]), np.random.default_rng(0))
    assert told.to_pylist() == ["001", "002", "999", "1000"]
    assert piece.capacity > 10**12


def test_check_digits_tell_no_rows_apart() -> None:
    assert Places(("0", "0"), check=True).capacity == 1


def test_short_lengths_are_not_used_for_large_numbers() -> None:
    piece = Run("ab", "ab", (2, 10), (1, 1))
    told = piece.numbered(np.arange(500, 1000), np.random.default_rng(0)).to_pylist()
    assert {len(text) for text in told} == {10}
