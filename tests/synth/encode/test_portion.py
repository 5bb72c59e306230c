"""Which codes admit values of a set or a range, and how much of an interval they are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from synth.encode import EncoderSettings, TableEncoder
from synth.encode.kind import ColumnKind
from synth.encode.portion import Portion, Wanted
from synth.profiling.table_profile import TableProfile
from synth.table.values import to_numbers

RNG = np.random.default_rng(0)
ROWS = 20_000
TIMES = (RNG.integers(0, 400 * 86_400, ROWS) * 1_000_000).astype("datetime64[us]")
TABLE = pa.table(
    {
        "cents": np.round(RNG.lognormal(3, 0.5, ROWS), 2),
        "age": pa.array(RNG.integers(0, 90, ROWS), mask=RNG.random(ROWS) < 0.1),
        "real": RNG.normal(size=ROWS),
        "text": [f"v{value}" for value in RNG.integers(0, 9, ROWS)],
        "at": TIMES,
        "day": TIMES.astype("datetime64[D]"),
    }
)


@pytest.fixture(scope="module")
def encodings() -> dict[str, ColumnKind]:
    encoder = TableEncoder.fit(TableProfile.of(TABLE), EncoderSettings())
    return dict(zip(encoder.schema.names, encoder.encodings, strict=True))


def within(encoding: ColumnKind, low: Any, high: Any, *, is_known: bool = True) -> Wanted:
    def meets(values: pa.Array) -> np.ndarray:
        numbers, valid = to_numbers(values, encoding.column.type)
        return valid & (numbers >= low) & (numbers <= high)

    return Wanted(meets, low, high, is_range=True) if is_known else Wanted(meets)


def weight_of(portion: Portion, codes: np.ndarray) -> np.ndarray:
    product = np.ones(len(codes))
    for level, table in enumerate(portion.weights):
        group = codes[:, level - 1] if len(table) > 1 else 0
        product *= table[group, codes[:, level]]
    return product


@pytest.mark.parametrize("is_known", [True, False])
@pytest.mark.parametrize(
    ("name", "low", "high"), [("cents", 15.005, 15.3), ("age", 30, 60), ("real", 0.1, 0.2)]
)
def test_the_weights_add_up_to_the_share_and_values_are_drawn_inside(
    encodings: dict[str, ColumnKind], name: str, low: float, high: float, is_known: bool
) -> None:
    encoding, array = encodings[name], TABLE[name].combine_chunks()
    portion = encoding.portion([within(encoding, low, high, is_known=is_known)])
    codes = encoding.encode(array)
    weight = weight_of(portion, codes)
    inside = within(encoding, low, high).meets(array)
    assert (weight[inside] > 0).all()
    if name != "real" or is_known:  # between reals there is always another: all may be inside
        assert weight.mean() == pytest.approx(inside.mean(), rel=0.1)
        assert portion.draw is not None
        drawn = portion.draw(codes[weight > 0], np.random.default_rng(1))
        assert within(encoding, low, high).meets(drawn).all()
        # A value that is rounded to the grid may fall beyond the edge of its interval.
        assert (encoding.encode(drawn) == codes[weight > 0]).all(1).mean() > 0.7


def test_a_text_and_a_null_have_weights_of_their_own(encodings: dict[str, ColumnKind]) -> None:
    text = encodings["text"]
    wanted = Wanted(lambda values: np.isin(values.to_pylist(), ["v1", "v2"]), is_set=True)
    codes = text.encode(TABLE["text"].combine_chunks())
    weight = weight_of(text.portion([wanted]), codes)
    assert (weight == np.isin(TABLE["text"].to_pylist(), ["v1", "v2"])).all()
    age = encodings["age"]
    absent = age.portion([Wanted(lambda values: np.asarray(values.is_null()))])
    null = age.encode(pa.nulls(1, pa.int64()))
    assert weight_of(absent, null) == 1 and not absent.is_empty
    assert age.portion([Wanted(lambda values: np.zeros(len(values), bool))]).is_empty


@pytest.mark.parametrize("name", ["at", "day"])
@pytest.mark.parametrize(("start", "days"), [(100, 40), (100, 1), (0, 3), (396, 3)])
def test_no_time_inside_is_left_out(
    encodings: dict[str, ColumnKind], name: str, start: int, days: int
) -> None:
    encoding, array = encodings[name], TABLE[name].combine_chunks()
    unit = 1 if encoding.column.type == "date" else 86_400_000_000
    ends = start * unit, (start + days) * unit - 1
    wanted = within(encoding, *ends)
    weight = weight_of(encoding.portion([wanted]), encoding.encode(array))
    inside = wanted.meets(array)
    assert inside.any() and (weight[inside] > 0).all()
    assert (weight > 0).mean() < inside.mean() + 0.1


def test_hours_and_days_of_the_week_are_told_by_their_codes(
    encodings: dict[str, ColumnKind],
) -> None:
    encoding, array = encodings["at"], TABLE["at"].combine_chunks()
    hours = (TIMES.astype(np.int64) // 3_600_000_000) % 24

    def at_five(values: pa.Array) -> np.ndarray:
        return to_numbers(values, encoding.column.type)[0] // 3_600_000_000 % 24 == 5

    weight = weight_of(encoding.portion([Wanted(at_five, of="clock")]), encoding.encode(array))
    assert (weight[hours == 5] > 0).all()
    assert (weight > 0).mean() < 1.5 / 24

    def mondays(values: pa.Array) -> np.ndarray:
        return (to_numbers(values, encoding.column.type)[0] // 86_400_000_000 + 3) % 7 == 0

    own = Wanted(mondays, of="weekday")
    weight = weight_of(encoding.portion([own]), encoding.encode(array))
    assert ((weight > 0) == mondays(array)).all()
