"""Conditions as a generator takes them: codes that are given, and weights of those that may do.

A condition on what is determined passes to what it follows from: where a formula leads back to one
value of a source, that is given; else the source's codes are weighed by whether the rules lead from
their values to one that is wanted. What weights cannot tell is looked at in the rows that are made
(:mod:`synth.sampling.meeting`): weights leave no row out that would do.
"""

from __future__ import annotations

from functools import cached_property, partial

import numpy as np
import pyarrow as pa

from synth.dependencies.dependency import Dependency
from synth.encode import TableEncoder
from synth.encode.portion import Portion, Wanted
from synth.generators.weights import CodeWeights, Weighting, row_weights
from synth.sampling.asked import Asked
from synth.sampling.condition import FREE, Condition, Other
from synth.sampling.led_back import LedBack
from synth.sampling.routes import Lagged, Route
from synth.table.errors import InputError


class Passing:
    """Conditions, and where they pass to; what is found out of codes is found out once."""

    def __init__(self, conditions: tuple[Condition, ...], encoder: TableEncoder):
        self.conditions, self.encoder = conditions, encoder
        self._back = LedBack(conditions, encoder)
        self._portions: dict[tuple[str, tuple[int, ...]], Portion] = {}

    def ask(self, rows: int, rng: np.random.Generator, first_row: int = 0) -> Asked:
        """What the rows of a block are asked: one uniform per row and condition.

        Of given rows those from ``first_row`` on.
        """
        chosen = tuple(
            one.choose(rows, rng)
            if one.chosen is None
            else one.chosen[first_row : first_row + rows]
            for one in self.conditions
        )
        chosen = tuple(
            np.where(np.isin(own, self._everything[place]), FREE, own)
            for place, own in enumerate(chosen)
        )
        known, codes, given = self._back.known_and_codes(chosen, rows)
        weights, portions = self._weighed(chosen)
        self._require_some(portions, weights, codes, given)
        self._back.require_rules(known)
        self._back.require_keys(known)
        return Asked(self.encoder, self.conditions, chosen, codes, given, weights, known, portions)

    @cached_property
    def _everything(self) -> list[list[int]]:
        """By condition: choices of all other values where there are none, so that any will do."""
        return [
            [
                len(one.values) + place
                for place, own in enumerate(one.sets)
                if isinstance(own, Other) and self._is_impossible(one, len(one.values) + place)
            ]
            for one in self.conditions
        ]

    @cached_property
    def _touching(self) -> dict[str, list[tuple[int, Route]]]:
        """By learned column: the conditions that pass to it alone, and how."""
        found: dict[str, list[tuple[int, Route]]] = {}
        for place, condition in enumerate(self.conditions):
            sources = self.encoder.drawn_for(condition.column)
            if len(sources) == 1:
                steps = self.encoder.steps_to(condition.column)
                route = Route(self.encoder, sources[0], condition.column, steps)
                found.setdefault(sources[0], []).append((place, route))
            lagged = Lagged.of(self.encoder, condition.column)
            if lagged is not None:
                found.setdefault(lagged.source, []).append((place, lagged))
        return found

    def require_possible(self) -> None:
        """InputError for a choice to which no value of its source leads."""
        for place, condition in enumerate(self.conditions):
            for choice in range(len(condition.values) + len(condition.sets)):
                is_other = choice >= len(condition.values) and isinstance(
                    condition.sets[choice - len(condition.values)], Other
                )
                if condition.chosen is not None or is_other or not condition.shares[choice]:
                    continue
                if self._is_impossible(condition, choice):
                    self._refuse(condition, place)

    def _refuse(self, condition: Condition, place: int) -> None:
        name = condition.column
        rule = self.encoder.determined_by(name)
        if rule is None:
            raise InputError(f"given {name!r}: the model knows no value that is asked: give others")
        sources = ", ".join(map(repr, self.encoder.drawn_for(name)))
        raise InputError(
            f"given {name!r}: {rule}, and no value of {sources} that the model knows leads to what "
            "is asked: give another, or fit without this dependency (veto)"
        )

    def _is_impossible(self, condition: Condition, choice: int) -> bool:
        for source, routes in self._touching.items():
            for place, _ in routes:
                if self.conditions[place] is condition:
                    if not self.encoder.steps_to(condition.column) and choice < len(
                        condition.values
                    ):
                        return False  # a value that has been looked up
                    key = tuple(choice if at == place else FREE for at, _ in routes)
                    return self._portion(source, key).is_empty and not self._led(condition, choice)
        return False

    def _led(self, condition: Condition, choice: int) -> bool:
        """Whether a formula leads back from a value."""
        if choice >= len(condition.values):
            return False
        rows = {condition.column: condition.values.slice(choice, 1)}
        return any(name != condition.column for name in self._back.led_back(rows, 1))

    def _portion(self, source: str, choices: tuple[int, ...]) -> Portion:
        """Which codes of a learned column may do, for choices of the conditions touching it."""
        if (source, choices) not in self._portions:
            encoding = self.encoder.encodings[self.encoder.schema.names.index(source)]
            wanted = [
                route.wanted(self.conditions[place], choice)
                for (place, route), choice in zip(self._touching[source], choices, strict=True)
                if choice != FREE
            ]
            wanted += self._stays(source)
            self._portions[source, choices] = self._whole(source, encoding.portion(wanted))
        return self._portions[source, choices]

    def _stays(self, source: str) -> list[Wanted]:
        """That no map replaces a value by a key of its own: what conditions ask is not changed."""
        steps = self.encoder.plan.steps
        rules = [
            step.found.dependency
            for step in steps
            if step.mode in ("drop", "repair") and step.found.dependency.replaces == source
        ]
        return [Wanted(partial(_stay, rule)) for rule in rules]

    def _whole(self, source: str, portion: Portion) -> Portion:
        """With the code that says "as the rule has it", where there is one: it may do."""
        place = self.encoder.codes_of[self.encoder.schema.names.index(source)].start
        size, first = self.encoder.cardinalities[place], portion.weights[0]
        if first.shape[1] == size:
            return portion
        later = [
            np.concatenate([own, np.ones((1, own.shape[1]), np.float32)]) if len(own) > 1 else own
            for own in portion.weights[1:]
        ]
        one_more = np.concatenate([first, np.ones((1, 1), np.float32)], axis=1)
        return Portion((one_more, *later))

    def _weighed(
        self, chosen: tuple[np.ndarray, ...]
    ) -> tuple[Weighting, dict[str, tuple[np.ndarray, list[Portion]]]]:
        weights: dict[int, list[CodeWeights]] = {}
        portions: dict[str, tuple[np.ndarray, list[Portion]]] = {}
        for source, routes in self._touching.items():
            asked = np.stack([self._asked_of(place, route, chosen) for place, route in routes], 1)
            kinds, which = np.unique(asked, axis=0, return_inverse=True)
            which = which.reshape(-1)
            if (kinds == FREE).all():
                continue
            free = (kinds == FREE).all(1)
            found = [self._portion(source, tuple(kind.tolist())) for kind in kinds[~free]]
            pattern = np.where(free, FREE, np.cumsum(~free) - 1)[which]
            portions[source] = pattern, found
            start = self.encoder.codes_of[self.encoder.schema.names.index(source)].start
            numbered = np.where(
                pattern == FREE, len(found), pattern
            )  # the last leaves all as it is
            for level in range(len(found[0].weights)):
                own = [portion.weights[level] for portion in found]
                table = _stacked([*own, np.ones((1, own[0].shape[1]), np.float32)])
                group = start + level - 1 if table.shape[1] > 1 else None
                weights[start + level] = [CodeWeights(table, numbered, group)]
        return weights, portions

    def _require_some(
        self,
        portions: dict[str, tuple[np.ndarray, list[Portion]]],
        weights: Weighting,
        codes: np.ndarray,
        given: np.ndarray,
    ) -> None:
        """InputError where conditions together leave a column no value."""
        for source, (pattern, own) in portions.items():
            place = self.encoder.codes_of[self.encoder.schema.names.index(source)]
            is_given = given[:, place].all(1)
            inside = range(place.start, place.stop)
            share = row_weights({at: weights[at] for at in inside if at in weights}, codes)
            wrong = is_given & (share <= 0) & (pattern != FREE)
            for at, one in enumerate(own):
                wrong |= one.is_empty & ~is_given & (pattern == at)
            if wrong.any():
                names = [self.conditions[at].column for at, _ in self._touching[source]]
                rules = [self.encoder.determined_by(name) for name in names]
                because = "".join(f"; {rule}" for rule in rules if rule)
                raise InputError(
                    f"given {', '.join(map(repr, names))}: no value of {source!r} that the model "
                    f"knows meets what is asked{because}: give others, or leave one of them out"
                )

    def _asked_of(self, place: int, route: Route, chosen: tuple[np.ndarray, ...]) -> np.ndarray:
        """The choices of a condition, but values of a learned column: these are given."""
        own = chosen[place]
        is_own = not route.steps and self.encoder.determined_by(route.target) is None
        return np.where(own < len(self.conditions[place].values), FREE, own) if is_own else own


def _stay(rule: Dependency, values: pa.Array) -> np.ndarray:
    """Which values of the source that the rule replaces values of are kept."""
    kept: np.ndarray = ~rule.replaced({str(rule.replaces): values})
    return kept


def _stacked(tables: list[np.ndarray]) -> np.ndarray:
    """Tables ``(1 or groups, K)`` as one ``(patterns, groups, K)``."""
    groups = max(len(table) for table in tables)
    wide = [np.broadcast_to(table, (groups, table.shape[1])) for table in tables]
    return np.stack(wide).astype(np.float32)
