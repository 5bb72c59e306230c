"""The one list of figures: a new one is a file and a line here.

Gates, words, terminal, report and registry read what a figure is from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from synth.metrics.evidence import Measure
from synth.metrics.kind import Area, MetricKind

# Figures that the judge measures itself, of counts of whole tables.
_COUNTED = tuple(
    f"synth.metrics.{name}" for name in ("basics", "triples", "column_details", "pearson", "rules")
)


@dataclass(frozen=True)
class Measurement:
    """A module with ``KINDS`` and ``measure``, what is done in it, and its area.

    ``learns``: it trains a model, which takes its time.
    """

    name: str
    area: Area
    module: str
    learns: bool = True

    @property
    def measure(self) -> Measure:
        """The function; its file is loaded now and not before."""
        found: Measure = import_module(self.module).measure
        return found


MEASUREMENTS: tuple[Measurement, ...] = (
    Measurement("taking figures apart by slices", "fidelity", "synth.metrics.slices", learns=False),
    Measurement("telling the tables apart", "fidelity", "synth.metrics.two_sample"),
    Measurement(
        "training models on synthetic rows", "utility", "synth.metrics.utility.train_on_synthetic"
    ),
    Measurement(
        "predicting every column in turn", "utility", "synth.metrics.utility.global_utility"
    ),
    Measurement("asking queries", "utility", "synth.metrics.utility.query_error"),
    Measurement("attacking who was learned", "privacy", "synth.metrics.privacy.leakage"),
    Measurement("attacking what is secret", "privacy", "synth.metrics.privacy.disclosure"),
)


@cache
def kinds() -> dict[str, MetricKind]:
    """Every figure by its name."""
    return {kind.name: kind for kind in _all_kinds()}


def _all_kinds() -> Iterator[MetricKind]:
    for module in (*_COUNTED, *(one.module for one in MEASUREMENTS)):
        yield from import_module(module).KINDS


def headlines() -> tuple[str, ...]:
    """The names of the figures that stand at the top of a report, in their order."""
    return tuple(name for name, kind in kinds().items() if kind.headline)


def area_of(name: str) -> Area:
    """The area of a figure; of one that is not listed (a later version's) fidelity."""
    kind = kinds().get(name)
    return "fidelity" if kind is None else kind.area
