"""Runs of the real command, and quick configurations, for tests of whole runs."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest
from pyspark.sql import DataFrame, SparkSession
from rich.console import Console
from typer.testing import CliRunner

from jobs.cli import app
from jobs.config import Config
from jobs.config_file import load_config
from jobs.opening import open_run
from jobs.pipeline import do_stage, summary
from jobs.progress import Reporter
from jobs.run import GivenModel, Run
from jobs.stages import STAGES
from lakehouse.files import fingerprint
from lakehouse.tables import TableRef, read

ROOT = Path(__file__).resolve().parents[1]
# Of figures that a model of a few steps cannot keep: none is beyond 1.
LOOSE = {
    name: {"green": 1.0}
    for name in (
        "triple_similarity",
        "worst_slice_shortfall",
        "class_balance_difference",
        "rule_violation_rate",
    )
}
QUICK = {
    "session.master": "local[2]",
    "train.launch": "in_process",
    "train.settings.steps": 30,
    "privacy.min_entities": 5,
    "gates.column_shortfall": 1,
    "gates.pair_shortfall": 1,
    "gates.copy_rate": 1,
    "gates.bounds": LOOSE,
    "evaluate.two_sample": False,
    "evaluate.utility": False,
    "evaluate.privacy": "off",
}


@dataclass(frozen=True)
class Outcome:
    """What one command left: exit code, standard output, standard error."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one JSON object on standard output; an error where there is anything else."""
        found = json.loads(self.out)
        assert isinstance(found, dict)
        return found


def command(*arguments: str | Path, **changes: Any) -> list[str]:
    """The command line of ``lakesynth`` with ``--set`` for each change (``__`` for a dot)."""
    return [str(Path(sys.executable).with_name("lakesynth")), *_options(*arguments, **changes)]


def _options(*arguments: str | Path, **changes: Any) -> list[str]:
    line = list(map(str, arguments))
    for key, value in changes.items():
        line += ["--set", f"{key.replace('__', '.')}={json.dumps(value)}"]
    return line


def lakesynth(*arguments: str | Path, cwd: Path | None = None, **changes: Any) -> Outcome:
    """Run ``lakesynth`` to its end."""
    done = subprocess.run(
        command(*arguments, **changes),
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=600,
        env={**os.environ, "COLUMNS": "200"},
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


def lakesynth_here(spark: SparkSession, *arguments: str | Path, **changes: Any) -> Outcome:
    """The same command within this process, in the tests' session: Java need not start."""
    assert SparkSession.getActiveSession() is spark
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", "200")
        done = CliRunner().invoke(app, _options(*arguments, **changes))
    return Outcome(done.exit_code, done.stdout, done.stderr)


def run_python(
    code: str, *, timeout: float = 280, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run a program in a process of its own, with more environment variables."""
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def quick(**changes: Any) -> dict[str, Any]:
    """Changes for a quick run, in the spelling of :func:`command`.

    Settings of the usual generator are left out where another one is named, or several.
    """
    usual = {key.replace(".", "__"): value for key, value in QUICK.items()}
    if {"train__generator", "train__generators"} & changes.keys():
        usual = {key: value for key, value in usual.items() if "train__settings" not in key}
    return usual | changes


def people(rows: int = 600, seed: int = 0) -> pa.Table:
    """A small table with a key, a number, a category, a date and nulls."""
    rng = np.random.default_rng(seed)
    days = np.datetime64("2020-01-01") + rng.integers(0, 300, rows).astype("timedelta64[D]")
    return pa.table(
        {
            "person_id": pa.array(np.arange(rows) + 1000, pa.int64()),
            "age": pa.array(rng.integers(18, 80, rows), pa.int32(), mask=rng.random(rows) < 0.1),
            "city": rng.choice(["Rome", "Oslo", "Kyiv"], rows, p=[0.6, 0.3, 0.1]).tolist(),
            "pay": np.round(rng.lognormal(7, 1, rows), 2),
            "joined": pa.array(days),
        }
    )


def write_csv(table: pa.Table, path: Path) -> Path:
    """The table as a CSV file with a header line."""
    pyarrow.csv.write_csv(table, path)
    return path


def write_parquet(table: pa.Table, path: Path) -> Path:
    """The table as a Parquet file."""
    pyarrow.parquet.write_table(table, path)
    return path


def configured(seed: str | Path, lake: Path, **changes: Any) -> Config:
    """A quick configuration."""
    given = {key.replace("__", "."): value for key, value in quick(**changes).items()}
    return load_config(None, {"seed": str(seed), "lake.tables": str(lake), **given})


def silent() -> Reporter:
    """A reporter whose words :func:`spoken` reads."""
    return Reporter(Console(file=io.StringIO(), width=500))


def started(
    spark: SparkSession,
    seed: str | Path,
    lake: Path,
    *,
    fresh: bool = False,
    model: GivenModel | None = None,
    **changes: Any,
) -> Run:
    """A run of a quick configuration in the tests' own session."""
    config = configured(seed, lake, **changes)
    return open_run(
        config,
        spark,
        silent(),
        seed_fingerprint=lambda: fingerprint(spark, config.seed),
        fresh=fresh,
        model=model,
    )


def done(run: Run, last: str) -> Run:
    """The run with all stages up to ``last`` done."""
    for stage in STAGES[: STAGES.index(last) + 1]:
        do_stage(run, stage)
    return run


def table_of(run: Run, role: str) -> DataFrame:
    """A table of a run, at its version."""
    facts = summary(run)["tables"][role]
    return read(run.spark, TableRef(facts["name"], facts["version"]))


def spoken(run: Run) -> str:
    """What the run's reporter has said."""
    file = run.reporter.console.file
    assert isinstance(file, io.StringIO)
    return file.getvalue()
