"""The trials of a search under Ray Tune: loaded where there is one, for it brings Ray at once.

What is to outlive a broken search lies in the trials' own folders, not in Tune's storage: their
points, and why each has ended.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from jobs.cluster import asked_of_one, cluster, quiet_ray
from jobs.fit_spec import FitSpec, points, write_point
from jobs.model_sections import TrainConfig
from jobs.records import write_atomically
from jobs.search_table import Ended, Trial, best_figure
from jobs.training_worker import learn
from synth.generators.contract import Guide
from synth.learning.task import NoCheckpoints, Point, Worker
from synth.table.errors import InputError

quiet_ray()
os.environ.setdefault("TUNE_DISABLE_AUTO_CALLBACK_LOGGERS", "1")  # what it writes is ours to write
os.environ.setdefault("TUNE_DISABLE_SIGINT_HANDLER", "1")  # an interrupt is no end of a search
os.environ.setdefault("RAY_CHDIR_TO_TRIAL_DIR", "0")
os.environ.setdefault("RAY_AIR_NEW_OUTPUT", "0")  # which prints all the more
from ray import tune  # noqa: E402  # it reads the environment when it is imported
from ray.tune.schedulers import ASHAScheduler  # noqa: E402

# Points of a fit before it may be stopped: the first ones are of the warm-up, and say little.
GRACE = 4
HALVING = 2  # of trials that come to a rung one in two goes on: there are few of them
MOST_POINTS = 1_000_000  # a fit ends by itself; Tune must be told a bound
TRIAL, REFUSED, LEARNED = "trial.json", "refused.txt", "learned.txt"  # in a trial's folder


@dataclass(frozen=True)
class Asked:
    """What is tried: a fit with each of these settings, in folders of ``folder``."""

    spec: FitSpec
    settings: tuple[dict[str, Any], ...]
    guide: Guide
    folder: Path
    seconds: float  # that are left
    spent: float  # in an earlier try of the same search
    at_once: int

    def own(self, number: int) -> Path:
        """The folder of a trial."""
        return self.folder / f"trial-{number}"


class Clock(tune.Stopper):
    """Ends the whole search when its time is over."""

    def __init__(self, seconds: float):
        self.began, self._seconds = time.monotonic(), seconds

    def __call__(self, trial_id: str, result: dict[str, Any]) -> bool:
        """No trial ends by itself."""
        return False

    def stop_all(self) -> bool:
        """Whether the time is over."""
        return time.monotonic() - self.began >= self._seconds


class Following(tune.Callback):
    """Keeps why each trial has ended as it does, and tells how far the search is."""

    def __init__(self, asked: Asked, clock: Clock, told: Callable[[int, Point | Trial], None]):
        self.asked, self.clock, self.told = asked, clock, told

    def __getstate__(self) -> dict[str, Any]:
        """Without what shows, which holds a session: Tune writes a copy that is never used."""
        return {"asked": self.asked, "clock": self.clock}

    def on_trial_result(
        self, iteration: int, trials: list[Any], trial: Any, result: dict[str, Any], **info: Any
    ) -> None:
        """A point of a trial."""
        if "point" in result and not result.get("done"):
            self.told(trial.config["trial"], Point(**json.loads(result["point"])))

    def on_trial_complete(self, iteration: int, trials: list[Any], trial: Any, **info: Any) -> None:
        """A trial has come to its end, or was stopped."""
        self._ended(trial.config["trial"], "time" if self.clock.stop_all() else "stopped")

    def on_trial_error(self, iteration: int, trials: list[Any], trial: Any, **info: Any) -> None:
        """A trial's worker has died too often, or has a fault."""
        lines = str(trial.get_error() or "its worker has died").strip().splitlines()
        self._ended(trial.config["trial"], "failed", lines[-1])

    def _ended(self, number: int, ended: Ended, reason: str = "") -> None:
        own = self.asked.own(number)
        if (own / TRIAL).is_file():  # of an earlier try
            return
        if (own / REFUSED).is_file():
            ended, reason = "failed", (own / REFUSED).read_text("utf-8")
        elif (own / LEARNED).is_file():
            ended = "finished"
        clock = self.asked.spent + time.monotonic() - self.clock.began
        trial = trial_of(self.asked, number, ended, reason, clock)
        write_atomically(own / TRIAL, json.dumps(asdict(trial)))
        self.told(number, trial)


def run_trials(
    asked: Asked, config: TrainConfig, told: Callable[[int, Point | Trial], None]
) -> tuple[Trial, ...]:
    """Fit with each of the settings until all have ended or the time is over.

    Trials are compared at equal numbers of points by asynchronous successive halving (Li et al.
    2020, ASHA): of those that come to 4, 8, 16, ... points one goes on where its figure is among
    the better half. Those that an earlier try has ended are not fitted again: their points are
    told to the scheduler anew. ``told`` is called here, with each point and each trial that ends.
    """
    clock = Clock(asked.seconds)
    storage = asked.folder / "ray"
    shutil.rmtree(storage, ignore_errors=True)  # of a search that broke
    trainable = tune.with_resources(
        tune.with_parameters(_fit, asked=_plain(asked)), asked_of_one(config)
    )
    scheduler = ASHAScheduler(
        time_attr="training_iteration",
        max_t=MOST_POINTS,
        grace_period=GRACE,
        reduction_factor=HALVING,
        stop_last_trials=False,
    )
    # Tune prints a line of each trial on standard output, however silent it is to be.
    with cluster(config, workers=asked.at_once), redirect_stdout(io.StringIO()):
        tune.Tuner(
            trainable,
            param_space={"trial": tune.grid_search([n + 1 for n in range(len(asked.settings))])},
            tune_config=tune.TuneConfig(
                metric="figure",
                mode="min" if asked.guide.lower_is_better else "max",
                scheduler=scheduler,
                max_concurrent_trials=asked.at_once,
            ),
            run_config=tune.RunConfig(
                name="tune",
                storage_path=str(storage),
                stop=clock,
                verbose=0,
                callbacks=[Following(asked, clock, told)],
                failure_config=tune.FailureConfig(max_failures=config.failures),
            ),
        ).fit()
    shutil.rmtree(storage, ignore_errors=True)
    return tuple(_found(asked, number + 1) for number in range(len(asked.settings)))


def trial_of(asked: Asked, number: int, ended: Ended, reason: str, clock: float) -> Trial:
    """A trial as its folder tells it."""
    logged = list(points(asked.own(number)))
    figures = [point.figures[asked.guide.figure] for point in logged]
    best = best_figure(figures, lower_is_better=asked.guide.lower_is_better)
    step = logged[-1].step if logged else 0
    settings = asked.settings[number - 1]
    return Trial(number, settings, best, step, ended, round(clock, 1), reason)


def kept_trials(folder: Path) -> list[Trial]:
    """The trials that have ended, as a search leaves them while it goes on."""
    paths = sorted(folder.glob(f"trial-*/{TRIAL}"))
    return [Trial(**json.loads(path.read_text("utf-8"))) for path in paths]


def _found(asked: Asked, number: int) -> Trial:
    path = asked.own(number) / TRIAL
    if path.is_file():
        return Trial(**json.loads(path.read_text("utf-8")))
    return trial_of(asked, number, "time", "", asked.spent + asked.seconds)  # never begun


def _plain(asked: Asked) -> dict[str, Any]:
    return {
        "spec": asked.spec.to_json(),
        "settings": asked.settings,
        "folder": str(asked.folder),
        "figure": asked.guide.figure,
    }


def _fit(config: dict[str, Any], asked: dict[str, Any]) -> None:
    """Ray's entry into one trial."""
    number, own = config["trial"], Path(asked["folder"]) / f"trial-{config['trial']}"

    def report(point: Point) -> None:
        figure = point.figures[asked["figure"]]
        tune.report({"figure": figure, "point": json.dumps(asdict(point))})

    if (own / TRIAL).is_file():
        for point in points(own):
            report(point)
        return
    shutil.rmtree(own, ignore_errors=True)  # a try that broke begins anew
    own.mkdir(parents=True)

    def show(point: Point) -> None:
        write_point(own, point)
        report(point)

    spec = replace(FitSpec(**asked["spec"]), settings=asked["settings"][number - 1])
    try:
        learn(spec, Worker(device=spec.device), NoCheckpoints(), show)
    except InputError as error:  # to Ray it is a fault of the worker, to be tried again
        write_atomically(own / REFUSED, str(error))
    else:
        write_atomically(own / LEARNED, "")
