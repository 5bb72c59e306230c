"""Times beside others of which some rows lack one: the spans of the seed hold in every row."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from synth import Synthesizer
from synth.encode.elapsed import ElapsedEncoding

ROWS = 2000
DAY = 86_400  # seconds


def written(seconds: np.ndarray, kind: str, absent: np.ndarray) -> pa.Array:
    """The times as a column of a kind has them."""
    if kind == "seconds":
        return pa.array(seconds, pa.int64(), mask=absent)
    if kind == "timestamp":
        return pa.array(seconds * 1_000_000, pa.int64(), mask=absent).cast(pa.timestamp("us"))
    days = (seconds // DAY).astype("datetime64[D]")
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
                found.append(value // DAY)
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
    opened = 1_640_995_200 + rng.integers(0, 700 * DAY, ROWS)
    started = opened + rng.integers(0, 4 * DAY, ROWS)
    closed = started if is_copy else started + rng.integers(0, 4 * DAY, ROWS)
    absent, never = rng.random(ROWS) < 0.2, np.zeros(ROWS, bool)
    times = ((opened, never), (started, absent), (closed, never))
    columns = [written(t, k, a) for (t, a), k in zip(times, kinds, strict=True)]
    seed = pa.table(dict(zip(("opened", "started", "closed"), columns, strict=True)))
    model = Synthesizer(settings={"steps": 150}, progress=False).fit(seed)
    return model.sample(ROWS, seed=1), model


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
