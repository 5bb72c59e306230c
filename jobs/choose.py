"""choose: finished runs held against each other by one rule. Pure, of what their folders tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jobs.candidates import role_of
from jobs.choice import Choice
from jobs.config import Config, ConfigError
from jobs.history import PastRun, require_evaluated
from jobs.identity import differences
from synth.metrics.catalogue import headlines
from synth.metrics.ranking import Contender, rank
from synth.metrics.verdict import Verdict

_SAID = ("stated",)  # what the owner says of a table changes no figure and no verdict
_MADE = ("sample.rows", "sample.given", "sample.given_rows", "sample.given_version")


def choose(runs: Sequence[PastRun]) -> Choice:
    """Rank runs by their figures, each with its own best candidate; of equal ones the first.

    ConfigError where they cannot be held against each other: fewer than two, one named twice, one
    that was not evaluated or that another version has made, other tables, other real rows, another
    task or other bounds.
    """
    _require_comparable(runs)
    ranking = rank([_contender(run) for run in runs], [f"run {run.id}" for run in runs])
    rows = [
        {
            **_made(run),
            "rank": ranking.order.index(place) + 1,
            "chosen": place == ranking.best,
            "why": ranking.reasons[place],
            **_found(run),
        }
        for place, run in enumerate(runs)
    ]
    return Choice(tuple(rows), tuple(_notes(runs)))


def _contender(run: PastRun) -> Contender:
    judged = run.records["evaluate"].facts
    verdict = Verdict(judged["passed"], judged["reasons"], judged["status"], judged["areas"])
    return Contender(run.metrics, verdict)


def _made(run: PastRun) -> dict[str, Any]:
    """What a run has made, and by which generator."""
    number = int(run.records["evaluate"].facts.get("chosen", 1))
    table = run.records["sample"].tables[role_of(number)]
    return {"run": run.id, **_model_of(run), "table": table.name, "version": table.version}


def _model_of(run: PastRun) -> dict[str, Any]:
    """The generator, and its settings as far as they are known and no default."""
    if run.config is not None and run.model is None:
        train = run.config.train
        found = run.records["train"].facts.get("search", {}).get("settings")
        return {"generator": train.generator, "settings": found or dict(train.settings)}
    training = run.records["train"].facts["training"]
    return {"generator": training.get("generator", "of a model from elsewhere"), "settings": {}}


def _found(run: PastRun) -> dict[str, Any]:
    """What was found of a run's table."""
    judged = run.records["evaluate"].facts
    told = [m.to_json() for m in run.metrics if m.scope == "table" and m.name in headlines()]
    return {**{key: judged[key] for key in ("passed", "status", "areas")}, "figures": told}


def _require_comparable(runs: Sequence[PastRun]) -> None:
    if len(runs) < 2:
        raise ConfigError("one run is no choice: name two or more (lakesynth runs lists them)")
    names = [run.id for run in runs]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ConfigError(f"run {twice} is named twice: once is enough")
    for run in runs:
        require_evaluated(run)
    configs = [_own_config(run) for run in runs]
    for run, config in zip(runs[1:], configs[1:], strict=True):
        _require_same_question(runs[0], run, configs[0], config)


def _own_config(run: PastRun) -> Config:
    """A run's settings; ConfigError where this version cannot read them, or judges otherwise."""
    again = f"`lakesynth evaluate --run {run.id}` with the same lake measures it again"
    if run.config is None:
        raise ConfigError(f"run {run.id} cannot be judged beside others: {run.note}. Make it anew")
    if "status" not in run.records["evaluate"].facts:
        raise ConfigError(f"run {run.id} was judged by an earlier version of Lakesynth: {again}")
    return run.config


def _require_same_question(first: PastRun, other: PastRun, one: Config, two: Config) -> None:
    """Both make the same table, measured against the same real rows in the same way."""
    both = f"runs {first.id} and {other.id}"
    if first.table != other.table:
        raise ConfigError(
            f"{both} make different tables, {first.table} and {other.table}: choose among runs of "
            "one (lakesynth runs --table NAME lists them)"
        )
    seeds = {run.records["ingest"].facts["fingerprint"] for run in (first, other)}
    if len(seeds) > 1:
        raise ConfigError(
            f"{both} were measured against different real rows, for their seeds differ: run the "
            "older one again on the seed of now (lakesynth run --fresh with its configuration)"
        )
    if len({run.records["split"].result for run in (first, other)}) > 1:
        raise ConfigError(
            f"{both} were measured against different real rows, for these were cleaned or split "
            "otherwise: run one of them again with the other's columns, clean, split and "
            "random_seed"
        )
    asked = [
        f"{found.key} ({found.before} and {found.now})"
        for found in differences(one, two, ("evaluate",))
        if found.key.split(".")[0] not in _SAID
    ]
    if asked:
        raise ConfigError(
            f"{both} were judged differently, by {'; '.join(asked)}: judge one as the other was "
            f"(lakesynth evaluate --run {other.id} --set KEY=VALUE), then choose"
        )


def _notes(runs: Sequence[PastRun]) -> list[str]:
    """What a reader must know of figures that may be held against each other."""
    said = [
        "the figures are of the best of several, chosen by these same figures: a fresh measurement "
        "of it would be a little worse on average"
    ]
    said += [
        f"run {run.id} samples the model {run.model}, whose generator may have seen the holdout"
        for run in runs
        if run.model is not None
    ]
    first, *others = [run.config for run in runs if run.config is not None]
    for run, config in zip(runs[1:], others, strict=True):
        said += [
            f"run {run.id} is asked for other rows than run {runs[0].id}: {found.key} is "
            f"{found.now}, not {found.before}"
            for found in differences(first, config, ("sample",))
            if found.key.startswith(_MADE)
        ]
    return said
