"""The embedded table is whole, and its quirks are as published."""

import csv
import gzip
import importlib.resources
from collections import Counter

import pytest

from synth.datasets import ADULT_COLUMNS, ADULT_ROWS, adult_path

ROWS_OF_ADULT_DATA = 32_561


@pytest.fixture(scope="module")
def rows() -> list[list[str]]:
    with gzip.open(adult_path(), "rt", encoding="ascii", newline="") as file:
        return list(csv.reader(file))


def test_header_and_size(rows: list[list[str]]) -> None:
    assert tuple(rows[0]) == ADULT_COLUMNS
    assert len(rows) - 1 == ADULT_ROWS == 48_842
    assert {len(row) for row in rows} == {15}


def test_values_are_led_by_a_space(rows: list[list[str]]) -> None:
    assert all(value.startswith(" ") for row in rows[1:] for value in row[1:])
    assert not any(row[0].startswith(" ") for row in rows[1:])


def test_missing_values_are_question_marks(rows: list[list[str]]) -> None:
    missing: Counter[str] = Counter()
    for row in rows[1:]:
        missing.update(
            name for name, value in zip(ADULT_COLUMNS, row, strict=True) if value.strip() == "?"
        )
    assert missing == {"workclass": 2799, "occupation": 2809, "native-country": 857}


def test_only_labels_of_the_test_file_end_in_a_full_stop(rows: list[list[str]]) -> None:
    labels = [row[-1] for row in rows[1:]]
    assert set(labels[:ROWS_OF_ADULT_DATA]) == {" <=50K", " >50K"}
    assert set(labels[ROWS_OF_ADULT_DATA:]) == {" <=50K.", " >50K."}
    # adult.names: 24.78 % of the 45,222 rows without unknowns are above 50K.
    known = [row[-1] for row in rows[1:] if " ?" not in row]
    assert len(known) == 45_222
    assert round(sum(label.startswith(" >") for label in known) / len(known), 4) == 0.2478


def test_archive_says_nothing_of_when_and_where_it_was_made() -> None:
    head = adult_path().read_bytes()[:10]
    assert head[:2] == b"\x1f\x8b"
    assert head[3:8] == bytes(5)  # no file name, modification time 0


def test_licence_lies_beside_the_data() -> None:
    note = importlib.resources.files("synth.datasets") / "ADULT_LICENCE.md"
    text = note.read_text(encoding="utf-8")
    assert all(part in text for part in ("10.24432/C5XW20", "CC BY 4.0", "Becker", "Kohavi"))
