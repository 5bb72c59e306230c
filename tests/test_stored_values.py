"""No number, date or code that few rows hold stands in any file that a fit or a run leaves."""

import re
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from pyspark.sql import SparkSession

from jobs.pipeline import do_all
from jobs.run import Run
from lakesynth import Synthesizer
from tests.lakes import started, table_of, write_parquet

ROWS = 2000
PLANTED = {"salary": 987_654_321.125, "card": 4_999_999_999_999_173}
NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?!\w)")
CODES = ("order_code", "gross", "phone")
MANY_DIGITS = 6  # of numbers that are looked for: fewer may be a count, or a place in a picture


@pytest.fixture(scope="module")
def seed() -> pa.Table:
    """Columns of every kind of number of which each value is of one row, or of a few."""
    rng = np.random.default_rng(0)
    salary, card = rng.lognormal(11, 0.6, ROWS).round(3), rng.integers(4 * 10**15, 5 * 10**15, ROWS)
    salary[7], card[3] = PLANTED["salary"], PLANTED["card"]
    cents = rng.integers(10**6, 10**7, ROWS)
    opened = np.datetime64("2015-01-01", "us") + rng.integers(0, 3 * 10**14, ROWS)
    out = rng.integers(10**6, 10**7, ROWS)
    euros = [f"{v // 100:,}".replace(",", ".") for v in rng.integers(10**6, 10**8, ROWS)]
    # Over 1,600 years: a day of a synthetic row, which the report shows, is nobody's by chance.
    born = rng.integers(-300_000, 300_000, ROWS)
    return pa.table(
        {
            "customer_id": rng.permutation(10**6)[:ROWS] + 3_000_000_000,
            "card": card,
            "salary": salary,
            "amount": pa.array([Decimal(int(v)).scaleb(-2) for v in cents], pa.decimal128(12, 2)),
            "over": cents > 5_000_000,
            "born": pa.array(born.astype("int32")).cast(pa.date32()),
            "opened": opened,
            "closed": opened + rng.integers(10**6, 10**11, ROWS),
            "went": out,
            "came": out + rng.integers(100, 200_000, ROWS),
            "height": rng.normal(170, 10, ROWS),
            "order_code": [f"ORD-2024-{v:08d}" for v in rng.integers(10**7, 9 * 10**7, ROWS)],
            "gross": [f"{whole},{i % 100:02d} €" for i, whole in enumerate(euros)],
            "phone": [f"+49 {v}" for v in rng.integers(1_500_000_000, 1_799_999_999, ROWS)],
        }
    )


def numbers_of(table: pa.Table) -> dict[str, np.ndarray]:
    """The columns' numbers as floats, of dates and times those that stand for them as well."""
    found: dict[str, np.ndarray] = {}
    for name in table.column_names:
        array = table[name].combine_chunks()
        if name in CODES:
            listed: list[Any] = [re.sub(r"\D", "", text) for text in array.to_pylist()]
        elif pa.types.is_timestamp(array.type):
            listed = array.cast(pa.int64()).to_pylist()
        elif pa.types.is_decimal(array.type):
            listed = [v for value in array.to_pylist() for v in (value, value.scaleb(2))]
        elif pa.types.is_integer(array.type) or pa.types.is_floating(array.type):
            listed = array.to_pylist()
        else:
            continue
        values = np.array([float(value) for value in listed])
        digits = [len(f"{abs(value):.3f}".replace(".", "").strip("0")) for value in values]
        found[name] = np.unique(values[np.array(digits) >= MANY_DIGITS])
    return found


def texts_of(table: pa.Table) -> set[str]:
    """Codes, dates and times of one row as a file may write them."""
    times = [value for name in ("opened", "closed") for value in table[name].to_pylist()]
    written = {value.isoformat(sep)[:19] for value in times for sep in "T " if value.second}
    days = {value for value in table["born"].to_pylist() if value.day not in (1, 15)}
    return written | {day.isoformat() for day in days} | set(table["order_code"].to_pylist())


def told_by(folder: Path, table: pa.Table, *, but: tuple[str, ...] = ()) -> list[str]:
    """Which files hold which values of the table."""
    numbers, texts, found = numbers_of(table), texts_of(table), []
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    kept = [path for path in files if not set(but) & set(path.relative_to(folder).parts)]
    assert kept
    for path in kept:
        raw = path.read_bytes()
        if path.suffix == ".safetensors":
            size = len(raw) // 8 * 8
            stored = [np.frombuffer(raw[:size], kind).astype(float) for kind in ("<f8", "<i8")]
            values = np.concatenate(stored)
        else:
            text = raw.decode()
            values = np.array([float(match.group()) for match in NUMBER.finditer(text)])
            found += [f"{path.name}: {value}" for value in texts if value in text]
        for name, own in numbers.items():
            found += [f"{path.name}: {name} {value}" for value in np.intersect1d(values, own)]
    return found


def means_of(table: pa.Table) -> set[str]:
    """Means of dates, which may fall on somebody's day."""
    days = np.array(table["born"].to_pylist(), "datetime64[D]").astype(np.int64)
    near = np.arange(-40, 41) + int(days.mean())
    return {str(day) for day in near.astype("datetime64[D]")}


def test_the_search_finds_what_is_there(seed: pa.Table, tmp_path: Path) -> None:
    row = {name: seed[name][7].as_py() for name in seed.column_names}
    (tmp_path / "all.json").write_text(
        "\n".join(str(v.isoformat() if isinstance(v, date | datetime) else v) for v in row.values())
    )
    told = " ".join(told_by(tmp_path, seed))
    for name in ("customer_id", "card", "salary", "amount", "went", "came", "height"):
        assert f"{name} " in told
    assert row["order_code"] in told and str(PLANTED["salary"]) in told


def test_a_saved_model_tells_no_value_of_few_rows(seed: pa.Table, tmp_path: Path) -> None:
    model = Synthesizer(seed=0, settings={"steps": 20, "hidden": 16}, progress=False).fit(seed)
    model.save(tmp_path / "model")
    assert told_by(tmp_path / "model", seed) == []


@pytest.fixture(scope="module")
def finished(spark: SparkSession, seed: pa.Table, tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("stored")
    path = write_parquet(seed, folder / "people.parquet")
    given = {"columns__sensitive": ["card"], "columns__keys": ["customer_id"]}
    changes = {"train__settings__steps": 20, "train__launch": "in_process", **given}
    run = started(spark, path, folder / "lake", **changes)
    do_all(run)
    return run


@pytest.mark.slow
def test_no_file_of_a_run_tells_a_value_of_few_rows(finished: Run, seed: pa.Table) -> None:
    """Of those that train: a round number may be the value of a row that was held out."""
    train = table_of(finished, "train").select("customer_id").toArrow()["customer_id"]
    learned = seed.filter(pc.is_in(seed["customer_id"], train.combine_chunks()))
    told, means = told_by(finished.folder.parent, learned, but=("codes",)), means_of(seed)
    assert [line for line in told if line.split(": ")[1] not in means] == []
