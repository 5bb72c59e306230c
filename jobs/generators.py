"""``train.generators``: a run of each of several generators, of which the best is published."""

from __future__ import annotations

from collections.abc import Callable

from jobs.choose import choose
from jobs.config import Config, ConfigError
from jobs.history import past_run
from jobs.launch import require_means_of
from jobs.lock import hold
from jobs.pipeline import do_all
from jobs.publish_choice import publish_best
from jobs.run import Run
from jobs.train_at_once import train_at_once

LAST = "evaluate"  # then they are held against each other


def require_one(config: Config) -> None:
    """ConfigError where the configuration is of several runs: a stage is done in one."""
    several = config.train.generators
    if several:
        named = ", ".join(one.words for one in several)
        raise ConfigError(
            f"train.generators names {named}, and a stage is of one run: `lakesynth run` does all "
            "of them, --run RUN without --config names one that it has made, and train.generator "
            "in its place asks for a run of one"
        )


def run_each(config: Config, start: Callable[[Config], Run]) -> Run:
    """A run of each generator as far as its evaluation, then the choice; the best one.

    ``start`` opens the run of a configuration. Runs that an earlier try has finished are found
    again, and stages that do not depend on the generator are taken over from the first. With
    ``train.at_once`` the generators are fitted at the same time, all else is one after the other.
    A list of one is a run as any other.
    """
    alone, runs = config.for_each_generator(), list[Run]()
    if len(alone) == 1:
        return _whole(start(alone[0]))
    at_once = config.train.at_once
    for place, one in enumerate(alone, start=1):
        run = start(one)
        run.reporter.note(f"generator {place} of {len(alone)}: {one.train.words}, run {run.id}")
        if place == 1 and run.find_record("train") is None:
            for other in alone:  # before the first is trained
                require_means_of(other.train)
        do_all(run, LAST if at_once == 1 else "encode")
        runs.append(run)
    if at_once > 1:
        train_at_once(runs, at_once)
        for run in runs:
            hold(run.folder, run.reporter.note)
            do_all(run, LAST)
    choice = choose([past_run(run.lake.files, run.id) for run in runs])
    return publish_best(choice, runs)


def _whole(run: Run) -> Run:
    do_all(run)
    return run
