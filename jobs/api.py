"""The door from Python: what the command line does, as functions for a notebook or a program."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession
from rich.console import Console

from jobs.audit import audit_table
from jobs.audit_since import Kept
from jobs.choice import Choice
from jobs.choose import choose
from jobs.clean_preview import preview
from jobs.config import Config, ConfigError
from jobs.configure import configure, configure_model
from jobs.generators import require_one, run_each
from jobs.header import known_columns
from jobs.history import past_run
from jobs.judge import Tables, judge
from jobs.lake import Lake
from jobs.mlflow_tracking import require_tracking
from jobs.names import is_file
from jobs.opening import open_run, open_run_by_id
from jobs.pipeline import do_all
from jobs.plan import plan_run
from jobs.progress import Reporter
from jobs.publish_choice import publish_best
from jobs.run import GivenModel, Run
from jobs.seed_checks import require_columns, require_purpose
from jobs.session import SessionSettings, open_session, starts_here
from jobs.small import import_beside, is_small
from jobs.storage import require_storage
from lakehouse.files import fingerprint
from lakehouse.listing import nothing_found
from synth.audit.audit import Audit
from synth.generators.registry import generator_kind
from synth.planning.recommendation import Recommendation
from synth.report.report import Report


def run_all(
    seed: str | None = None,
    lake: str | None = None,
    *,
    config: Path | str | None = None,
    changes: Mapping[str, Any] | None = None,
    fresh: bool = False,
    reporter: Reporter | None = None,
) -> Run:
    """All stages, as ``lakesynth run`` does them; an earlier try goes on where it broke.

    With ``train.generators`` in a run of each, of which the best is published and returned.

    ``changes`` are dotted keys over the configuration file, for example
    ``{"train.settings.steps": 300}``.
    A table that breaks a gate raises nothing: the verdict is in ``jobs.pipeline.summary(run)``.
    """
    settings = configure(config, seed=seed, lake=lake, changes=changes)
    return do_run(settings, fresh=fresh, reporter=reporter)


def do_run(
    config: Config, *, fresh: bool = False, reporter: Reporter | None = None, brief: bool = False
) -> Run:
    """The same of a configuration that has been read; ``brief`` as in :func:`start_run`."""
    told, alone = reporter or Reporter(_console()), config.for_each_generator()
    _ = config.table_name  # a seed without a usable name is refused before Spark starts
    require_purpose(config)
    for one in alone:  # all of them before the first is trained
        _require_local_seed(one)
    require_storage(Lake.of(config).files)
    require_tracking(config.mlflow)
    spark = _session_of(config, told, brief=brief)

    def start(one: Config) -> Run:
        return _opened(one, spark, told, fresh=fresh, trains=True)

    return run_each(config, start)


def choose_run(
    runs: Sequence[str],
    lake: str | None = None,
    *,
    config: Path | str | None = None,
    changes: Mapping[str, Any] | None = None,
    publish: bool = False,
    reporter: Reporter | None = None,
    brief: bool = False,
) -> Choice:
    """The best of finished runs, as ``lakesynth choose`` finds it; Spark starts to publish it.

    ``config`` and ``changes`` say where the lake is and which session to start, and no more.
    Publishing one that breaks a gate raises nothing: ``choice.best["passed"]`` says it.
    """
    given = _of_the_lake(config, lake, changes or {})
    found = [past_run(Lake.of(given).files, name) for name in runs]
    choice = choose(found)
    if not publish:
        return choice
    told = reporter or Reporter(_console())
    here = {"lake": given.lake, "session": given.session}  # a run's own are those of its time
    own = [run.config.model_copy(update=here) for run in found if run.config is not None]
    for one in own:
        require_tracking(one.mlflow)
    spark = _session_of(own[0], told, brief=brief)
    opened = [
        open_run_by_id(config, spark, told, run.id) for run, config in zip(found, own, strict=True)
    ]
    publish_best(choice, opened)
    return choice


def _of_the_lake(config: Path | str | None, lake: str | None, changes: Mapping[str, Any]) -> Config:
    """A configuration of which only lake and session are asked."""
    others = [key for key in changes if key.split(".")[0] not in ("lake", "session")]
    if others:
        raise ConfigError(
            f"{others[0]} is a run's own setting: runs are chosen as they are; judge one anew with "
            "`lakesynth evaluate --run RUN --set KEY=VALUE` first"
        )
    return configure(config, seed="any", lake=lake, changes=changes)


def sample_model(
    model: str | Path,
    seed: str | None = None,
    lake: str | None = None,
    *,
    rows: int | None = None,
    given: Mapping[str, Any] | None = None,
    config: Path | str | None = None,
    changes: Mapping[str, Any] | None = None,
    reporter: Reporter | None = None,
) -> Run:
    """Another table of a finished model, as ``lakesynth sample --model`` makes it.

    ``model`` is a run's name, or the folder of a model; one that no run of the lake has made is
    measured against ``seed``.
    """
    more = {**(changes or {}), **({} if given is None else {"sample.given": dict(given)})}
    settings, source = configure_model(
        str(model), config, seed=seed, lake=lake, rows=rows, changes=more
    )
    run = start_model_run(settings, source, reporter=reporter)
    do_all(run)
    return run


def start_session(config: Config | None, *, brief: bool = False) -> SparkSession:
    """The Spark session that a configuration asks for; the default one without it.

    ``brief`` says that the process ends with what it does for this configuration.
    """
    if config is None:
        return open_session(SessionSettings())
    given = config.session
    settings = SessionSettings(
        master=given.master,
        remote=given.remote,
        jars_folder=Path(given.jars_folder) if given.jars_folder else None,
        log_file=log_file(config),
        driver_memory=given.driver_memory,
        extra=given.extra,
        small=is_small(config),
        brief=brief,
    )
    return open_session(settings)


def judge_tables(
    tables: Tables, config: Config, out: Path, *, reporter: Reporter | None = None
) -> Report:
    """Judge any synthetic table by real ones, as ``lakesynth evaluate --real`` does it.

    The report is written into the folder ``out``; the configuration names the real table as its
    seed, and has the task, sensitive columns, entities and bounds.
    """
    reporter = reporter or Reporter(_console())
    spark = _session_of(config, reporter, brief=True)
    with reporter.stage("evaluate", 1, 1):
        return judge(spark, tables, config, out, reporter)


def audit_seed(
    config: Config,
    out: Path,
    *,
    kept: Kept | None = None,
    others: Sequence[str] = (),
    reporter: Reporter | None = None,
) -> Audit:
    """What is in the configuration's seed, as ``lakesynth profile SEED`` tells it, without a run.

    Page and JSON are written into the folder ``out``; ``kept`` says where states are kept, and
    ``others`` name tables in which foreign keys are looked for.
    """
    _require_local_seed(config)
    for name in others:
        _require_local(config, name)
    reporter = reporter or Reporter(_console())
    spark = _session_of(config, reporter, brief=True)
    with reporter.stage("profile", 1, 1):
        return audit_table(spark, config, out, reporter, kept, others)


def plan_seed(config: Config, *, reporter: Reporter | None = None) -> Recommendation:
    """What a run of the configuration's seed will cost, as ``lakesynth plan SEED`` tells it.

    Nothing is written but Spark's log.
    """
    require_one(config)
    _require_local_seed(config)
    told = reporter or Reporter(_console())
    with told.stage("plan", 1, 1):
        return plan_run(lambda: _session_of(config, told, brief=True), config, told)


def preview_cleaning(
    config: Config,
    *,
    run_id: str | None = None,
    reporter: Reporter | None = None,
    brief: bool = False,
) -> dict[str, Any]:
    """What each rule of cleaning would do, as ``lakesynth clean --dry-run`` tells it.

    No table is written and no run is started; ``run_id`` is one whose seed is read.
    """
    told = reporter or Reporter(_console())
    if run_id is None:
        _require_local_seed(config)
    spark = _session_of(config, told, brief=brief)
    with told.stage("clean, a dry run", 1, 1):
        return preview(spark, config, told, run_id)


def start_run(
    config: Config,
    *,
    fresh: bool = False,
    source: str | GivenModel | None = None,
    reporter: Reporter | None = None,
    brief: bool = False,
    trains: bool = False,
) -> Run:
    """The run of a configuration with a session to work in.

    ``source`` is the name of the run that it is, or a model from elsewhere that it is to sample.
    ``brief`` says that the process ends with it, ``trains`` that training is to follow.
    """
    require_one(config)
    require_purpose(config)
    told = reporter or Reporter(_console())
    _ = config.table_name  # a seed without a usable name is refused before Spark starts
    if not isinstance(source, str):  # a run has read its seed already
        _require_local_seed(config)
    require_storage(Lake.of(config).files)
    require_tracking(config.mlflow)
    spark = _session_of(config, told, brief=brief)
    return _opened(config, spark, told, fresh=fresh, source=source, trains=trains)


def _session_of(config: Config, reporter: Reporter, *, brief: bool) -> SparkSession:
    reporter.note(f"starting Spark; its log is {log_file(config)}")
    return start_session(config, brief=brief)


def _opened(
    config: Config,
    spark: SparkSession,
    reporter: Reporter,
    *,
    fresh: bool = False,
    source: str | GivenModel | None = None,
    trains: bool = False,
) -> Run:
    if trains and is_small(config):  # not before: what Spark's workers inherit is set meanwhile
        import_beside(generator_kind(config.train.generator).fit_imports)
    if isinstance(source, str):
        return open_run_by_id(config, spark, reporter, source)
    return open_run(
        config,
        spark,
        reporter,
        seed_fingerprint=lambda: fingerprint(spark, config.seed),
        fresh=fresh,
        model=source,
    )


def start_model_run(
    config: Config,
    source: str | GivenModel,
    *,
    reporter: Reporter | None = None,
    brief: bool = False,
) -> Run:
    """The run whose model is to be sampled once more; ConfigError where it has none yet."""
    run = start_run(config, source=source, reporter=reporter, brief=brief)
    if run.model is None:
        run.record("train")
    return run


def _require_local_seed(config: Config) -> None:
    """A seed or a column that is not there is said at once, where the file is of this machine."""
    if _require_local(config, config.seed):
        columns = known_columns(config)
        if columns is not None:
            require_columns(config, columns)


def _require_local(config: Config, name: str) -> bool:
    """Whether a source is a file of this machine; ConfigError where it should be, and is not there.

    Under spark-submit and on Databricks, ``/data/people`` may be a place on a cluster.
    """
    settings = SessionSettings(master=config.session.master, remote=config.session.remote)
    if not starts_here(settings) or not is_file(name) or ":/" in name:
        return False
    if not Path(name).exists():
        raise ConfigError(nothing_found(name))
    return True


def _console() -> Console:
    """Standard error; plain lines in a notebook, which takes itself for a terminal.

    A live display would leave each of its frames in the notebook.
    """
    in_notebook = "ipykernel" in sys.modules
    return Console(
        stderr=True,
        highlight=False,
        soft_wrap=True,
        force_jupyter=False,
        force_terminal=False if in_notebook else None,
    )


def log_file(config: Config) -> Path:
    """Where the log of a Spark that runs on this machine goes."""
    return Lake.of(config).files / "logs" / f"{config.table_name}.log"
