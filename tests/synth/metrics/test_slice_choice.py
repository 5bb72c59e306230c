"""Which columns and values a table is sliced by."""

import dataclasses

import numpy as np

from synth.metrics.evidence import Task
from synth.metrics.slice_choice import Slice, slice_columns, slice_rows, slice_table, slices_of
from tests.synth.metrics.coded import AGE, BINS, CITY, SEX, coded, histograms
from tests.synth.metrics.columns import categories
from tests.synth.metrics.features_of import evidence_of, people

COUNTS = {"train": histograms(coded(300, 0))}
PEOPLE = people(20, 0)


def test_protected_columns_come_first_then_the_target_then_those_of_few_labels() -> None:
    evidence = evidence_of(PEOPLE, PEOPLE, counts=COUNTS)
    assert slice_columns(evidence)[0] == [1, 3, 2]
    named = evidence_of(
        PEOPLE, PEOPLE, counts=COUNTS, protected=("age", "gone"), task=Task("city", "classes", "f1")
    )
    places, notes = slice_columns(named)
    assert places == [0, 2, 1, 3]
    assert "not by 'gone'" in notes[0] and "by 'age', 'city'" in notes[1]


def test_columns_beyond_five_are_said() -> None:
    bins = tuple(categories(f"c{place}", "x", "y") for place in range(8))
    counts = {"train": histograms(np.zeros((9, 8), int), bins)}
    places, notes = slice_columns(evidence_of(PEOPLE, PEOPLE, counts=counts))
    assert places == [0, 1, 2, 3, 4] and "3 further columns" in notes[0]


def test_slices_are_the_frequent_values_and_the_rest() -> None:
    slices, notes = slices_of(CITY, np.array([100, 10, 500, 25]))
    assert slices == [Slice("c", (2,)), Slice("a", (0,)), Slice("any of 2 rarer values", (3, 1))]
    assert "2 values of 'city'" in notes[0] and "one slice" in notes[0]
    slices, notes = slices_of(SEX, np.array([100, 5]))
    assert [own.label for own in slices] == ["f"] and "not judged" in notes[0]
    assert slices_of(SEX, np.array([0, 0])) == ([], [])


def test_slices_of_numbers_are_ranges() -> None:
    slices, _ = slices_of(AGE, np.r_[np.full(50, 100), 40])
    assert slices[0].label == "from 0 up to 4" and slices[-1].label == "null"


def test_labels_are_those_of_the_bins_which_mask_sensitive_values() -> None:
    masked = dataclasses.replace(SEX, labels=("value 1", "value 2"), sensitive=True)
    slices, _ = slices_of(masked, np.array([50, 60]))
    assert [own.label for own in slices] == ["value 2", "value 1"]


def test_many_values_are_cut_and_said() -> None:
    bins = categories("c", *(f"v{place}" for place in range(30)))
    slices, notes = slices_of(bins, np.full(30, 50))
    assert len(slices) == 21 and "10 values" in notes[0]


def test_rows_and_tables_by_hand() -> None:
    matrix = coded(400, 0)
    counts = histograms(matrix)
    slices = [Slice("b", (1,)), Slice("rest", (0, 2))]
    rows = slice_rows(counts, 2, slices)
    assert rows.tolist() == [np.sum(matrix[:, 2] == 1), np.sum(np.isin(matrix[:, 2], (0, 2)))]
    table = slice_table(counts, 2, 1, slices)
    assert table[0].tolist() == np.bincount(matrix[matrix[:, 2] == 1, 1], minlength=2).tolist()
    assert table.sum(axis=1).tolist() == rows.tolist()
    assert len(BINS) == 4
