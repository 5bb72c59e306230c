"""Where the nodes and arrows of a directed graph stand in an arc diagram (Wattenberg 2002).

The nodes of a connected part stand below each other, what is reached from others after them where
there is no cycle, and arrows are arcs beside them: it is as wide for three nodes as for a hundred.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

STEP = 26.0  # from a node to the next, in pixels
PORTS = 8.0  # arcs of a node leave it at most so far above and below its middle
FIRST_REACH, MORE_REACH = 22.0, 13.0  # how far an arc of one step swings out, and of each more


@dataclass(frozen=True)
class Arrow:
    """From ``source`` to ``target``; ``group`` decides its looks, ``words`` are said of it."""

    source: str
    target: str
    group: str
    words: str = ""


@dataclass(frozen=True)
class Arc:
    """An arrow from the height ``start`` to ``end``, which swings out as far as ``reach``."""

    arrow: Arrow
    start: float
    end: float
    reach: float


@dataclass(frozen=True)
class Part:
    """A connected part: its nodes from above, each at ``(place + 0.5) * STEP``, and its arcs."""

    nodes: tuple[str, ...]
    arcs: tuple[Arc, ...]

    @property
    def height(self) -> float:
        """From the upper end to the lower one."""
        return STEP * len(self.nodes)


def layout(arrows: Iterable[Arrow], order: Sequence[str], widest: float) -> tuple[Part, ...]:
    """Every connected part, the largest first; ``order`` decides where no arrow does.

    Arrows with the same ends and group are one; those from a node to itself are left out. No arc
    swings out farther than ``widest``.
    """
    distinct = {(a.source, a.target, a.group): a for a in arrows if a.source != a.target}
    found = []
    for nodes in _connected(list(distinct.values()), order):
        own = [arrow for arrow in distinct.values() if arrow.source in nodes]
        placed = _in_order(nodes, own)
        found.append(Part(placed, _arcs(placed, own, widest)))
    return tuple(sorted(found, key=lambda part: -len(part.nodes)))


def _connected(arrows: Sequence[Arrow], order: Sequence[str]) -> list[list[str]]:
    """The nodes of each part, in the given order; those that it lacks come last."""
    beside: dict[str, set[str]] = {}
    for arrow in arrows:
        beside.setdefault(arrow.source, set()).add(arrow.target)
        beside.setdefault(arrow.target, set()).add(arrow.source)
    place = {name: at for at, name in enumerate(order)}
    names = sorted(beside, key=lambda name: (place.get(name, len(place)), name))
    seen: set[str] = set()
    parts = []
    for name in names:
        if name in seen:
            continue
        part, waiting = set[str](), [name]
        while waiting:
            one = waiting.pop()
            if one not in part:
                part.add(one)
                waiting += beside[one]
        seen |= part
        parts.append([own for own in names if own in part])
    return parts


def _in_order(nodes: Sequence[str], arrows: Sequence[Arrow]) -> tuple[str, ...]:
    """Sources before their targets (Kahn 1962), each near what it is reached from.

    In a cycle the one with the fewest sources still to come goes first.
    """
    sources: dict[str, set[str]] = {name: set() for name in nodes}
    for arrow in arrows:
        sources[arrow.target].add(arrow.source)
    placed: dict[str, int] = {}
    while len(placed) < len(nodes):
        waiting = [name for name in nodes if name not in placed]
        left = {name: len(sources[name] - placed.keys()) for name in waiting}
        latest = {
            name: max((placed.get(s, -1) for s in sources[name]), default=-1) for name in left
        }
        best = min(waiting, key=lambda name: (left[name], -latest[name], nodes.index(name)))
        placed[best] = len(placed)
    return tuple(placed)


def _arcs(nodes: Sequence[str], arrows: Sequence[Arrow], widest: float) -> tuple[Arc, ...]:
    place = {name: at for at, name in enumerate(nodes)}
    heights = _ports(place, arrows)
    found = []
    for number, arrow in enumerate(arrows):
        steps = abs(place[arrow.source] - place[arrow.target])
        reach = min(FIRST_REACH + MORE_REACH * (steps - 1), widest)
        found.append(Arc(arrow, heights[number, 0], heights[number, 1], reach))
    return tuple(found)


def _ports(place: dict[str, int], arrows: Sequence[Arrow]) -> dict[tuple[int, int], float]:
    """The height of each arrow's ends (0 its start, 1 its head): apart, and without crossings."""
    at: dict[str, list[tuple[float, int, int]]] = {name: [] for name in place}
    for number, arrow in enumerate(arrows):
        steps = place[arrow.target] - place[arrow.source]
        # From above: the nearest of those above first, the nearest of those below last.
        at[arrow.source].append((_rank(steps), number, 0))
        at[arrow.target].append((_rank(-steps), number, 1))
    found = {}
    for name, ends in at.items():
        middle = (place[name] + 0.5) * STEP
        gap = min(2 * PORTS / max(len(ends) - 1, 1), PORTS / 2)
        for count, (_, number, end) in enumerate(sorted(ends)):
            found[number, end] = middle + gap * (count - (len(ends) - 1) / 2)
    return found


def _rank(steps: int) -> float:
    """Where at a node an arc to a node ``steps`` below it begins: nested arcs do not cross."""
    return -steps / 1e6 if steps < 0 else 2.0 - steps / 1e6
