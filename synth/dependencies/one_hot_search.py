"""The search for one-hot groups: flags that cover every row, or are never set together."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from synth.dependencies.dependency import Family
from synth.dependencies.marks import PLAIN, Mark, is_flag_type, marks_of, turned
from synth.dependencies.one_hot import OneHot, states
from synth.dependencies.sample import FEW, Sample

MOST_COLUMNS = 400  # flags that a search looks at
MOST_TRIED = 20_000  # steps of one search for columns that cover every row
FEWEST_MEMBERS = 3  # of two columns one is a map of the other
APART = 0.1  # of the rows of a flag may have another of a group, where few rows may break it
CHANCE = 10  # times as many rows chance would break as do
TOGETHER = 10  # rows with two set that chance would have, for a column to belong to a group


def find(sample: Sample) -> list[OneHot]:
    """Groups of flags that are written alike, each column in one.

    Where few rows may break a rule, groups of which exactly one is set in all rows but few.
    """
    names = [name for name in sample.names if _may_be_flag(sample, name)]
    marks = marks_of({n: sample.columns[n] for n in names}, sample.settings.min_entities)
    rules: list[OneHot] = []
    search = _nearly if sample.settings.broken else _groups
    for alike in _alike(dict(list(marks.items())[:MOST_COLUMNS])):
        own = search(sample, alike)
        left = {n: m for n, m in alike.items() if not any(n in rule.columns for rule in own)}
        if len(set(alike.values())) == 1 and next(iter(alike.values())).off is not None:
            # Which of two texts says that a flag is set is not known: the rarer one may not.
            own += search(sample, {name: turned(mark) for name, mark in left.items()})
        rules += own
    return rules


def _may_be_flag(sample: Sample, name: str) -> bool:
    return is_flag_type(sample.type_of(name)) and 2 <= sample.distinct(name) <= 4


def _alike(marks: Mapping[str, Mark]) -> list[dict[str, Mark]]:
    """Flags that are written alike, and those of which each has two texts of its own."""
    groups: dict[object, dict[str, Mark]] = {}
    texts = [mark for mark in marks.values() if mark.off is not None]
    for name, mark in marks.items():
        way: object = mark
        if mark.off_is_null:
            way = "null"
        elif mark != PLAIN and texts.count(mark) == 1:
            way = "own"
        groups.setdefault(way, {})[name] = mark
    return list(groups.values())


def _groups(sample: Sample, marks: Mapping[str, Mark]) -> list[OneHot]:
    """Groups that cover every row, then columns that are never set together, each column once."""
    names = list(marks)
    if len(names) < 2:
        return []
    sets, known, _ = states(sample.columns, names, list(marks.values()))
    apart = _apart(sets)
    left = list(range(len(names)))
    rules: list[OneHot] = []
    for place in np.argsort(-sets.sum(0), kind="stable").tolist():
        group = _cover(place, sets, known, apart, left) if place in left else []
        if len(group) >= FEWEST_MEMBERS:
            rules.append(_rule(marks, group, 1))
            left = [other for other in left if other not in group]
    for place in np.argsort(-sets.sum(0), kind="stable").tolist():
        group = _alone(place, sets, apart, left) if place in left else []
        if len(group) > 1:
            rules.append(_rule(marks, group, 0))
            left = [other for other in left if other not in group]
    return rules


def _nearly(sample: Sample, marks: Mapping[str, Mark]) -> list[OneHot]:
    """Groups that cover every row but few, the most frequent flags first, each column once."""
    names = list(marks)
    if len(names) < FEWEST_MEMBERS:
        return []
    sets, known, _ = states(sample.columns, names, list(marks.values()))
    left = np.argsort(-sets.sum(0), kind="stable").tolist()
    rules: list[OneHot] = []
    for start in list(left):
        group = _nearly_apart(start, sets, left) if start in left else []
        if len(group) < FEWEST_MEMBERS or not _is_nearly_cover(group, sets, known, sample):
            continue
        first, *rest = (names[place] for place in group)
        rules.append(OneHot(first, tuple(rest)).with_marks(marks))
        left = [other for other in left if other not in group]
    return rules


def _nearly_apart(start: int, sets: np.ndarray, left: list[int]) -> list[int]:
    """Columns that are set in hardly a row in which ``start`` or another of them is."""
    group, union = [start], sets[:, start].copy()
    for place in left:
        own = sets[:, place]
        if place != start and (own & union).sum() <= APART * own.sum():
            group.append(place)
            union |= own
    return group


def _is_nearly_cover(group: list[int], sets: np.ndarray, known: np.ndarray, sample: Sample) -> bool:
    """Whether few rows have none or several set, and by chance many more would have."""
    rows = known[:, group].all(1)
    wrong = int((sets[rows][:, group].sum(1) != 1).sum())
    few = 0 < wrong <= sample.settings.broken * rows.sum()
    return few and _broken_by_chance(sets[:, group]) >= max(FEW, CHANCE * wrong)


def _rule(marks: Mapping[str, Mark], group: list[int], least: int) -> OneHot:
    names = list(marks)
    first, *rest = (names[place] for place in sorted(group))
    return OneHot(first, tuple(rest), least).with_marks(marks)


def _apart(sets: np.ndarray) -> np.ndarray:
    """Bool ``(columns, columns)``: which pairs are set together in no row."""
    numbers = sets.astype(np.float32)
    apart: np.ndarray = (numbers.T @ numbers) == 0
    np.fill_diagonal(apart, False)
    return apart


def _cover(
    start: int, sets: np.ndarray, known: np.ndarray, apart: np.ndarray, left: list[int]
) -> list[int]:
    """Columns with ``start`` of which exactly one is set in each row that lacks none of them.

    An exact cover of the rows' patterns (Knuth 2000, Algorithm X), given up after ``MOST_TRIED``
    steps; nothing where there is none, or chance alone would make one.
    """
    able = [place for place in left if place != start and apart[start, place]]
    if not able:
        return []
    rows = known[:, [start, *able]].all(1)
    if rows.sum() < FEW:
        return []
    patterns = np.unique(sets[rows][:, [start, *able]], axis=0)
    open_rows = patterns[~patterns[:, 0]][:, 1:]
    found = _search_cover(open_rows, apart[able][:, able])
    group = [start, *(able[place] for place in found)] if found is not None else []
    return group if group and _is_surprising(sets[:, group]) else []


def _search_cover(rows: np.ndarray, apart: np.ndarray) -> list[int] | None:
    """Columns, pairwise ``apart``, of which each row has exactly one."""
    start: list[int] = []
    waiting = [(start, np.ones(len(rows), bool), np.ones(len(apart), bool))]
    for _ in range(MOST_TRIED):
        if not waiting:
            return None
        chosen, uncovered, usable = waiting.pop()
        if not uncovered.any():
            return chosen
        choices = (rows & usable)[uncovered]
        row = choices[int(np.argmin(choices.sum(1)))]
        for place in np.flatnonzero(row)[::-1].tolist():
            waiting.append(([*chosen, place], uncovered & ~rows[:, place], usable & apart[place]))
    return None


def _is_surprising(sets: np.ndarray) -> bool:
    """Whether columns that had nothing to do with each other would break the rule in some rows."""
    return _broken_by_chance(sets) >= FEW


def _broken_by_chance(sets: np.ndarray) -> float:
    """In how many rows columns that had nothing to do with each other would not be set once."""
    share = sets.mean(0)
    none = np.prod(1 - share)
    one = none * (share / np.maximum(1 - share, 1e-12)).sum()
    return float((1 - one) * len(sets))


def _alone(start: int, sets: np.ndarray, apart: np.ndarray, left: list[int]) -> list[int]:
    """Columns that are set in no row in which ``start`` or another of them is, but by no chance."""
    group, union = [start], sets[:, start].copy()
    for place in sorted(left, key=lambda place: (-sets[:, place].sum(), place)):
        if place == start or not apart[place, group].all():
            continue
        if union.mean() * sets[:, place].sum() >= TOGETHER:
            group.append(place)
            union |= sets[:, place]
    return group


FAMILY = Family("one-hot groups", (OneHot,), find)
