"""Durations in text: recognised, read as whole numbers, written back."""

from datetime import timedelta

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from synth.forms.duration_text import DurationText, parse, recognise
from synth.table.errors import InputError
from tests.synth.forms.texts import assert_kept, column, recognised, texts

RNG = np.random.default_rng(21)
ROWS = 400
SECONDS = [int(s) for s in RNG.integers(0, 300_000, ROWS)]


def iso(seconds: int) -> str:
    days, clock = divmod(seconds, 86_400)
    times = "".join(
        f"{n}{u}"
        for n, u in ((clock // 3600, "H"), (clock // 60 % 60, "M"), (clock % 60, "S"))
        if n
    )
    return "P" + f"{days}D" * (days > 0) + "T" * bool(times) + times if seconds else "PT0S"


WRITTEN = {
    "iso": [iso(s) for s in SECONDS],
    "iso of minutes": [f"PT{s % 300}M" for s in SECONDS],
    "iso of hours": [f"PT{s // 3600}H{s // 60 % 60}M{s % 60}S" for s in SECONDS],
    "iso of days": [f"P{s // 3600}D" for s in SECONDS],
    "iso of days and hours": [f"P{s // 86_400}DT{s // 3600 % 24}H" for s in SECONDS],
    "iso of years": [f"P{s % 30}Y{s % 11}M" for s in SECONDS],
    "milliseconds": [f"PT{s % 60}.{s % 997:03d}S" for s in SECONDS],
    "trimmed": [f"PT{s % 6000 / 100:g}S" for s in SECONDS],
    "python": [str(timedelta(seconds=s)) for s in SECONDS],
    "microseconds": [str(timedelta(seconds=s, microseconds=s % 3 * 125)) for s in SECONDS],
    "pandas": [str(pd.Timedelta(seconds=s)) for s in SECONDS],
    "days": [f"{s // 86_400}d {s // 3600 % 24}h" for s in SECONDS],
    "words": [
        f"{h} hour{'s' * (h != 1)}, {m} minute{'s' * (m != 1)}"
        for h, m in [(s // 3600, s // 60 % 60) for s in SECONDS]
    ],
    "padded": [f"{s // 3600}h{s // 60 % 60:02d}m{s % 60:02d}s" for s in SECONDS],
    "german": [f"{s // 3600} Std. {s // 60 % 60} Min." for s in SECONDS],
    "leading": [
        f"{s // 60 % 60}m {s % 60}s" if s < 3600 else f"{s // 3600}h {s // 60 % 60}m {s % 60}s"
        for s in [s // 20 for s in SECONDS]
    ],
}


@pytest.mark.parametrize("name", WRITTEN)
def test_durations_are_recognised_and_written_back(name: str) -> None:
    values = texts([*WRITTEN[name], None])
    form = recognised(recognise, values.to_pylist())
    assert isinstance(form, DurationText)
    assert assert_kept(form, values).tolist() == [True] * ROWS + [False]
    assert form.describe().startswith("durations written as ")


def test_what_is_read_is_the_duration() -> None:
    for name in ("iso", "python", "pandas"):
        form = recognised(recognise, WRITTEN[name])
        assert form is not None
        assert form.read(texts(WRITTEN[name]))[0]["c"].to_pylist() == SECONDS
    form = recognised(recognise, WRITTEN["iso"])
    assert form is not None
    drawn = pa.array([0, 59, 86_400, 90_061, None], pa.int64())
    assert form.write({"c": drawn}, RNG, 0).to_pylist() == [
        "PT0S", "PT59S", "P1D", "P1DT1H1M1S", None,
    ]  # fmt: skip


def test_what_carries_no_more_is_another_text() -> None:
    form = recognised(recognise, WRITTEN["iso"])
    assert form is not None
    odd = texts(["PT90M", "P1DT", "-PT5M", "PT05M", "P99999999999D", "n/a"])
    assert not form.read(odd)[1].any()


@pytest.mark.parametrize(
    "values",
    [
        [f"{s} min" for s in SECONDS],  # a number with a unit
        ["P1M", "P3M", "P1Y"] * 200,
        [f"P{s:06d}" for s in SECONDS],
        [f"{s % 90}x{s % 7}" for s in SECONDS],
        [f"{s % 30}:{s % 60:02d}" for s in SECONDS],
        ["2d 3h"] * ROWS,
    ],
)
def test_other_texts_are_left_alone(values: list[str]) -> None:
    assert recognised(recognise, values) is None


def test_a_user_asks_for_durations() -> None:
    values = texts(WRITTEN["iso"][:220] + ["soon"] * 180)
    found = parse(column(), "duration", values, 10)
    assert found is not None and "45.00%" in found.notes[0]
    assert parse(column(), "date", values, 10) is None
    with pytest.raises(InputError, match=r"column 'c' .*400 of 400"):
        parse(column(), "duration", texts(["soon"] * 400), 10)
