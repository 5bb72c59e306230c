"""Runs of the past, as their folders tell of them, and how two of them differ. No Spark."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jobs.choice import NOT_CHOSEN, Choice, choice_of
from jobs.config import Config, ConfigError
from jobs.config_file import load_config
from jobs.identity import differences
from jobs.opening import ABOUT, CONFIGURATION, require_run
from jobs.records import StageRecord, read_record
from jobs.run import finished_records
from jobs.stages import STAGES
from synth.metrics.catalogue import headlines
from synth.metrics.metric import Metric

COLUMN_FIGURE = "column_similarity"


@dataclass(frozen=True)
class PastRun:
    """A run as its folder tells of it.

    ``config`` made its newest table; it is None where another version wrote it. ``records`` are
    those of its finished stages. ``model`` is the folder of one from elsewhere that it samples.
    ``note`` says what could not be read, and ``choice`` among which runs its table was chosen, or
    was not.
    """

    folder: Path
    table: str
    seed: str
    created: str  # ISO time
    config: Config | None
    records: Mapping[str, StageRecord]
    model: str | None = None
    note: str | None = None
    choice: Choice | None = None

    @property
    def id(self) -> str:
        return self.folder.name

    @property
    def verdict(self) -> str:
        """What became of it: published, refused, not chosen, or how far it came."""
        if "publish" in self.records:
            return str(self.records["publish"].facts["verdict"])
        if self.choice is not None and self.choice.best["run"] != self.id:
            return NOT_CHOSEN
        if not self.records:
            return "unfinished" if self.note is None else "unknown"
        return f"unfinished, after {list(self.records)[-1]}"

    @property
    def chosen(self) -> str | None:
        """Which of several runs was chosen and why, or why not this one; None without a choice."""
        if self.choice is None:
            return None
        is_best = self.choice.best["run"] == self.id
        return f"chosen: {self.choice.words}" if is_best else self.choice.verdict_of(self.id)

    @property
    def metrics(self) -> list[Metric]:
        """The figures of the whole table; none before it was evaluated."""
        found = self.records.get("evaluate")
        return [] if found is None else [Metric.from_json(one) for one in found.facts["metrics"]]

    @property
    def rows(self) -> int | None:
        """Those of its newest table; None before there is one."""
        made = self.records.get("sample")
        return None if made is None else made.tables["candidate"].rows

    @property
    def report(self) -> Path | None:
        """Its page, where the lake is seen from now; None before it was evaluated."""
        return self.folder / "report.html" if "evaluate" in self.records else None

    def to_json(self) -> dict[str, Any]:
        """What ``lakesynth runs`` says of it."""
        return {
            "run_id": self.id,
            "table": self.table,
            "seed": self.seed,
            "created": self.created,
            "verdict": self.verdict,
            "rows": self.rows,
            "seconds": round(sum(record.seconds for record in self.records.values()), 2),
            "metrics": [metric.to_json() for metric in self.metrics],
            "report": None if self.report is None else str(self.report),
            "note": self.note,
            "chosen": self.chosen,
        }


def past_runs(files: Path, table: str | None = None) -> list[PastRun]:
    """The runs under a lake's files, the newest first; ConfigError where none is to be seen."""
    found = [past_run(files, path.parent.name) for path in files.glob(f"*/{ABOUT}")]
    tables = sorted({run.table for run in found})
    if not found:
        raise ConfigError(f"there is no run under {files}: is it the lake's folder of files?")
    if table is not None and table not in tables:
        raise ConfigError(
            f"no run under {files} makes a table {table!r}; there are {', '.join(tables)}"
        )
    kept = [run for run in found if table in (None, run.table)]
    return sorted(kept, key=lambda run: (run.created, run.id), reverse=True)


def past_run(files: Path, run_id: str) -> PastRun:
    """A run by its name; ConfigError where there is none.

    What another version has left is told as far as it can be read, and the run's note says so.
    """
    require_run(files, run_id)
    folder = files / run_id
    try:
        return _read(folder)
    except (KeyError, TypeError, ValueError) as error:
        reason = f"its files cannot be read by this version of Lakesynth ({type(error).__name__})"
        return PastRun(folder, "", "", "", None, {}, note=reason)


def require_evaluated(run: PastRun) -> None:
    """ConfigError where a run has no figures."""
    if "evaluate" not in run.records:
        raise ConfigError(
            f"run {run.id} has not been evaluated ({run.note or run.verdict}): finish it with "
            f"`lakesynth evaluate --run {run.id}` and the same lake"
        )


def compared(first: PastRun, second: PastRun) -> dict[str, Any]:
    """How two runs differ: settings, figures of the table and of each column, seconds by stage.

    ConfigError where one of them has not been evaluated: then there is nothing to compare.
    """
    require_evaluated(first)
    require_evaluated(second)
    columns = _columns(first, second)
    return {
        "runs": [first.to_json(), second.to_json()],
        "settings": _settings(first, second),
        "figures": _figures(first, second),
        "columns": sorted(columns, key=lambda one: -abs(one["difference"])),
        "seconds": {
            stage: [_seconds(run, stage) for run in (first, second)]
            for stage in STAGES
            if stage in first.records or stage in second.records
        },
        "notes": _notes(first, second),
    }


def _read(folder: Path) -> PastRun:
    about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    model = about["model"]
    config, note = _own_configuration(folder)
    if config is None:  # what is there is told; whether it is up to date cannot be known
        kept = {stage: read_record(folder, stage) for stage in STAGES}
        records = {stage: record for stage, record in kept.items() if record is not None}
    else:
        records = finished_records(folder, config, None if model is None else model["hash"])
    source = None if model is None else model["folder"]
    made = (folder, about["table"], about["seed"], about["created"], config, records)
    return PastRun(*made, source, note, choice_of(folder, records))


def _own_configuration(folder: Path) -> tuple[Config | None, str | None]:
    try:
        return load_config(folder / CONFIGURATION), None
    except ConfigError as error:
        first = str(error).splitlines()[0]
        return None, f"its settings are those of another version of Lakesynth: {first}"


def _settings(first: PastRun, second: PastRun) -> list[dict[str, str]] | None:
    """The settings that differ, sensitive values not shown; None where those of one are unknown."""
    if first.config is None or second.config is None:
        return None
    return [
        {"setting": one.key, "first": one.before, "second": one.now}
        for one in differences(first.config, second.config, STAGES)
    ]


def _figures(first: PastRun, second: PastRun) -> list[dict[str, Any]]:
    """The figures of the table that either has, as far as they are told first or have a bound.

    Of several of one name (models, attacks) each is its own, by its detail.
    """
    one, two = (
        {(m.name, m.detail if _is_one_of_several(m) else ""): m for m in run.metrics if _is_told(m)}
        for run in (first, second)
    )
    return [
        {
            "name": key[0],
            "detail": key[1],
            "first": one[key].to_json() if key in one else None,
            "second": two[key].to_json() if key in two else None,
        }
        for key in dict.fromkeys([*one, *two])
    ]


def _is_told(metric: Metric) -> bool:
    return metric.gate is not None or metric.name in headlines()


def _is_one_of_several(metric: Metric) -> bool:
    """Whether its detail tells it from others; that of a worst one says only which it was."""
    return not metric.name.startswith("worst_")


def _columns(first: PastRun, second: PastRun) -> list[dict[str, Any]]:
    """How alike each column that both tables have is to the real one."""
    one, two = _by_column(first), _by_column(second)
    return [
        {"column": name, "first": one[name], "second": two[name], "difference": two[name] - value}
        for name, value in one.items()
        if name in two
    ]


def _by_column(run: PastRun) -> dict[str, float]:
    path = run.folder / "report.json"
    if not path.is_file():
        raise ConfigError(
            f"{path} is gone: `lakesynth run --fresh --config {run.folder / CONFIGURATION}` makes "
            "the table and its report again"
        )
    report = json.loads(path.read_text(encoding="utf-8"))
    return {
        metric["columns"][0]: float(metric["value"])
        for metric in report["metrics"]
        if metric["scope"] == "column" and metric["name"] == COLUMN_FIGURE
    }


def _seconds(run: PastRun, stage: str) -> float | None:
    return run.records[stage].seconds if stage in run.records else None


def _notes(first: PastRun, second: PastRun) -> list[str]:
    """What a reader must know before the figures are held against each other."""
    said = [f"run {run.id}: {run.note}" for run in (first, second) if run.note is not None]
    said += [
        f"run {run.id} samples the model {run.model}: settings of encoding and training are not its"
        for run in (first, second)
        if run.model is not None
    ]
    if first.table != second.table:
        said.append(f"they make different tables: {first.table} and {second.table}")
    if len({run.records["ingest"].facts["fingerprint"] for run in (first, second)}) > 1:
        said.append(
            "their seeds differ, so they were measured against different real rows: compare each "
            "figure with its own reference first"
        )
    elif len({run.records["split"].result for run in (first, second)}) > 1:
        said.append(
            "their real rows may differ, for they were cleaned or split by other settings: compare "
            "each figure with its own reference first"
        )
    for run in (first, second):
        said += [
            f"{stage} of run {run.id} was taken over from run {record.as_in}, in no time"
            for stage, record in run.records.items()
            if record.as_in is not None
        ]
    return said
