"""Wide decimals keep their last digit: by steps, as labels, or rounded where this is said."""

import json
from collections.abc import Callable
from decimal import Context, Decimal

import numpy as np
import pyarrow as pa
import pytest

from synth.audit.column_findings import on_columns
from synth.encode import TableEncoder
from synth.profiling.table_profile import TableProfile
from synth.table.wide_decimals import unscaled

ROWS = 1200
EXACT = Context(prec=80)  # the default rounds to 28 digits
RNG = np.random.default_rng(0)
FEW = RNG.integers(0, 40, ROWS).tolist()
SPREAD = [int(a) * 10**19 + int(b) for a, b in RNG.integers(0, 2**62, (ROWS, 2))]


def table(values: list[int | None], precision: int = 38, scale: int = 0) -> pa.Table:
    made = [None if v is None else Decimal(v).scaleb(-scale, EXACT) for v in values]
    return pa.table({"n": pa.array(made, pa.decimal128(precision, scale))})


def coded(source: pa.Table) -> tuple[TableEncoder, pa.Array, pa.Array]:
    """The encoder as it is read back, the values, and what becomes of them."""
    fitted = TableEncoder.fit(TableProfile.of(source))
    encoder = TableEncoder.from_json(json.loads(fitted.dumps()))
    assert encoder.dumps() == fitted.dumps()
    batch = source.combine_chunks().to_batches()[0]
    made = encoder.decode(encoder.encode(batch), np.random.default_rng(1)).column("n")
    made.validate(full=True)
    return encoder, batch.column("n"), made


CASES: dict[str, Callable[[], pa.Table]] = {
    "few cents in a wide type": lambda: table([v * 10**8 for v in FEW], 38, 10),
    "beyond a bigint": lambda: table([10**19 + v for v in FEW], 20),
    "unsigned to its end": lambda: table([2**64 - 1 - v for v in FEW], 20),
    "with nulls and negative": lambda: table(
        [None if v < 5 else -(10**30) - v for v in FEW], 38, 5
    ),
    "both ends": lambda: table([(10**38 - 1) * (1 if v % 2 else -1) for v in FEW]),
    "too far apart for steps": lambda: table([[0, 10**37 + 1, 10**37 + 2][v % 3] for v in FEW]),
}


@pytest.mark.parametrize("name", CASES)
def test_values_of_many_rows_are_exact(name: str) -> None:
    source = CASES[name]()
    encoder, values, made = coded(source)
    assert made.equals(values)
    assert not encoder.notes and not [*on_columns(TableProfile.of(source))]


def test_partitions_give_the_same_encoder() -> None:
    source = table([10**19 + v for v in FEW], 20)
    half = TableProfile.of(source.slice(0, 500))
    half.merge(TableProfile.of(source.slice(500)))
    assert TableEncoder.fit(half).dumps() == TableEncoder.fit(TableProfile.of(source)).dumps()


def test_what_few_rows_hold_lies_inside_and_is_not_stored() -> None:
    source = table([10**19 + 997 * int(v) for v in RNG.permutation(ROWS)], 20)
    encoder, values, made = coded(source)
    before, after = unscaled(values)[0], unscaled(made)[0]
    assert min(before) <= min(after) and max(after) <= max(before)
    assert all((value - 10**19) % 997 == 0 for value in after)  # the column's own grid
    assert np.corrcoef((before - 10**19).astype(float), (after - 10**19).astype(float))[0, 1] > 0.99
    text = encoder.dumps()
    assert not any(str(value) in text for value in before.tolist())


def test_values_too_far_apart_are_rounded_but_for_those_of_many_rows_and_it_is_said() -> None:
    shared = [10**30, 10**30 + 1, 10**30 + 2]
    values: list[int | None] = [
        shared[place % 3] if place % 2 else v for place, v in enumerate(SPREAD)
    ]
    encoder, _, made = coded(table(values))
    own = made.to_pylist()[1::2]
    assert own == [Decimal(v) for v in values[1::2] if v is not None]
    assert "values lie too far apart for their last digits" in encoder.notes[0]
    rare = [
        abs(float(a) - float(b)) for a, b in zip(made.to_pylist()[::2], values[::2], strict=True)
    ]
    assert max(rare) < 0.1 * max(SPREAD)
    text = encoder.dumps()
    assert not any(str(value) in text for value in values[::2])


def test_one_value_is_a_constant_and_is_written_in_full() -> None:
    source = pa.table({"n": table([10**19 + 1] * ROWS, 20)["n"], "m": pa.array(FEW)})
    encoder = TableEncoder.fit(TableProfile.of(source))
    assert encoder.encodings[0].kind == "constant"
    made = encoder.decode(np.zeros((2, 1), np.int32), np.random.default_rng(0))
    assert made.column("n").to_pylist() == [Decimal(10**19 + 1)] * 2


def test_bins_show_the_values_and_objections_name_the_range() -> None:
    cents, _, _ = coded(table([v * 10**8 for v in FEW], 38, 10))
    shown = cents.encodings[0].bins()
    assert shown.ordinal and shown.labels[3] == "0.0300000000" and shown.lower[3] == 0.03
    encoder, values, _ = coded(table([10**19 + v for v in FEW], 20))
    kind = encoder.encodings[0]
    bins = kind.bins()
    assert bins.labels[1] == str(10**19 + 1)
    assert not bins.ordinal and bins.lower[0] is None  # as floats they are one
    assert kind.bin_of(values).max() == len(bins) - 1
    outside = pa.array([Decimal(5)], pa.decimal128(20, 0))
    assert kind.objection(outside) == (
        f"5 lies outside what the model has learned: give a value from {10**19} to {10**19 + 39}"
    )
    assert kind.objection(values) is None
