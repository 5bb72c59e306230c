"""The search of a generator's settings, as the train stage has it before it fits."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from jobs.fit_spec import FitSpec
from jobs.launch import require_means_of
from jobs.records import write_atomically
from jobs.run import Run
from jobs.search_space import drawn, read_space
from jobs.search_table import Search, Trial, setting_words
from synth.learning.task import Point
from synth.table.errors import InputError

SEARCH, FOLDER = "search.json", "search"  # of a run: what was found, and the trials
OF = "of.txt"  # in that folder: the identity of the stage that the trials are for


def searched(run: Run, spec: FitSpec) -> Search | None:
    """What the best settings are, by the configuration's search; None where there is none.

    ``search.json`` of the run is taken as it is: the same settings give the same model, which
    another search, on a machine that does other work, would not. A search that broke goes on, its
    finished trials kept. InputError where every trial has failed.
    """
    asked = run.config.train.search
    if not asked.settings:
        return None
    of, kept = run.identity("train"), run.path(SEARCH)
    if kept.is_file():
        found = Search.from_json(json.loads(kept.read_text("utf-8")))
        if found.of == of:
            run.reporter.note(f"the settings are those of {kept}: searched before")
            return found
    found = _search(run, spec, of)
    if not found.has_best:
        raise InputError(
            f"train.search: none of {len(found.trials)} trials has come to a figure, the one with "
            f"the settings as given {_why(found.trials[0])}. Give it more seconds, or other "
            "settings"
        )
    write_atomically(kept, json.dumps(found.to_json(), indent=1))
    return found


def _search(run: Run, spec: FitSpec, of: str) -> Search:
    from jobs.tuning import Asked, kept_trials, run_trials  # brings Ray

    config, folder = run.config.train, run.path(FOLDER)
    guide, asked = config.kind.guide, config.search
    assert guide is not None  # else the configuration was refused
    require_means_of(config)
    _begin(folder, of)
    before = kept_trials(folder)
    spent = max((trial.clock for trial in before), default=0.0)
    if before:
        run.reporter.note(
            f"the search goes on: {len(before)} trials have ended in {spent:.0f} s, what else was "
            "begun begins anew"
        )
    space = read_space(config.kind, config.settings, asked.settings)
    settings = drawn(config.kind, config.settings, space, asked.trials, run.config.random_seed)
    if len(settings) < asked.trials:
        run.reporter.note(f"search.settings has {len(settings)} trials in all, not {asked.trials}")
    run.reporter.step(f"searching settings of {config.generator}, {len(settings)} trials")
    began = time.monotonic()
    what = Asked(
        spec,
        tuple(settings),
        guide,
        folder,
        seconds=max(asked.seconds - spent, 0.0),
        spent=spent,
        at_once=min(asked.at_once, len(settings)),
    )
    trials = run_trials(what, config, _told(run, settings, guide.figure))
    seconds = round(spent + time.monotonic() - began, 1)
    return Search(of, guide.figure, guide.lower_is_better, seconds, trials)


def _begin(folder: Path, of: str) -> None:
    """The folder of the trials; those of another search are forgotten."""
    mark = folder / OF
    if mark.is_file() and mark.read_text("utf-8") == of:
        return
    shutil.rmtree(folder, ignore_errors=True)
    write_atomically(mark, of)


def _told(
    run: Run, settings: list[dict[str, object]], figure: str
) -> Callable[[int, Point | Trial], None]:
    """What shows how far the search is, and says what each trial has come to."""
    ended = set[int]()

    def told(number: int, news: Point | Trial) -> None:
        words = f"trial {number} of {len(settings)}, "
        words += setting_words(settings[number - 1], settings[0])
        if isinstance(news, Trial):
            ended.add(number)
            run.reporter.note(f"{words}: {news.words(figure)}")
        else:
            at = f"step {news.step} of {news.steps}, {news.words()}"
            run.reporter.advance(f"{words}: {at}", len(ended), len(settings), unit="trials")

    return told


def _why(trial: Trial) -> str:
    return f"failed: {trial.reason}" if trial.reason else "was ended by the time"
