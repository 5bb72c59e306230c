"""Conditions as a generator takes them: codes that are given, and weights of those that may do.

A condition on what is determined passes to what it follows from: where a formula leads back to one
value of a source, that is given; else the source's codes are weighed by whether the rules lead from
their values to one that is wanted. What weights cannot tell is looked at in the rows that are made
(:mod:`synth.sampling.meeting`): weights leave no row out that would do.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.dependencies.columns import equal
from synth.dependencies.dependency import Dependency
from synth.dependencies.grid import grid_of
from synth.encode import TableEncoder
from synth.encode.parented import ParentedEncoding
from synth.encode.portion import Portion, Wanted
from synth.generators.weights import CodeWeights, Weighting, row_weights, taken
from synth.sampling.condition import FREE, Condition, Other
from synth.sampling.routes import Lagged, Route
from synth.table.errors import InputError
from synth.table.schema import arrow_type


@dataclass(frozen=True)
class Asked:
    """What rows are asked: ``codes`` ``(n, S)`` where ``given``, and ``weights`` of the others.

    ``chosen`` has the choice of each condition; ``known`` the values that are given or follow from
    these, null in the other rows. ``portions``: by column, of which portion each row's value is to
    be (``FREE`` for none), and the portions.
    """

    encoder: TableEncoder
    conditions: tuple[Condition, ...]
    chosen: tuple[np.ndarray, ...]
    codes: np.ndarray
    given: np.ndarray
    weights: Weighting
    known: dict[str, pa.Array]
    portions: dict[str, tuple[np.ndarray, list[Portion]]]

    def take(self, rows: np.ndarray) -> Asked:
        """The same of some of the rows, each as often as it is named."""
        return Asked(
            self.encoder,
            self.conditions,
            tuple(own[rows] for own in self.chosen),
            self.codes[rows],
            self.given[rows],
            taken(self.weights, rows),
            {name: array.take(pa.array(rows)) for name, array in self.known.items()},
            {name: (own[rows], all_) for name, (own, all_) in self.portions.items()},
        )

    @property
    def classes(self) -> np.ndarray:
        """Whole numbers ``(n,)``: rows of one class are asked the same."""
        keys = np.stack([np.zeros(len(self.codes), np.int64), *self.chosen], axis=1)
        return np.unique(keys, axis=0, return_inverse=True)[1].reshape(-1)

    def values(self, codes: np.ndarray, rng: np.random.Generator) -> dict[str, pa.Array]:
        """What is known of the rows of these codes: given values, and those drawn in portions."""
        known = dict(self.known)
        for name, (pattern, portions) in self.portions.items():
            own = codes[:, self.encoder.codes_of[self.encoder.schema.names.index(name)]]
            kind = arrow_type(self.encoder.schema[name].type)
            parts, places = [pa.nulls(1, kind)], np.zeros(len(codes), np.int64)
            count = 1
            for place, portion in enumerate(portions):
                rows = np.flatnonzero(pattern == place)
                if portion.draw is not None and len(rows):
                    parts.append(portion.draw(own[rows], rng))
                    places[rows] = count + np.arange(len(rows))
                    count += len(rows)
            drawn = pa.concat_arrays(parts).take(pa.array(places))
            known[name] = pc.coalesce(known[name], drawn) if name in known else drawn
        return known

    def met(self, batch: pa.RecordBatch) -> np.ndarray:
        """Bool ``(n,)``: rows that are what their conditions ask.

        Values that are given stand as they are; of what is determined it is looked whether the rule
        leads to it.
        """
        found = np.ones(batch.num_rows, bool)
        columns = {name: batch.column(name) for name in batch.schema.names}
        for condition, chosen in zip(self.conditions, self.chosen, strict=True):
            name = condition.column
            steps = self.encoder.steps_to(name)
            is_set = chosen >= len(condition.values)
            is_own = self.encoder.determined_by(name) is None
            found &= (is_own & ~is_set) | condition.meets(columns[name], chosen)
            if steps:  # the last leads to the column itself
                rule = steps[-1].found.dependency
                held = rule.holds(columns)
                if not held.all():  # where the rule says nothing, what it would put back counts
                    said = rule.restore(columns, np.random.default_rng(0)).get(name, columns[name])
                    held |= equal(said, columns[name])
                found &= is_set | (chosen == FREE) | held
        return found

    def keeps_rules(self, batch: pa.RecordBatch) -> np.ndarray:
        """Bool ``(n,)``: rows that break no exact rule on a column that a condition is on."""
        columns = {name: batch.column(name) for name in batch.schema.names}
        names = {condition.column for condition in self.conditions}
        found = np.ones(batch.num_rows, bool)
        for _, broken in self.encoder.plan.breaking(columns, names):
            found &= ~broken
        return found


class Passing:
    """Conditions, and where they pass to; what is found out of codes is found out once."""

    def __init__(self, conditions: tuple[Condition, ...], encoder: TableEncoder):
        self.conditions, self.encoder = conditions, encoder
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
        known, codes, given = self._given(chosen, rows)
        weights, portions = self._weighed(chosen)
        self._require_some(portions, weights, codes, given)
        self._require_rules(known)
        self._require_keys(known)
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
        return any(name != condition.column for name in self._led_back(rows, 1))

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
            own = np.stack([self._asked_of(place, route, chosen) for place, route in routes], 1)
            kinds, which = np.unique(own, axis=0, return_inverse=True)
            which = which.reshape(-1)
            if (kinds == FREE).all():
                continue
            free = (kinds == FREE).all(1)
            found = [self._portion(source, tuple(kind.tolist())) for kind in kinds[~free]]
            pattern = np.where(free, FREE, np.cumsum(~free) - 1)[which]
            portions[source] = pattern, found
            start = self.encoder.codes_of[self.encoder.schema.names.index(source)].start
            for level in range(len(found[0].weights)):
                table = _stacked([portion.weights[level] for portion in found])
                group = start + level - 1 if table.shape[1] > 1 else None
                weights[start + level] = [CodeWeights(table, pattern, group)]
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

    def _require_rules(self, known: dict[str, pa.Array]) -> None:
        """InputError where values that are all given break a rule."""
        for step in self.encoder.plan.steps:
            rule = step.found.dependency
            is_used = rule.role == "rule" and step.mode != "exceptions" and not rule.is_open
            if not is_used or not known.keys() >= set(rule.columns):
                continue
            valid = np.logical_and.reduce([known[name].is_valid() for name in rule.columns])
            if (valid & ~rule.holds(known)).any():
                names = ", ".join(repr(one.column) for one in self.conditions)
                raise InputError(
                    f"given {names}: {rule.describe()}, which these values break: give others, "
                    "leave one of them out, or fit without this dependency (veto)"
                )

    def _require_keys(self, known: dict[str, pa.Array]) -> None:
        """InputError for a value of a column that others follow from, where no map holds it."""
        for step in self.encoder.plan.steps:
            rule = step.found.dependency
            if rule.replaces not in known or step.mode == "exceptions":
                continue
            source = known[rule.replaces]
            lost = np.asarray(source.is_valid()) & rule.replaced({rule.replaces: source})
            if rule.target in known:
                lost &= np.asarray(known[rule.target].is_null())
            if not lost.any():
                continue
            value = source[int(np.flatnonzero(lost)[0])].as_py()
            is_secret = self.encoder.schema[rule.replaces].sensitive
            raise InputError(
                f"given {rule.replaces!r}: {rule.describe()}, and too few rows of the table share "
                f"{'the value' if is_secret else repr(value)} for the model to know which "
                f"{rule.target!r} it has: give another, give {rule.target!r} too, or fit without "
                "this dependency (veto)"
            )

    def _asked_of(self, place: int, route: Route, chosen: tuple[np.ndarray, ...]) -> np.ndarray:
        """The choices of a condition, but values of a learned column: these are given."""
        own = chosen[place]
        is_own = not route.steps and self.encoder.determined_by(route.target) is None
        return np.where(own < len(self.conditions[place].values), FREE, own) if is_own else own

    def _given(
        self, chosen: tuple[np.ndarray, ...], rows: int
    ) -> tuple[dict[str, pa.Array], np.ndarray, np.ndarray]:
        """Known values by column, and the codes of learned ones with where they are given."""
        encoder, width = self.encoder, len(self.encoder.sub_columns)
        codes, given = np.zeros((rows, width), np.int32), np.zeros((rows, width), bool)
        known: dict[str, pa.Array] = {}
        exceptional = {s.target for s in encoder.plan.steps if s.mode == "exceptions"}
        for condition, own in zip(self.conditions, chosen, strict=True):
            is_value = (own >= 0) & (own < len(condition.values))
            name = condition.column
            if name in exceptional or not is_value.any():
                continue  # an exception, or as the rule says: seen in the rows that are made
            known[name] = condition.values.take(pa.array(own, mask=~is_value))
            encoding = encoder.encodings[encoder.schema.names.index(name)]
            if encoder.determined_by(name) is None and encoding.parent is None:
                place = encoder.codes_of[encoder.schema.names.index(name)]
                codes[is_value, place] = condition.codes[own[is_value]]
                given[is_value, place] = True
        for name, array in self._led_back(known, rows).items():
            encoding = encoder.encodings[encoder.schema.names.index(name)]
            if encoding.parent is not None and name not in known:
                continue  # told by its distance from another column, which is not known
            new = np.asarray(array.is_valid())
            if name in known:
                new &= np.asarray(known[name].is_null())
            known[name] = array
            if encoder.determined_by(name) is None and encoder.drawn_for(name) and new.any():
                valid = new
                self._require_inside(name, array.filter(pa.array(valid)))
                place = encoder.codes_of[encoder.schema.names.index(name)]
                coded = encoding.encode(array)
                codes[valid, place] = coded[valid]
                given[valid, place] = True
        self._give_lags(chosen, known, codes, given)
        return known, codes, given

    def _give_lags(
        self,
        chosen: tuple[np.ndarray, ...],
        known: dict[str, pa.Array],
        codes: np.ndarray,
        given: np.ndarray,
    ) -> None:
        """Set the codes of given values that are told by their distance from others, given too."""
        for condition, own in zip(self.conditions, chosen, strict=True):
            at = self.encoder.schema.names.index(condition.column)
            encoding, place = self.encoder.encodings[at], self.encoder.codes_of[at]
            is_value = (own >= 0) & (own < len(condition.values))
            is_drawn = self.encoder.determined_by(condition.column) is None
            if not isinstance(encoding, ParentedEncoding) or not is_drawn or not is_value.any():
                continue
            values, names = known[condition.column], self.encoder.schema
            columns = {
                name: known.get(name, pa.nulls(len(own), arrow_type(names[name].type)))
                for name in encoding.parents
            }
            parent = encoding.relation.reference(columns)
            alone = is_value & ~encoding.relation.can_lead(parent)
            objection = encoding.objection(values.filter(pa.array(alone))) if alone.any() else None
            if objection:
                raise InputError(f"given {condition.column!r}: {objection}")
            codes[is_value, place] = encoding.encode(values, parent)[is_value]
            given[is_value, place] = True

    def _require_inside(self, name: str, values: pa.Array) -> None:
        encoding = self.encoder.encodings[self.encoder.schema.names.index(name)]
        objection = encoding.objection(values) if len(values) else None
        if objection:
            names = ", ".join(repr(one.column) for one in self.conditions)
            raise InputError(
                f"given {names}: the rules lead from these values to one of {name!r}, and "
                f"{objection}"
            )

    def _led_back(self, known: dict[str, pa.Array], rows: int) -> dict[str, pa.Array]:
        """The known values, and those of sources to which formulas lead back, targets first."""
        found, schema = dict(known), self.encoder.schema
        for step in reversed(self.encoder.plan.steps):
            rule = step.found.dependency
            if rule.role != "rule" or step.mode == "exceptions" or rule.target not in found:
                continue
            columns = {
                name: found.get(name, pa.nulls(rows, arrow_type(schema[name].type)))
                for name in rule.columns
            }
            for source in rule.sources:
                led = rule.led_to(source, columns, self._decimals(source))
                if led is None or not led.is_valid().true_count:
                    continue
                led = led.cast(arrow_type(schema[source].type))
                found[source] = pc.coalesce(found[source], led) if source in found else led
        return found

    def _decimals(self, name: str) -> int:
        """The grid of a column's values."""
        encoding = self.encoder.encodings[self.encoder.schema.names.index(name)]
        kind = arrow_type(self.encoder.schema[name].type)
        if pa.types.is_floating(kind):
            return encoding.drawn_decimals
        grid = grid_of(pa.array([], kind))
        return 0 if grid is None else grid


def _stay(rule: Dependency, values: pa.Array) -> np.ndarray:
    """Which values of the source that the rule replaces values of are kept."""
    kept: np.ndarray = ~rule.replaced({str(rule.replaces): values})
    return kept


def _stacked(tables: list[np.ndarray]) -> np.ndarray:
    """Tables ``(1 or groups, K)`` as one ``(patterns, groups, K)``."""
    groups = max(len(table) for table in tables)
    wide = [np.broadcast_to(table, (groups, table.shape[1])) for table in tables]
    return np.stack(wide).astype(np.float32)
