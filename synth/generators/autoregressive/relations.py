"""How a table's codes are associated: what order, wiring and embeddings go by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from synth.generators.autoregressive.association import association, coarse
from synth.generators.autoregressive.prediction import Prediction, Source
from synth.table.sub_column import SubColumn, groups_of

PARENTS_ROWS = 16_000  # that the choice of parents reads
MOST_PARENTS = 6  # named for each sub-column
CANDIDATES = 12  # for them: those that predict best by themselves
VALUE_CELLS = 2**22  # rows times sub-columns that are read for what values predict
WORTH = 0.1  # nats that a value must add to its group, over all its readers
PAIR_CELLS = 2**16  # of two sub-columns: any two columns of one level, of 256 codes at most
ALL_PAIR_CELLS = 2**20  # of all sub-columns of a table together: 8 MB to count


@dataclass(frozen=True)
class Relations:
    """``association``: float64 ``(S, S)``, nats, the mutual information of each two sub-columns.

    ``value_embeddings``: for each sub-column of the second level whether both codes together, the
    value itself, predict more than the group does of those that it is a parent of: a flight number
    does, an amount does not. False for the others.

    ``parents``: for each sub-column those before it that predict it best together, the best first;
    its own group comes before all.

    ``tellers``: of a sub-column of which values tell much by themselves, as a flight number does of
    its times, those before it that tell much of it; of a place in a group also those of its group.
    None for the others, whatever tells them: what goes up and down together needs no table.
    """

    association: np.ndarray
    value_embeddings: tuple[bool, ...]
    parents: tuple[tuple[int, ...], ...]
    tellers: tuple[tuple[int, ...], ...]

    def to_json(self) -> dict[str, Any]:
        """All of it as JSON."""
        return {
            "association": self.association.tolist(),
            "value_embeddings": list(self.value_embeddings),
            "parents": [list(places) for places in self.parents],
            "tellers": [list(places) for places in self.tellers],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Relations:
        """What :meth:`to_json` wrote; an earlier version knew no ``tellers``."""
        parents = data["parents"]
        return cls(
            np.array(data["association"]),
            tuple(data["value_embeddings"]),
            tuple(map(tuple, parents)),
            tuple(map(tuple, data.get("tellers", [()] * len(parents)))),
        )


def partners(relations: Relations, sub_columns: Sequence[SubColumn]) -> tuple[int | None, ...]:
    """For each sub-column of the first level the one before it with which it is counted.

    The one most associated with it among those of the first level with which it has ``PAIR_CELLS``
    cells at most, in wide tables fewer; None where none is associated, and for those of the second
    level, which are counted in their groups.
    """
    groups = groups_of(sub_columns)
    most = min(PAIR_CELLS, ALL_PAIR_CELLS // max(len(sub_columns), 1))
    found: list[int | None] = []
    for place, (sub, group) in enumerate(zip(sub_columns, groups, strict=True)):
        candidates = [
            other
            for other in range(place)
            if groups[other] is None
            and sub_columns[other].cardinality * sub.cardinality <= most
            and relations.association[place, other] > 0
        ]
        if group is not None or not candidates:
            found.append(None)
        else:
            found.append(max(candidates, key=lambda other: relations.association[place, other]))
    return tuple(found)


def associations(codes: np.ndarray, sub_columns: Sequence[SubColumn]) -> np.ndarray:
    """``association`` of :class:`Relations`, from codes ``(rows, S)`` in any order.

    A place in a group means nothing by itself: the association of the value takes its place.
    """
    information = association(codes, [sub.cardinality for sub in sub_columns])
    columns = np.array([sub.column for sub in sub_columns])
    rows = codes[: max(VALUE_CELLS // max(len(sub_columns), 1), 1)]
    alone: dict[int, Prediction] = {}
    for place, group in enumerate(groups_of(sub_columns)):
        if group is None:
            continue
        by_group = Source.of(rows[:, group])
        by_value = Source.of(rows[:, group], rows[:, place])
        for other in np.flatnonzero(columns != columns[place]).tolist():
            if other not in alone:
                alone[other] = Prediction.of(rows[:, other], sub_columns[other].cardinality)
            found = alone[other].conditioned_on(by_group).conditioned_on(by_value)
            gain = max(information[place, other], found.gain(alone[other]))
            information[place, other] = information[other, place] = gain
    return information


def relations(
    codes: np.ndarray, sub_columns: Sequence[SubColumn], information: np.ndarray
) -> Relations:
    """The relations of codes ``(rows, S)`` in drawing order, given their associations.

    Parents are found by forward selection: what adds most on unseen rows to those before.
    """
    rows = codes[:PARENTS_ROWS]
    groups = groups_of(sub_columns)
    sources = [_sources(rows, sub_columns, place, group) for place, group in enumerate(groups)]
    parents, refined = [], np.zeros(len(sub_columns))
    telling: list[tuple[int, ...]] = []
    for place, group in enumerate(groups):
        prediction = Prediction.of(rows[:, place], sub_columns[place].cardinality)
        candidates = np.argsort(-information[place, :place], kind="stable")[:CANDIDATES].tolist()
        if group is not None:
            prediction, _ = _better(prediction, sources[group])
            candidates = [other for other in candidates if other != group]
        chosen = _selected(prediction, {other: sources[other] for other in candidates})
        for other, gain in chosen.items():
            refined[other] += max(gain, 0.0)
        parents.append(tuple(chosen if group is None else [group, *chosen]))
        told = [other for other, gain in chosen.items() if gain > WORTH]
        if all(groups[other] is None for other in told):
            told = []
        if group is not None:
            told += telling[group]
        telling.append(tuple(dict.fromkeys(told)))
    by_value = [
        group is not None and bool(gain > WORTH)
        for group, gain in zip(groups, refined, strict=True)
    ]
    settled = (_settled(own, by_value, groups) for own in parents)
    return Relations(information, tuple(by_value), tuple(settled), tuple(telling))


def _settled(
    parents: Sequence[int], by_value: Sequence[bool], groups: Sequence[int | None]
) -> tuple[int, ...]:
    """Places after their groups, without which they mean nothing; embedded values need no group."""
    found: list[int] = []
    for place in parents:
        group = groups[place]
        found += [place] if group is None or by_value[place] else [group, place]
    needless = {groups[place] for place in found if by_value[place]}
    return tuple(dict.fromkeys(place for place in found if place not in needless))


def _sources(
    codes: np.ndarray, sub_columns: Sequence[SubColumn], place: int, group: int | None
) -> tuple[Source, ...]:
    """What a sub-column predicts by, from coarse to fine: bins, codes, values."""
    first = place if group is None else group
    found = [Source.of(coarse(codes[:, first], sub_columns[first].cardinality))]
    found.append(Source.of(codes[:, first]))
    if group is not None:
        found.append(Source.of(codes[:, group], codes[:, place]))
    return tuple(found if found[0].size < found[1].size else found[1:])


def _better(prediction: Prediction, sources: Sequence[Source]) -> tuple[Prediction, float]:
    """With what the sources predict, from coarse to fine as far as the finer ones add to it.

    Also how much the finest adds to those before it, in nats.
    """
    best = moved = prediction
    gain = 0.0
    for source in sources:
        moved = moved.conditioned_on(source)
        gain = moved.gain(best)
        if best is prediction or gain > 0:
            best = moved
    return best, gain


def _selected(
    prediction: Prediction, candidates: dict[int, tuple[Source, ...]]
) -> dict[int, float]:
    """What adds most, then what adds most to that; once nothing adds, the least harmful follow.

    Each with how much its finest source adds to the others. All are tried anew each time that
    something was added: what predicts nothing by itself may predict much together with another.
    """
    chosen: dict[int, float] = {}
    left, gained = list(candidates), True
    while left and len(chosen) < MOST_PARENTS:
        if gained:
            tried = {place: _better(prediction, candidates[place]) for place in left}
            gains = {place: moved.gain(prediction) for place, (moved, _) in tried.items()}
        best = max(left, key=gains.__getitem__)
        moved, chosen[best] = tried[best]
        left.remove(best)
        gained = gains[best] > 0
        if gained:
            prediction = moved
    return chosen
