"""One run: its folder, its stages' records, and how it is found again after a break."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from jobs.config import Config, ConfigError
from jobs.lake import ROLES, Lake
from jobs.lock import hold
from jobs.progress import Reporter
from lakehouse.tables import TableRef, count_rows, read, require_own

STAGES = (
    "ingest",
    "profile",
    "clean",
    "split",
    "encode",
    "train",
    "sample",
    "evaluate",
    "publish",
)


@dataclass(frozen=True)
class TableRecord:
    """A table at the version that a stage wrote or read, with its rows."""

    name: str
    version: int
    rows: int

    @property
    def ref(self) -> TableRef:
        return TableRef(self.name, self.version)


@dataclass(frozen=True)
class StageRecord:
    """What a finished stage leaves: tables by role, plain facts, and notes for the report."""

    stage: str
    tables: dict[str, TableRecord] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    step_seconds: dict[str, float] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> StageRecord:
        tables = {role: TableRecord(**table) for role, table in data["tables"].items()}
        return cls(**{**data, "tables": tables, "notes": tuple(data["notes"])})


@dataclass(frozen=True)
class Run:
    """A run that stages work in; everything that outlives a process is in ``folder``."""

    id: str
    config: Config
    lake: Lake
    spark: SparkSession
    reporter: Reporter

    @property
    def folder(self) -> Path:
        return self.lake.files / self.id

    @property
    def table(self) -> str:
        return self.config.table_name

    def path(self, name: str) -> Path:
        """A file or folder of the run."""
        return self.folder / name

    def app_id(self, purpose: str) -> str:
        """The name under which a write of this run is done at most once."""
        return f"lakesynth/{self.id}/{purpose}"

    def record(self, stage: str) -> StageRecord:
        """What a finished stage left; ConfigError where it has not run."""
        found = self.find_record(stage)
        if found is None:
            raise ConfigError(
                f"run {self.id} has no finished stage {stage!r}: run `lakesynth {stage}` with the "
                "same arguments first, or `lakesynth run` for all"
            )
        return found

    def find_record(self, stage: str) -> StageRecord | None:
        path = self._record_path(stage)
        if not path.is_file():
            return None
        return StageRecord.from_json(json.loads(path.read_text(encoding="utf-8")))

    def rows_of(self, stage: str, role: str) -> DataFrame:
        """The rows of a table that a finished stage recorded, at its version."""
        return read(self.spark, self.record(stage).tables[role].ref)

    def table_record(self, ref: TableRef) -> TableRecord:
        """A table just written, with its rows counted from Delta's log."""
        if ref.version is None:
            raise ValueError(f"table {ref.name} has no version to pin")
        return TableRecord(ref.name, ref.version, count_rows(self.spark, ref))

    @property
    def is_finished(self) -> bool:
        return self.find_record(STAGES[-1]) is not None

    def do(self, stage: str, work: Callable[[Run], StageRecord]) -> StageRecord:
        """Run a stage unless it is finished; its record is written whole, at the end."""
        done = self.find_record(stage)
        place, of = STAGES.index(stage) + 1, len(STAGES)
        if done is not None:
            self.reporter.note(f"[{place}/{of}] {stage}: finished before, nothing to do")
            return done
        started = time.monotonic()
        with self.reporter.stage(stage, place, of):
            record = work(self)
            for note in record.notes:
                self.reporter.note(note)
        timed = replace(
            record,
            seconds=round(time.monotonic() - started, 2),
            step_seconds=self.reporter.step_seconds,
        )
        write_whole(self._record_path(stage), json.dumps(timed.to_json(), indent=1))
        return timed

    def _record_path(self, stage: str) -> Path:
        return self.folder / "stages" / f"{stage}.json"


def write_whole(path: Path, text: str) -> None:
    """Write a file so that a reader sees all of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".draft")
    draft.write_text(text, encoding="utf-8")
    os.replace(draft, path)


def open_run(
    config: Config,
    spark: SparkSession,
    reporter: Reporter,
    *,
    seed_fingerprint: Callable[[], str],
    fresh: bool = False,
) -> Run:
    """The run of this configuration: an unfinished one goes on, a finished one stays as it is.

    A new run starts when there is none, when ``fresh``, or when the seed has changed since the
    finished one; ForeignTable where it would replace a table that somebody else has written.
    """
    lake = Lake.of(config)
    _require_own_table(config, lake)
    lead = f"{config.table_name}-{config.digest[:8]}-"
    numbers = sorted(
        int(path.name.removeprefix(lead))
        for path in lake.files.glob(f"{lead}*")
        if path.name.removeprefix(lead).isdigit() and (path / "run.json").is_file()
    )
    if numbers and not fresh:
        latest = Run(f"{lead}{numbers[-1]}", config, lake, spark, reporter)
        if not latest.is_finished:
            hold(latest.folder)
            reporter.note(f"going on with run {latest.id}")
            return latest
        if latest.record("ingest").facts["fingerprint"] == seed_fingerprint():
            return latest
        reporter.note(f"the seed has changed since run {latest.id}: starting a new run")
    for role in ROLES:
        if role != "seed":  # it is written where the seed is files, and ingest looks then
            require_own(spark, lake.table(config.table_name, role))
    run = Run(f"{lead}{(numbers[-1] if numbers else 0) + 1}", config, lake, spark, reporter)
    run.folder.mkdir(parents=True, exist_ok=True)
    hold(run.folder)
    write_whole(run.path("run.yaml"), config.to_yaml())
    about = {
        "run_id": run.id,
        "table": run.table,
        "seed": config.seed,
        "config_digest": config.digest,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    write_whole(run.path("run.json"), json.dumps(about, indent=1))
    return run


def open_run_by_id(config: Config, spark: SparkSession, reporter: Reporter, run_id: str) -> Run:
    """A run by its name; ConfigError where the lake has none of that name."""
    run = Run(run_id, config, Lake.of(config), spark, reporter)
    if not run.path("run.json").is_file():
        raise ConfigError(f"there is no run {run_id} under {run.lake.files}")
    hold(run.folder)
    return run


def _require_own_table(config: Config, lake: Lake) -> None:
    """Refuse a seed whose inferred table name another seed of this lake has already.

    Naming the table in the configuration is consent: a seed may have moved.
    """
    if config.table is not None:
        return
    for path in lake.files.glob(f"{config.table_name}-*/run.json"):
        about = json.loads(path.read_text(encoding="utf-8"))
        if about["table"] == config.table_name and about["seed"] != config.seed:
            raise ConfigError(
                f"table {config.table_name!r} of this lake comes from {about['seed']}, and "
                f"{config.seed} would take its place: give it a name of its own (--set "
                f"table=NAME), or say that it is the same one (--set table={config.table_name})"
            )
