"""Texts of one form: what has another is counted, and the pattern tells just these."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from synth.audit.in_memory import profile
from synth.audit.text_formats import OTHER_FORM, on_formats, pattern, text_formats
from synth.profiling.table_profile import TableProfile
from synth.statistics.shapes import shapes


def found(texts: list[str | None]) -> list[tuple[str, int, int]]:
    table = pa.table({"x": pa.array(texts, pa.string())})
    return [(f.shape, f.rows, f.violations) for f in text_formats(TableProfile.of(table), 11)]


CODES = [f"DE-{n:04d}/{'xyz'[n % 3]}" for n in range(2_000)]


def test_values_of_another_form_are_counted() -> None:
    assert found([*CODES, "none", "DE-123", None, ""]) == [("AA-9999/a", 2_003, 3)]
    assert found(CODES) == []
    assert found([*CODES, *["DE 12"] * 50]) == []  # one in forty is a second form


def test_labels_words_and_long_texts_have_no_form() -> None:
    assert found(["yes"] * 5_000 + ["no"] * 5) == []
    assert found(["DE", "FR", "IT"] * 3_000 + ["England"]) == []
    names = [w.title() for w in np.random.default_rng(0).choice(["anna", "jo", "maximilian"], 999)]
    assert found(names) == []
    assert found([f"{'x' * 70}{n}" for n in range(2_000)] + ["y"]) == []
    assert found([f"é→{n:04d}" for n in range(2_000)] + ["y"]) == []


def test_the_finding_tells_the_form_and_no_value() -> None:
    frame = pd.DataFrame({"ref": [*CODES, "secret"]})
    (one,) = [f for f in profile(frame, progress=False).findings if f.name == OTHER_FORM]
    assert one.columns == ("ref",) and one.severity == "info"
    assert "AA-9999/a" in one.evidence and "1 of 2,001 rows (0.05 %)" in one.evidence
    assert "secret" not in one.words()


def test_a_rule_of_cleaning_and_json() -> None:
    table = pa.table({"x": pa.array([*CODES, "none"], pa.string())})
    (one,) = text_formats(TableProfile.of(table), 11)
    assert one.to_json()["clean"] == {
        "rule": "matches",
        "columns": ["x"],
        "pattern": pattern("AA-9999/a"),
        "action": "quarantine",
        "reason": "x is not of the form AA-9999/a",
    }
    assert len(list(on_formats([one]))) == 1
    assert list(text_formats(TableProfile.of(table), 5_000)) == []  # too few rows share it


@pytest.mark.parametrize("text", ["N14228", "a.b*c", "(9) [x]", "DE-12/3", "Ünï-7", "a^$|{}\\"])
def test_a_pattern_matches_the_texts_of_its_shape(text: str) -> None:
    (shape,) = shapes(pa.array([text]))
    # Python knows no classes of Unicode: those of the letters at hand.
    java = pattern(shape).replace(r"\p{Lu}", "[A-ZÜ]").replace(r"\p{N}", "[0-9]")
    java = java.replace(r"[\p{Ll}\p{Lt}\p{Lm}\p{Lo}]", "[a-zï]")
    assert re.fullmatch(java, text)
    assert not re.fullmatch(java, text + "x") and not re.fullmatch(java, text[1:])
