"""train, of several runs: their generators are fitted at the same time, each in its own folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from pathlib import Path

from jobs.fit_spec import points
from jobs.launch_many import launch_many
from jobs.lock import hold, release
from jobs.pipeline import finish, found_before
from jobs.progress import following
from jobs.run import Run
from jobs.stages import STAGES
from jobs.train import ready, trained
from synth.learning.task import Point
from synth.table.errors import InputError


def train_at_once(runs: Sequence[Run], at_once: int) -> None:
    """Fit the generators of runs that are encoded, ``at_once`` at the same time.

    A run whose training is finished, or that an earlier run has done, is passed over; so is a
    generator of counts alone, which is made in a moment when its run goes on. A fit that fails
    stops no other: each that ends is finished then, and the error, which names those that have
    failed, comes at the end. Done again, this fits what is not finished, from its last checkpoint.
    """
    for run in runs:
        hold(run.folder, run.reporter.note)
    try:
        waiting = [run for run in runs if run.config.train.kind.learns]
        waiting = [run for run in waiting if found_before(run, "train") is None]
        if waiting:
            _fit(waiting, min(at_once, len(waiting)))
    finally:
        for run in runs:
            release(run.folder)


def _fit(runs: Sequence[Run], at_once: int) -> None:
    specs = [ready(run) for run in runs]
    reporter, failed, over = runs[0].reporter, list[tuple[Run, Exception]](), set[str]()
    note = f"fitted under Ray, one of {len(runs)} generators, {at_once} at the same time"

    def ended(place: int, seconds: float, error: Exception | None) -> None:
        run = runs[place]
        over.add(run.id)
        if error is not None:
            failed.append((run, error))
            reporter.note(f"{_words(run)}: failed after {seconds:.1f} s")
            return
        for told in finish(run, trained(run, (note,)), seconds).notes:
            reporter.note(f"{_words(run)}: {told}")

    with reporter.stage("train", STAGES.index("train") + 1, len(STAGES)):
        reporter.step(f"fitting {len(runs)} generators, {at_once} at the same time")
        with following(_shown(runs, over)):
            launch_many(specs, runs[0].config.train, at_once, ended)
        _require_all(failed, len(runs))


def _require_all(failed: Sequence[tuple[Run, Exception]], tried: int) -> None:
    """The error that names the fits that have failed; an InputError where all were refused."""
    if not failed:
        return
    said = "; ".join(f"{_words(run)}: {_last_line(error)}" for run, error in failed)
    kept = tried - len(failed)
    others = f" What else was fitted ({kept}) is finished and kept." if kept else ""
    message = (
        f"{len(failed)} of {tried} generators could not be fitted: {said}.{others} Give what has "
        "failed other settings, or take it out of train.generators; the same command goes on"
    )
    error = failed[0][1]
    if all(isinstance(one, InputError) for _, one in failed):
        raise InputError(message) from error
    raise RuntimeError(message) from error


def _last_line(error: Exception) -> str:
    """What an error says, without the trace that Ray puts before it."""
    lines = str(error).strip().splitlines()
    return lines[-1] if lines else type(error).__name__


def _words(run: Run) -> str:
    return f"run {run.id}, {run.config.train.words}"


def _shown(runs: Sequence[Run], over: Set[str]) -> Callable[[], None]:
    """What shows where each of the fits stands that has begun and is not ``over``."""

    def show() -> None:
        newest = {run.id: last for run in runs if (last := _last_point(run.folder)) is not None}
        going = [run for run in runs if run.id in newest and run.id not in over]
        if not going:
            return
        now = [newest[run.id] for run in going]
        told = [
            f"{run.config.train.words} {point.step} of {point.steps}, {point.words()}"
            for run, point in zip(going, now, strict=True)
        ]
        done, total = sum(point.step for point in now), sum(point.steps for point in now)
        runs[0].reporter.advance("; ".join(told), done, total, unit="steps")

    return show


def _last_point(folder: Path) -> Point | None:
    return max(points(folder), key=lambda point: point.step, default=None)
