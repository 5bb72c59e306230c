"""A frame of given rows: one synthetic row for each, in its order."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from synth import Synthesizer
from synth.sampling.given_rows import as_given, read_rows
from synth.table.errors import InputError
from synth.table.frame_type import ArrowFrames
from tests.synth.sampling.conditioned import follows, ruled


@pytest.fixture(scope="module")
def fitted() -> Synthesizer:
    return ruled()


FRAME = pd.DataFrame(
    {
        "land": ["DE", None, "US", "IT"] * 40,
        "hour": [1, 2, np.nan, 4] * 40,
        "age": pd.array([20, 30, 40, None] * 40, dtype="Int64"),
        "gross": [np.nan, 119.0, np.nan, np.nan] * 40,
    },
    index=np.arange(160) + 7,
)


def test_each_row_has_its_values_and_what_is_missing_is_drawn(fitted: Synthesizer) -> None:
    made = fitted.sample(given=FRAME)
    assert made.index.equals(FRAME.index)
    for name in FRAME:
        there = FRAME[name].notna()
        assert (made[name][there] == FRAME[name][there]).all()
        assert made[name].notna().all()
    assert follows(made)
    assert made["age"][FRAME["age"].isna()].nunique() > 15
    pd.testing.assert_frame_equal(made, fitted.sample(160, given=FRAME))
    assert not made.equals(fitted.sample(given=FRAME, seed=5))


def test_arrow_and_pandas_rows_are_alike(fitted: Synthesizer) -> None:
    rows = pa.Table.from_pandas(FRAME, preserve_index=False)
    made = fitted.sample(given=rows)
    assert list(made.index) == list(range(160))
    assert made.equals(fitted.sample(given=FRAME).reset_index(drop=True))
    nan = pa.table({"real": pa.array([float("nan"), 0.5, None])})
    assert fitted.sample(given=nan)["real"].notna().all()


def test_more_rows_than_a_block_come_in_their_order(fitted: Synthesizer) -> None:
    land = np.random.default_rng(0).choice(["DE", "FR", "US"], 17_000)
    made = fitted.sample(given=pd.DataFrame({"land": land}))
    assert (made["land"] == land).all()


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ({"land": ["DE", "XX"]}, "given 'land', row 2: 'XX' is not among the values"),
        ({"age": [20, 900]}, "given 'age', row 2: 900 lies outside"),
        ({"age": ["old"]}, "given 'age', row 1: 'old' is no value of type bigint"),
        ({"town": ["DE"]}, "given 'town': the table has no such column; it has 'at'"),
        ({"land": ["DE", "DE"], "region": ["EU", "NA"]}, "region is determined by land"),
        (
            {"left": [1, 2], "right": [1, 2], "total": [2, 5]},
            "given row 2: total is left \\+ right, which its values break",
        ),
    ],
)
def test_what_cannot_be_given_is_named_with_its_row(
    fitted: Synthesizer, rows: dict[str, Any], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        fitted.sample(given=pd.DataFrame(rows))


def test_rows_and_conditions_are_told_apart(fitted: Synthesizer) -> None:
    with pytest.raises(InputError, match="160 rows are given, and 5 are asked for"):
        fitted.sample(5, given=FRAME)
    with pytest.raises(InputError, match="given maps columns to values, or is a table of rows"):
        fitted.sample(5, given=["land"])  # type: ignore[arg-type]
    with pytest.raises(InputError, match="say how many rows are wanted"):
        fitted.sample(given={"land": "DE"})
    with pytest.raises(InputError, match="given: the table has no rows"):
        fitted.sample(given=FRAME.head(0))
    with pytest.raises(InputError, match="temperature and given cannot go together"):
        fitted.sample(given=FRAME, temperature=0.5)
    assert as_given(None, ArrowFrames()) == ({}, None)


def test_a_choice_for_each_row(fitted: Synthesizer) -> None:
    table = pa.table({"land": ["US", None, "US", "DE"]})
    (condition,) = read_rows(table, fitted.model.encoder)
    assert condition.chosen is not None
    assert condition.chosen.tolist() == [0, -1, 0, 1]
    assert condition.values.to_pylist() == ["US", "DE"]
