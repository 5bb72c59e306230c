"""Values that stand for something, by hand; what stands in for a parent that rows lack."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from synth import Synthesizer
from synth.dependencies.sample import Sample
from synth.dependencies.settings import DependencySettings
from synth.encode.elapsed import ElapsedEncoding
from synth.encode.lag_atoms import atoms_of, odd_atoms, odd_parents, with_stand_ins
from synth.encode.number_pair import Increment
from synth.table.schema import TableSchema

ROWS = 1000
START = np.random.default_rng(0).permutation(100_000)[:ROWS]
RELATION = Increment("end", ("start",), "bigint", decimals=0)


def sample(**columns: np.ndarray | pa.Array) -> Sample:
    table = pa.table(columns)
    return Sample(table, TableSchema.from_arrow(table.schema), DependencySettings())


def test_an_atom_has_many_more_rows_than_the_mean_value() -> None:
    end = START + 7
    assert atoms_of(sample(end=end), "end") == ()
    end[:30], end[30:34] = -1, -2
    assert atoms_of(sample(end=end), "end") == (-1,)
    assert atoms_of(sample(end=pa.nulls(ROWS, pa.int64())), "end") == ()


def test_an_odd_one_lies_elsewhere_than_lags_lead_to() -> None:
    start, end = START.copy(), START + np.arange(ROWS) % 50
    start[:30], end[:30] = 500, 510  # often, and as far apart as others
    end[30:60], start[60:90] = -1, -1
    rows = sample(start=start, end=end)
    assert atoms_of(rows, "end") == (-1, 510)
    assert odd_atoms(rows, RELATION) == (-1,)
    assert odd_parents(rows, RELATION) == (-1,)


@pytest.mark.filterwarnings("error")
def test_an_atom_that_only_stands_alone_is_no_odd_one() -> None:
    start, end = START.copy(), START + np.arange(ROWS) % 50
    end[:30] = -1
    lost = np.arange(ROWS) < 30
    assert odd_atoms(sample(start=pa.array(start, mask=lost), end=end), RELATION) == ()


def test_what_is_there_where_the_parent_is_null_stands_in() -> None:
    lost = np.arange(ROWS) < 40
    rows = sample(
        start=pa.array(START, mask=lost),
        other=pa.array(START - 3, mask=lost),  # missing where start is
        before=START - 5,
        end=START + 2,
    )
    assert with_stand_ins(rows, RELATION, ["other", "before"]).sources == ("start", "before")


STAND_IN_ROWS, SECONDS_PER_DAY = 2000, 86_400


def written(seconds: np.ndarray, kind: str, absent: np.ndarray) -> pa.Array:
    """The times as a column of a kind has them."""
    if kind == "seconds":
        return pa.array(seconds, pa.int64(), mask=absent)
    if kind == "timestamp":
        return pa.array(seconds * 1_000_000, pa.int64(), mask=absent).cast(pa.timestamp("us"))
    days = (seconds // SECONDS_PER_DAY).astype("datetime64[D]")
    if kind == "date":
        return pa.array(days, mask=absent)
    text = [f"{str(d)[8:]}.{str(d)[5:7]}.{str(d)[:4]}" for d in days]
    return pa.array(text, mask=absent)


def in_days(column: pa.ChunkedArray) -> np.ndarray:
    """Whole days, nan where null."""
    found = []
    for value in column.to_pylist():
        match value:
            case None:
                found.append(np.nan)
            case int():
                found.append(value // SECONDS_PER_DAY)
            case str():
                day, month, year = value.split(".")
                found.append(int(np.datetime64(f"{year}-{month}-{day}").astype(int)))
            case _:
                found.append(int(np.datetime64(value, "D").astype(int)))
    return np.array(found, float)


def made(kinds: tuple[str, str, str], *, is_copy: bool) -> tuple[pa.Table, Synthesizer]:
    """Three times in a row, the second of which one row in five lacks; the last its copy or later.

    The model, and rows that it makes.
    """
    rng = np.random.default_rng(0)
    opened = 1_640_995_200 + rng.integers(0, 700 * SECONDS_PER_DAY, STAND_IN_ROWS)
    started = opened + rng.integers(0, 4 * SECONDS_PER_DAY, STAND_IN_ROWS)
    closed = started if is_copy else started + rng.integers(0, 4 * SECONDS_PER_DAY, STAND_IN_ROWS)
    absent, never = rng.random(STAND_IN_ROWS) < 0.2, np.zeros(STAND_IN_ROWS, bool)
    times = ((opened, never), (started, absent), (closed, never))
    columns = [written(t, k, a) for (t, a), k in zip(times, kinds, strict=True)]
    seed = pa.table(dict(zip(("opened", "started", "closed"), columns, strict=True)))
    model = Synthesizer(settings={"steps": 150}, progress=False).fit(seed)
    return model.sample(STAND_IN_ROWS, seed=1), model


@pytest.mark.parametrize("kind", ["timestamp", "date", "text", "seconds"])
def test_a_copy_of_a_time_that_lacks_is_told_by_another_time(kind: str) -> None:
    rows, _ = made((kind, kind, kind), is_copy=True)
    opened, started, closed = (in_days(rows[n]) for n in ("opened", "started", "closed"))
    lacks = np.isnan(started)
    assert abs(lacks.mean() - 0.2) < 0.05
    assert rows.filter(pa.array(~lacks))["started"].equals(rows.filter(pa.array(~lacks))["closed"])
    for gap in ((closed - opened)[lacks], (closed - opened)[~lacks]):
        assert gap.min() >= 0 and gap.max() <= 4
        assert abs(gap.mean() - 2) < 0.5
    if kind in ("timestamp", "seconds"):  # strictly, as in the seed, and not by days alone
        assert pc.all(pc.greater(rows["closed"], rows["opened"])).as_py()


@pytest.mark.parametrize(
    "kinds", [("date", "timestamp", "timestamp"), ("timestamp", "date", "date")]
)
def test_a_date_stands_in_for_a_time_and_a_time_for_a_date(kinds: tuple[str, str, str]) -> None:
    rows, model = made(kinds, is_copy=False)
    opened, started, closed = (in_days(rows[n]) for n in ("opened", "started", "closed"))
    lacks = np.isnan(started)
    gap = closed - opened
    assert gap.min() >= 0 and gap.max() <= 8
    assert abs(gap[lacks].mean() - gap[~lacks].mean()) < 0.8
    (encoding,) = (e for e in model.model.encoder.encodings if e.column.name == "closed")
    assert isinstance(encoding, ElapsedEncoding)
    assert encoding.parents == ("started", "opened")
