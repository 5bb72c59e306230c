"""A run's figures in MLflow, where the configuration names one (``mlflow.tracking_uri``).

The only file that knows MLflow. What is there equals what stands in the run's report and in the
registry of its lake; a server that fails costs no table.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jobs.artifacts import load_encoder
from jobs.candidates import chosen
from jobs.config import ConfigError
from jobs.identity import chosen_settings
from jobs.judge_sections import MlflowConfig
from jobs.mlflow_figures import curve_of, figures_of, shortened
from jobs.run import Run
from synth.metrics.metric import Metric
from synth.report.report import Report
from synth.version import VERSION

REPORTS = ("report.html", "report.json")
PREFIX = "lakesynth."
_RUN, _LAKE, _JUDGEMENT, _NUMBER, _NEWEST = (
    f"{PREFIX}{name}" for name in ("run_id", "lake", "judgement", "candidate_number", "newest")
)
_PARENT, _NAME, _NOTE = "mlflow.parentRunId", "mlflow.runName", "mlflow.note.content"
_METRICS_AT_ONCE, _PARAMS_AT_ONCE = 1000, 100  # what MLflow takes in one request
_LONGEST_SAID = 300  # of an error: MLflow's hold whole requests
# By default MLflow tries a server that is not there for some minutes, tells its makers of its use,
# and prints to standard output, which is ours for one JSON object. What a user has set stays.
_MANNERS = {
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",
    "MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR": "1",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "30",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
}


@dataclass(frozen=True)
class _Sheet:
    """All that one run of MLflow is to hold; ``measured`` is in milliseconds since 1970."""

    name: str
    tags: dict[str, str]
    metrics: Sequence[Metric]
    measured: int
    params: Mapping[str, str]
    curve: Sequence[tuple[str, int, float]] = ()


def require_tracking(config: MlflowConfig) -> None:
    """ConfigError where MLflow is wanted and is not installed, or does not answer; makes nothing.

    One request; none where no MLflow is wanted.
    """
    if config.tracking_uri is None:
        return
    with _manners():
        client = _client(config.tracking_uri)
        try:
            found = client.get_experiment_by_name(config.experiment)
        except Exception as error:  # each kind of address fails in its own way
            raise ConfigError(
                f"MLflow at {config.tracking_uri} (mlflow.tracking_uri) does not answer: "
                f"{_said(error)}. Start it or correct the address and the right to use it, or keep "
                "the figures in the lake alone: --set mlflow.tracking_uri=null"
            ) from error
    if found is not None and found.lifecycle_stage == "deleted":
        raise ConfigError(
            f"experiment {config.experiment!r} of MLflow is deleted: restore it, or set "
            "mlflow.experiment to another name"
        )


def track(run: Run) -> tuple[str, ...]:
    """Send a published or refused run's figures; notes say what came of it, failures too.

    The same judgement is sent to the same run of MLflow, however often. The run of another one
    stays there, marked as not the newest: MLflow changes no setting and takes back no figure.
    """
    section = run.config.mlflow
    if section.tracking_uri is None:
        return ()
    try:
        with _manners():
            return _send(run, _client(section.tracking_uri), section)
    except Exception as error:  # whatever it is, the run's table and its records are whole
        return (
            f"the figures could not be sent to MLflow at {section.tracking_uri}: {_said(error)}. "
            "They are in the lake's registry and in the report; the same command sends them again",
        )


def _send(run: Run, client: Any, section: MlflowConfig) -> tuple[str, ...]:
    report = _report(run)
    figures = figures_of(report.metrics)
    experiment = _experiment(client, section.experiment)
    known = _known(client, experiment, run)
    main = _sheet(run, report, figures.left_out)
    theirs = _write(client, experiment, known, main)
    for sheet in _beside(run, main.measured):
        sheet.tags[_PARENT] = theirs
        _write(client, experiment, known, sheet)
    for one in known:
        if one.data.tags.get(_JUDGEMENT) != main.tags[_JUDGEMENT]:
            client.set_tag(one.info.run_id, _NEWEST, "false")
    said = f"figures are in MLflow: experiment {section.experiment}, run {theirs}"
    if figures.left_out:
        said += f"; without {figures.left_out}, which the report and the lake's registry have"
    return (said, *_send_reports(client, theirs, run.folder))


def _report(run: Run) -> Report:
    return Report.from_json(json.loads(run.path("report.json").read_text(encoding="utf-8")))


def _sheet(run: Run, report: Report, left_out: str) -> _Sheet:
    """The run, with the figures of the table that was chosen."""
    facts, seed = run.record("evaluate").facts, run.record("ingest").tables["seed"]
    best = chosen(run)
    tags = {
        **_common(run),
        f"{PREFIX}seed": run.config.seed,
        f"{PREFIX}seed_table": seed.name,
        f"{PREFIX}seed_version": str(seed.version),
        f"{PREFIX}verdict": run.record("publish").facts["verdict"],
        f"{PREFIX}status": facts["status"],
        f"{PREFIX}candidate": run.record("sample").tables[best.role].name,
        f"{PREFIX}version": VERSION,
        _NOTE: "\n\n".join(_words(facts["reasons"], left_out)),
    }
    hidden = [column.name for column in load_encoder(run).table_schema if column.sensitive]
    return _Sheet(
        run.id,
        tags,
        report.metrics,
        _measured(run),
        shortened(chosen_settings(run.config, hidden)),
        curve_of(report.training),
    )


def _words(reasons: Sequence[str], left_out: str) -> Iterator[str]:
    """What stands on the run's page."""
    yield "; ".join(reasons)
    if left_out:
        yield f"Not here, but in report.json and in the lake's registry: {left_out}."


def _beside(run: Run, measured: int) -> Iterator[_Sheet]:
    """Each of several candidates, with its headline figures; none where there is one."""
    for told in run.record("evaluate").facts.get("candidates", []):
        number = str(told["candidate"])
        tags = {
            **_common(run),
            _NUMBER: number,
            f"{PREFIX}candidate": told["table"],
            f"{PREFIX}chosen": "true" if told["chosen"] else "false",
            f"{PREFIX}rank": str(told["rank"]),
            f"{PREFIX}status": told["status"],
            _NOTE: told["why"],
        }
        figures = [Metric.from_json(figure) for figure in told["figures"]]
        params = {"seed": str(told["seed"]), "temperature": str(told["temperature"])}
        yield _Sheet(f"{run.id} candidate {number}", tags, figures, measured, params)


def _common(run: Run) -> dict[str, str]:
    """What tells the run, and what was judged of it by which settings, from all others."""
    return {
        _RUN: run.id,
        _LAKE: run.lake.tables,
        f"{PREFIX}table": run.table,
        _JUDGEMENT: run.record("publish").identity,
        _NEWEST: "true",
    }


def _measured(run: Run) -> int:
    """When the report was written: figures that are sent again are the same points in time."""
    return int(run.path("report.json").stat().st_mtime * 1000)


def _experiment(client: Any, name: str) -> str:
    found = client.get_experiment_by_name(name)
    return client.create_experiment(name) if found is None else found.experiment_id


def _known(client: Any, experiment: str, run: Run) -> list[Any]:
    """The runs of MLflow that are of this run; another lake may have one of the same name."""
    wanted, found, token = f"tags.`{_RUN}` = '{run.id}'", [], None
    while True:
        page = client.search_runs([experiment], wanted, page_token=token)
        found += page
        token = page.token
        if not token:
            return [one for one in found if one.data.tags.get(_LAKE) == run.lake.tables]


def _write(client: Any, experiment: str, known: Sequence[Any], sheet: _Sheet) -> str:
    """The id of the run of MLflow that holds the sheet now."""
    named = (_JUDGEMENT, _NUMBER, _PARENT)
    same = [
        one.info.run_id
        for one in known
        if all(one.data.tags.get(tag) == sheet.tags.get(tag) for tag in named)
    ]
    run_id = same[0] if same else _new(client, experiment, sheet)
    _log(client, run_id, sheet)
    client.set_terminated(run_id, "FINISHED", end_time=sheet.measured)
    return run_id


def _new(client: Any, experiment: str, sheet: _Sheet) -> str:
    """A new run that can be found again, should what follows fail."""
    tags = {**sheet.tags, _NAME: sheet.name}
    made = client.create_run(experiment, start_time=sheet.measured, tags=tags, run_name=sheet.name)
    return made.info.run_id


def _log(client: Any, run_id: str, sheet: _Sheet) -> None:
    from mlflow.entities import Metric as Point
    from mlflow.entities import Param, RunTag

    values = [(name, 0, value) for name, value in figures_of(sheet.metrics).values.items()]
    points = [Point(name, v, sheet.measured, step) for name, step, v in (*values, *sheet.curve)]
    params = [Param(key, value) for key, value in sheet.params.items()]
    client.log_batch(run_id, tags=[RunTag(key, value) for key, value in sheet.tags.items()])
    for start in range(0, len(params), _PARAMS_AT_ONCE):
        client.log_batch(run_id, params=params[start : start + _PARAMS_AT_ONCE])
    for start in range(0, len(points), _METRICS_AT_ONCE):
        client.log_batch(run_id, metrics=points[start : start + _METRICS_AT_ONCE])


def _send_reports(client: Any, run_id: str, folder: Path) -> tuple[str, ...]:
    """Files go another way than figures, to a store that may want packages of its own."""
    try:
        for name in REPORTS:
            client.log_artifact(run_id, str(folder / name))
    except Exception as error:  # a store's own kinds; the figures are there
        return (f"MLflow did not take the report: {_said(error)}. It is in {folder}",)
    return ()


def _client(address: str) -> Any:
    """A client of the address; ConfigError where the package is not there."""
    try:
        from mlflow import MlflowClient
    except ImportError as error:
        raise ConfigError(
            f"mlflow.tracking_uri is {address}, and MLflow's client is not installed: pip install "
            "'lakesynth[mlflow]', or keep the figures in the lake alone: --set "
            "mlflow.tracking_uri=null"
        ) from error
    return MlflowClient(tracking_uri=address)


@contextmanager
def _manners() -> Iterator[None]:
    """MLflow reads these from the environment alone, some when it is imported."""
    ours = {name: value for name, value in _MANNERS.items() if name not in os.environ}
    os.environ.update(ours)
    try:
        yield
    finally:
        for name in ours:
            os.environ.pop(name, None)


def _said(error: Exception) -> str:
    """An error in one line."""
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= _LONGEST_SAID else f"{text[:_LONGEST_SAID]}..."
