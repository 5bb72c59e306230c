"""Values in rows without a parent: codes of their own, consistent whatever a generator draws."""

import json

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from synth.encode import TableEncoder
from synth.encode.alone import Alone
from synth.encode.parented import ParentedEncoding
from tests.synth.encode.encoders import decoded, encoder_of, mixed
from tests.synth.tables import batch_of

ROWS, DAY = 3000, 86_400_000_000
OPEN = 2_932_896  # 9999-12-31


def orders(kind: str, *, absent: float = 0.15) -> pa.Table:
    """Ordered, shipped 1 to 5 days later, delivered 1 to 20 after that; each may be missing."""
    rng = np.random.default_rng(0)
    ordered = 18_600 + rng.integers(0, 900, ROWS)
    shipped = ordered + rng.integers(1, 6, ROWS)
    delivered = np.where(rng.random(ROWS) < 0.2, OPEN, shipped + rng.integers(1, 21, ROWS))
    columns = {}
    for name, days in (("ordered", ordered), ("shipped", shipped), ("delivered", delivered)):
        mask = rng.random(ROWS) < absent
        if kind == "date":
            columns[name] = pa.array(days.astype(np.int32), mask=mask).cast(pa.date32())
        else:
            clock = rng.integers(8 * 3600, 18 * 3600, ROWS) * 1_000_000
            clock = np.where(days == OPEN, 0, clock)
            columns[name] = pa.array(days * DAY + clock, mask=mask).cast(pa.timestamp("us"))
    return pa.table(columns)


def spans(rows: pa.Table | pa.RecordBatch, start: str, end: str) -> np.ndarray:
    """Whole days between, in rows that have both and an end that is none of the open ones."""
    both = []
    for name in (start, end):
        array = rows[name].combine_chunks() if isinstance(rows, pa.Table) else rows[name]
        both.append(array.cast(pa.date32()).cast(pa.int32()))
    known = np.asarray(both[0].is_valid()) & np.asarray(both[1].is_valid())
    first, last = (np.asarray(array.fill_null(0)) for array in both)
    found: np.ndarray = (last - first)[known & (last != OPEN)]
    return found


def own_codes(encoder: TableEncoder) -> dict[str, Alone | None]:
    return {e.column.name: e.own for e in encoder.encodings if isinstance(e, ParentedEncoding)}


@pytest.mark.parametrize("kind", ["date", "timestamp"])
def test_spans_survive_nulls_in_every_column_of_a_chain(kind: str) -> None:
    table = orders(kind)
    encoder = encoder_of(table)
    steps = {step.target: step.found.dependency.sources for step in encoder.plan.encoded}
    assert steps == {"shipped": ("ordered",), "delivered": ("shipped", "ordered")}
    made = mixed(table, encoder)
    for start, end, most in (("ordered", "shipped", 5), ("shipped", "delivered", 25)):
        own = spans(made, start, end)
        assert len(own) > 0.6 * len(spans(table, start, end))
        assert own.min() >= 1 and own.max() <= most
    assert spans(made, "ordered", "delivered").max() <= 30
    for name in table.column_names:
        assert made[name].null_count == pytest.approx(table[name].null_count, rel=0.05)
    opened = [
        np.asarray(t["delivered"].cast(pa.date32()).cast(pa.int32()).fill_null(0)) == OPEN
        for t in (table, made)
    ]
    assert opened[0].sum() == opened[1].sum()


@pytest.mark.parametrize("kind", ["date", "timestamp"])
def test_codes_come_back_as_they_were(kind: str) -> None:
    table = orders(kind)
    back = decoded(table)
    for name in table.column_names:
        assert back[name].is_null().equals(table[name].combine_chunks().is_null())
    for start, end in (("ordered", "shipped"), ("shipped", "delivered")):
        assert (np.sort(spans(back, start, end)) == np.sort(spans(table, start, end))).mean() > 0.95
    encoder = encoder_of(table)
    again = TableEncoder.from_json(json.loads(encoder.dumps()))
    assert again.dumps() == encoder.dumps()
    assert (again.encode(batch_of(table)) == encoder.encode(batch_of(table))).all()
    assert encoder.encode(batch_of(table)).max(0).tolist() < list(encoder.cardinalities)


def test_values_without_a_parent_keep_their_day_and_time() -> None:
    """By week, weekday and time of day, as a column without a parent is coded."""
    table = orders("timestamp")
    back, encoder = decoded(table), encoder_of(table)
    assert own_codes(encoder)["shipped"] is not None
    alone = np.asarray(table["ordered"].is_null()) & np.asarray(table["shipped"].is_valid())
    real, own = (
        np.asarray(t["shipped"].cast(pa.int64()).fill_null(0))[alone] for t in (table, back)
    )
    assert ((real // DAY - own // DAY) % 7 == 0).mean() > 0.97
    assert np.abs(real - own).max() < 40 * DAY and np.quantile(np.abs(real - own), 0.5) < 8 * DAY
    hours = own % DAY / (DAY / 24)
    assert hours.min() >= 8 and hours.max() < 18


def test_what_few_rows_show_has_no_codes() -> None:
    table = orders("date", absent=0.0)
    first = pa.array(np.arange(ROWS) < 5)
    few = pc.if_else(first, pa.scalar(None, pa.date32()), table["ordered"])
    encoder = encoder_of(table.set_column(0, "ordered", few))
    assert own_codes(encoder) == {"shipped": None, "delivered": None}
    assert set(own_codes(encoder_of(table)).values()) == {None}


def test_ends_that_are_missing_together_with_their_starts_keep_the_spans() -> None:
    """A null pattern is repaired with values of other rows, and the span holds all the same."""
    table = orders("date", absent=0.0)
    lost = pa.array(np.random.default_rng(3).random(ROWS) < 0.1)
    for place in (0, 1):
        holed = pc.if_else(lost, pa.scalar(None, pa.date32()), table.column(place))
        table = table.set_column(place, table.column_names[place], holed)
    encoder = encoder_of(table)
    assert "nulls" in {step.found.dependency.kind for step in encoder.plan.steps}
    made = mixed(table, encoder)
    assert made["ordered"].is_null().equals(made["shipped"].is_null())
    own = spans(made, "ordered", "shipped")
    assert own.min() == 1 and own.max() == 5


def test_a_start_that_stands_for_unknown_has_no_span() -> None:
    """1900-01-01 where nobody knows: its rows are coded by themselves, and it stays what it is."""
    table, unknown = orders("date", absent=0.0), -25_567
    lost = pa.array(np.random.default_rng(5).random(ROWS) < 0.1)
    filler = pa.scalar(unknown, pa.int32()).cast(pa.date32())
    table = table.set_column(0, "ordered", pc.if_else(lost, filler, table["ordered"]))
    encoder = encoder_of(table)
    steps = {step.target: step.found.dependency for step in encoder.plan.encoded}
    assert steps["shipped"].to_json()["parent_atoms"] == [unknown]
    again = TableEncoder.from_json(json.loads(encoder.dumps()))
    assert again.dumps() == encoder.dumps()
    made = again.decode(again.encode(batch_of(table)), np.random.default_rng(0))
    first, second = (np.asarray(made[n].cast(pa.int32())) for n in ("ordered", "shipped"))
    known = first != unknown
    assert (~known).sum() == pc.sum(lost).as_py()
    assert (second - first)[known].min() >= 1 and (second - first)[known].max() <= 5
    assert second[~known].min() >= 18_600
