"""Finding a run: the one of a configuration, one by its name, or a new one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

from jobs.config import Config, ConfigError
from jobs.config_file import load_config
from jobs.given_rows import pinned
from jobs.identity import Difference, configuration, differences
from jobs.lake import ROLES, Lake
from jobs.lock import hold
from jobs.pinned_tables import pinned_rules
from jobs.progress import Reporter
from jobs.records import read_record, write_atomically
from jobs.run import GivenModel, Run
from jobs.stages import LATER_STAGES, MODEL_STAGES, STAGES
from lakehouse.tables import require_own

ABOUT, CONFIGURATION = "run.json", "run.yaml"


def open_run(
    config: Config,
    spark: SparkSession,
    reporter: Reporter,
    *,
    seed_fingerprint: Callable[[], str],
    fresh: bool = False,
    model: GivenModel | None = None,
) -> Run:
    """The run of this configuration: an unfinished one goes on, a finished one stays as it is.

    It is named after the settings up to the training: stages after it are done again in the same
    run when theirs have changed. A new run starts when there is none, when ``fresh``, or when the
    seed has changed since the finished one; ForeignTable where it would replace a table that
    somebody else has written. ``model`` is one from elsewhere, to be sampled.
    """
    config, lake = _pinned(config, spark), Lake.of(config)
    _require_own_table(config, lake)
    digest = configuration(config, "train", model=None if model is None else model.hash)
    lead = f"{config.table_name}-{digest[:8]}-"
    numbers = sorted(
        int(path.name.removeprefix(lead))
        for path in lake.files.glob(f"{lead}*")
        if path.name.removeprefix(lead).isdigit() and (path / ABOUT).is_file()
    )
    if numbers and not fresh:
        latest = _known(Run(f"{lead}{numbers[-1]}", config, lake, spark, reporter))
        if read_record(latest.folder, STAGES[-1]) is None:
            hold(latest.folder, reporter.note)
            _say_differences(latest)
            reporter.note(f"going on with run {latest.id}")
            return latest
        if latest.record("ingest").facts["fingerprint"] == seed_fingerprint():
            if not latest.is_finished:
                hold(latest.folder, reporter.note)
                _say_differences(latest)
            return latest
        reporter.note(f"the seed has changed since run {latest.id}: starting a new run")
    for role in ROLES:
        if role != "seed":  # it is written where the seed is files, and ingest looks then
            require_own(spark, lake.table(config.table_name, role))
    number = (numbers[-1] if numbers else 0) + 1
    run = Run(f"{lead}{number}", config, lake, spark, reporter, model, adopts=not fresh)
    run.folder.mkdir(parents=True, exist_ok=True)
    hold(run.folder, reporter.note)
    _describe(run)
    return run


def open_run_by_id(config: Config, spark: SparkSession, reporter: Reporter, run_id: str) -> Run:
    """A run by its name, with settings of its own up to the training.

    ConfigError where the lake has none of that name, or where the configuration would make another
    model than the run's. Other settings of later stages are taken, and said.
    """
    require_run(Lake.of(config).files, run_id)
    config = _pinned(config, spark)
    run = Run(run_id, config, Lake.of(config), spark, reporter)
    run = _known(run)
    changed = differences(own_configuration(run), config, MODEL_STAGES, model=run.model_hash)
    if changed:
        raise ConfigError(
            f"run {run_id} was made with other settings:\n  {_listed(changed)}\nLeave them out to "
            "work in it, or start a run of these settings: the same command without --run"
        )
    hold(run.folder, reporter.note)
    _say_differences(run)
    return run


def _pinned(config: Config, spark: SparkSession) -> Config:
    """The configuration with the versions of all tables that it names beside its seed."""
    return pinned_rules(pinned(config, spark), spark)


def require_run(files: Path, run_id: str) -> None:
    """ConfigError where there is no run of this name."""
    if not (files / run_id / ABOUT).is_file():
        raise ConfigError(f"there is no run {run_id} under {files}")


def own_configuration(run: Run) -> Config:
    """The configuration that made the run's newest table, or is to make its first."""
    return load_config(run.path(CONFIGURATION))


def keep_configuration(run: Run) -> None:
    """From now on the run's file says what the run has been given."""
    write_atomically(run.path(CONFIGURATION), run.config.to_yaml())


def earlier_runs(run: Run) -> list[Path]:
    """The folders of the table's other runs, the newest first."""
    others = [(about["created"], path.parent) for path, about in _abouts(run.lake.files, run.table)]
    return [folder for _, folder in sorted(others, reverse=True) if folder.name != run.id]


def _describe(run: Run) -> None:
    """What a run is, in its folder: with this file it is there."""
    keep_configuration(run)
    about = {
        "run_id": run.id,
        "table": run.table,
        "seed": run.config.seed,
        "config_digest": run.digest,
        "model": None if run.model is None else asdict(run.model),
        "adopts": run.adopts,
        "created": datetime.now(UTC).isoformat(),
    }
    write_atomically(run.path(ABOUT), json.dumps(about, indent=1))


def _known(run: Run) -> Run:
    """The run as its folder describes it."""
    about = json.loads(run.path(ABOUT).read_text(encoding="utf-8"))
    model = None if about["model"] is None else GivenModel(**about["model"])
    return replace(run, model=model, adopts=about["adopts"])


def _say_differences(run: Run) -> None:
    """Say which settings differ from those of the run's newest table, and what is done again."""
    try:
        changed = differences(own_configuration(run), run.config, LATER_STAGES)
    except ConfigError as error:  # another version wrote it; the run's name says what is the same
        run.reporter.note(str(error))
        changed = []
    if changed:
        run.reporter.note(f"run {run.id} goes on with other settings:")
        for line in _lines(changed):
            run.reporter.note(f"  {line}")
    again = run.outdated()
    if again:
        run.reporter.note(f"done again: {', '.join(again)}")


def _listed(changed: Iterable[Difference]) -> str:
    return "\n  ".join(_lines(changed))


def _lines(changed: Iterable[Difference]) -> list[str]:
    return [f"{one.key}: {one.before} in the run, {one.now} here" for one in changed]


def _require_own_table(config: Config, lake: Lake) -> None:
    """Refuse a seed whose inferred table name another seed of this lake has already.

    Naming the table in the configuration is consent: a seed may have moved. A run that has read no
    seed holds no name.
    """
    if config.table is not None:
        return
    for path, about in _abouts(lake.files, config.table_name):
        if about["seed"] != config.seed and read_record(path.parent, STAGES[0]) is not None:
            raise ConfigError(
                f"table {config.table_name!r} of this lake comes from {about['seed']}, and "
                f"{config.seed} would take its place: give it a name of its own (--set "
                f"table=NAME), or say that it is the same one (--set table={config.table_name})"
            )


def _abouts(files: Path, table: str) -> list[tuple[Path, dict[str, Any]]]:
    """What the folders of a table's runs say of them."""
    paths = files.glob(f"{table}-*/{ABOUT}")
    found = [(path, json.loads(path.read_text(encoding="utf-8"))) for path in paths]
    return [(path, about) for path, about in found if about["table"] == table]
