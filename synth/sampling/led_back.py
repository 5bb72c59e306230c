"""What follows from values that are given: other values, and the codes of learned ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.dependencies.grid import grid_of
from synth.encode import TableEncoder
from synth.encode.parented import ParentedEncoding
from synth.sampling.condition import Condition
from synth.table.errors import InputError
from synth.table.schema import arrow_type


@dataclass(frozen=True)
class LedBack:
    """Values of conditions, and what formulas lead back to from them."""

    conditions: tuple[Condition, ...]
    encoder: TableEncoder

    def known_and_codes(
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
        for name, array in self.led_back(known, rows).items():
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

    def led_back(self, known: dict[str, pa.Array], rows: int) -> dict[str, pa.Array]:
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

    def require_rules(self, known: dict[str, pa.Array]) -> None:
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

    def require_keys(self, known: dict[str, pa.Array]) -> None:
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
