"""What a figure is: its area, its words, its direction, and the bound that it has by default."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Area = Literal["fidelity", "utility", "privacy"]
Style = Literal["score", "percent", "rows"]
By = Literal["value", "interval"]
AREAS: tuple[Area, ...] = ("fidelity", "utility", "privacy")


@dataclass(frozen=True)
class Bound:
    """Up to ``green`` a figure is green, up to ``amber`` amber, beyond red.

    Without ``amber`` there is no zone between the two. ``by="interval"``: only a figure of which
    even the better end of the interval lies beyond is red, and one whose value does is amber.
    ``relative``: the bound is so much worse than the figure's reference, where it has one;
    ``absolute`` is the bound where it has none, and None there means that it is not held to any.
    """

    green: float
    amber: float | None = None
    by: By = "value"
    relative: bool = False
    absolute: float | None = None


@dataclass(frozen=True)
class MetricKind:
    """A figure's name in the registry and in print, its meaning, and how it is written.

    ``sentence`` is for a reader who did not build the table, and says which direction is good.
    ``headline`` figures of the whole table stand at the top of a report.
    """

    name: str
    area: Area
    title: str
    sentence: str
    higher_is_better: bool = False
    style: Style = "score"
    headline: bool = False
    bound: Bound | None = None
