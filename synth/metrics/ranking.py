"""Which of several synthetic tables is the best: privacy, then utility, then fidelity.

The rule is a list of steps. Each step keeps the best of the tables that the steps before have kept,
and those that it cannot tell from the best: a figure that lies inside the 95 % interval of the best
one counts as equal to it, for a difference that the measurement does not see is none. The first
table of those that no step tells apart wins.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from synth.metrics.kind import Area
from synth.metrics.metric import Metric
from synth.metrics.verdict import Verdict

RULE = (
    "tables that may be published come first; among them the state of the privacy gates counts, "
    "then that of utility and the utility loss, then that of fidelity, how well a classifier tells "
    "the table from the real one, and the pair similarity; a figure inside the best one's 95 % "
    "interval, but for the pair similarity's, counts as equal to it, and of equal tables the first "
    "is taken"
)
NOTHING_TELLS = "no step of the rule tells it from {}, which comes first"
ALL_EQUAL = "no step of the rule tells them apart: the first is taken"
ONLY_ONE = "the only one"
_STATES: tuple[str | None, ...] = ("green", "amber", "red", None)  # not measured is no proof


@dataclass(frozen=True)
class Contender:
    """A table as it is ranked: its figures with their gates, and its verdict."""

    metrics: Sequence[Metric]
    verdict: Verdict

    def figure(self, name: str) -> Metric | None:
        """The figure of this name of the whole table and all of its rows; None if not measured."""
        own = (m for m in self.metrics if m.name == name and m.scope == "table" and not m.slice)
        return next(own, None)


@dataclass(frozen=True)
class Ranking:
    """``order`` has the places of the tables, from 0 on, the best first.

    ``reasons`` says of each table, in their own order, why it is not the best one, and of the best
    one which step has decided.
    """

    order: tuple[int, ...]
    reasons: tuple[str, ...]

    @property
    def best(self) -> int:
        """The place of the best table."""
        return self.order[0]


def rank(tables: Sequence[Contender], names: Sequence[str] | None = None) -> Ranking:
    """The order of the tables by the rule: the best, then the best of the others, and so on.

    ``names`` is what reasons call each of them, ``candidate 1`` and so on if not given. ValueError
    where there is no table, or a table without a name.
    """
    if not tables:
        raise ValueError("no table to rank: give one or more")
    called = names or [f"candidate {place + 1}" for place in range(len(tables))]
    if len(called) != len(tables):
        raise ValueError(f"{len(tables)} tables have {len(called)} names: give each one")
    best, reasons = _best(dict(enumerate(tables)), called)
    order, left = [best], {k: table for k, table in enumerate(tables) if k != best}
    while left:
        following, _ = _best(left, called)
        order.append(following)
        del left[following]
    return Ranking(tuple(order), tuple(reasons[k] for k in range(len(tables))))


class _Step(Protocol):
    """One step of the rule."""

    @property
    def title(self) -> str: ...

    def keep(self, tables: Mapping[int, Contender]) -> tuple[list[int], int | None]:
        """The places of those that are best, or not told from the best; and which is the best.

        None where all that are kept are equal.
        """
        ...

    def said(self, own: Contender, best: Contender, name: str) -> str:
        """Why a table is not among them; ``name`` is what the best one is called."""
        ...


@dataclass(frozen=True)
class _ByPassing:
    """Those that may be published, where any may."""

    title: str = "whether it may be published"

    def keep(self, tables: Mapping[int, Contender]) -> tuple[list[int], int | None]:
        passed = [k for k, table in tables.items() if table.verdict.passed]
        return passed or list(tables), None

    def said(self, own: Contender, best: Contender, name: str) -> str:
        return f"it may not be published, and {name} may"


@dataclass(frozen=True)
class _ByState:
    """Green before amber before red, in one area."""

    area: Area

    @property
    def title(self) -> str:
        return f"the state of {self.area}"

    def keep(self, tables: Mapping[int, Contender]) -> tuple[list[int], int | None]:
        states = {k: _STATES.index(self._state(table)) for k, table in tables.items()}
        return [k for k, state in states.items() if state == min(states.values())], None

    def said(self, own: Contender, best: Contender, name: str) -> str:
        words = [self._state(table) or "not measured" for table in (own, best)]
        return f"{self.area} is {words[0]}, that of {name} is {words[1]}"

    def _state(self, table: Contender) -> str | None:
        return table.verdict.areas.get(self.area)


@dataclass(frozen=True)
class _ByFigure:
    """The least ``size`` of a figure, but for what the best one's interval does not tell apart."""

    name: str
    title: str
    size: Callable[[float], float]
    by_interval: bool = True

    def keep(self, tables: Mapping[int, Contender]) -> tuple[list[int], int | None]:
        found = {k: table.figure(self.name) for k, table in tables.items()}
        sizes = {k: self.size(metric.value) for k, metric in found.items() if metric is not None}
        if not sizes:
            return list(tables), None
        least = min(sizes, key=lambda k: sizes[k])
        best = found[least]
        ends = () if best is None or not self.by_interval else best.interval or ()
        equal = max([sizes[least], *(self.size(end) for end in ends)])
        return [k for k, size in sizes.items() if size <= equal], least

    def said(self, own: Contender, best: Contender, name: str) -> str:
        mine, other = own.figure(self.name), best.figure(self.name)
        value = "not measured" if mine is None else f"{mine.value:.4f}"
        if other is None:
            return f"{self.title} is {value}"
        within = ""
        if other.interval is not None:
            within = " (95 % interval {:.4f} to {:.4f})".format(*other.interval)
        return f"{self.title} is {value}, that of {name} is {other.value:.4f}{within}"


_STEPS: tuple[_Step, ...] = (
    _ByPassing(),
    _ByState("privacy"),
    _ByState("utility"),
    _ByFigure("utility_loss", "the utility loss", lambda loss: loss),
    _ByState("fidelity"),
    _ByFigure("two_sample_auc", "the AUC of telling it apart", lambda auc: abs(auc - 0.5)),
    # The last one decides by its value: all tables are held against the same rows, of which most of
    # its interval is.
    _ByFigure("pair_similarity", "the pair similarity", lambda similarity: 1.0 - similarity, False),
)


def _best(tables: Mapping[int, Contender], names: Sequence[str]) -> tuple[int, dict[int, str]]:
    """``(place of the best, reasons by place)``."""
    kept, decided = dict(tables), ""
    dropped: dict[int, tuple[_Step, int | None]] = {}
    for step in _STEPS:
        staying, leader = step.keep(kept)
        if len(staying) < len(kept):
            decided = step.title
        dropped |= dict.fromkeys(kept.keys() - set(staying), (step, leader))
        kept = {k: kept[k] for k in staying}
    best = min(kept)
    reasons = {k: NOTHING_TELLS.format(names[best]) for k in kept if k != best}
    for place, (step, leader) in dropped.items():
        other = best if leader is None else leader
        reasons[place] = step.said(tables[place], tables[other], names[other])
    reasons[best] = _decided(len(tables), len(kept), decided)
    return best, reasons


def _decided(tables: int, equal: int, step: str) -> str:
    if tables == 1:
        return ONLY_ONE
    if equal == tables:
        return ALL_EQUAL
    beside = ", and it is the first of those that are equal" if equal > 1 else ""
    return f"the best by the rule: {step} has decided{beside}"
