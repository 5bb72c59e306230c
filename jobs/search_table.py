"""What a search has found: its trials, the best of them, and how that is told. No Ray."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

Ended = Literal["finished", "stopped", "time", "failed"]
# Why a trial ended, as it is told.
ENDED: dict[Ended, str] = {
    "finished": "finished",
    "stopped": "stopped early",
    "time": "ended by the time",
    "failed": "failed",
}


@dataclass(frozen=True)
class Trial:
    """One fit of a search.

    ``figure`` is the best of its points, None where it came to none; ``step`` is the last one that
    it came to. ``clock`` is when it ended, in seconds since the search began. ``reason`` says why
    it failed.
    """

    number: int  # from 1 on; the first has the settings as they were given
    settings: dict[str, Any]
    figure: float | None
    step: int
    ended: Ended
    clock: float = 0.0
    reason: str = ""

    def words(self, figure: str) -> str:
        """As it is told while the search goes on."""
        best = f"{figure} {self.figure:.4g}, " if self.figure is not None else ""
        why = f": {self.reason}" if self.reason else ""
        return f"{best}{ENDED[self.ended]} at step {self.step}{why}"


@dataclass(frozen=True)
class Search:
    """The trials of a search by one figure; ``of`` is the identity of the stage that it was for."""

    of: str
    figure: str
    lower_is_better: bool
    seconds: float
    trials: tuple[Trial, ...]

    @property
    def best(self) -> Trial:
        """That of the best figure, of equal ones the first; ValueError where none has one."""
        sign = 1 if self.lower_is_better else -1
        known = [one for one in self.trials if one.figure is not None and one.ended != "failed"]
        return min(known, key=lambda one: (sign * (one.figure or 0.0), one.number))

    @property
    def has_best(self) -> bool:
        """Whether a trial has come to a figure, and has not failed."""
        return any(one.figure is not None and one.ended != "failed" for one in self.trials)

    @property
    def note(self) -> str:
        """One line for the report."""
        given, best = self.trials[0], self.best
        said = f"search: {len(self.trials)} trials in {self.seconds:.0f} s, best: "
        if best is given:
            said += f"the settings as given, {self.figure} {best.figure:.4g}"
        else:
            said += f"{setting_words(best.settings, given.settings)}: {self.figure} "
            said += f"{best.figure:.4g}, the settings as given "
            said += "failed" if given.figure is None else f"{given.figure:.4g}"
        if given.ended == "time":
            said += f" (cut off by the time at step {given.step})"
        counts = Counter(one.ended for one in self.trials)
        ends = ", ".join(f"{counts[own]} {ENDED[own]}" for own in ENDED if counts[own])
        return f"{said}; {ends}"

    def to_json(self) -> dict[str, Any]:
        """All of it as JSON, the best one by its number."""
        return {**asdict(self), "best": self.best.number, "settings": self.best.settings}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Search:
        """What ``to_json`` has written."""
        own = {key: data[key] for key in ("of", "figure", "lower_is_better", "seconds")}
        return cls(**own, trials=tuple(Trial(**one) for one in data["trials"]))


def setting_words(settings: Mapping[str, Any], given: Mapping[str, Any]) -> str:
    """The settings in which a trial differs from the given ones: ``hidden 128, dropout 0.1``."""
    own = {name: value for name, value in settings.items() if given.get(name) != value}
    return ", ".join(f"{name} {json.dumps(value)}" for name, value in own.items()) or "as given"


def best_figure(figures: list[float], *, lower_is_better: bool) -> float | None:
    """The best of a trial's points; None where there is none that is a number."""
    known = [figure for figure in figures if math.isfinite(figure)]
    return (min if lower_is_better else max)(known, default=None)
