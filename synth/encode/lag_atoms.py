"""What a sample says of a column and its parent: values that stand for something, and stand-ins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from synth.dependencies.columns import first_present
from synth.dependencies.sample import Sample
from synth.table.limits import HEAVY_SHARE
from synth.table.values import to_numbers

if TYPE_CHECKING:
    from synth.encode.parented import Parented

OFTEN = 5  # a value of so many times the mean value's rows stands for something: "open", "unknown"
USUAL = (0.005, 0.995)
MOSTLY = 0.5
Relation = TypeVar("Relation", bound="Parented")


def atoms_of(sample: Sample, name: str) -> tuple[int | float, ...]:
    """Values that many more rows hold than the mean value: they stand for something."""
    numbers, valid = to_numbers(sample.columns[name], sample.type_of(name))
    values, rows = np.unique(numbers[valid], return_counts=True)
    if not len(values):
        return ()
    least = max(HEAVY_SHARE * sample.rows, OFTEN * rows.mean(), sample.settings.min_entities)
    return tuple(values[rows >= least].tolist())


def odd_atoms(sample: Sample, relation: Parented) -> tuple[int | float, ...]:
    """Of the atoms those that mostly lie elsewhere than the lag from the parent leads to.

    A price that many rows hold follows from the list price all the same; a 0 for "free" does not.
    """
    own = sample.columns[relation.target]
    numbers, _ = to_numbers(own, relation.type)
    lag, valid = relation.lag(relation.reference(sample.columns), own)
    atoms = atoms_of(sample, relation.target)
    usual = lag[valid & ~np.isin(numbers, atoms)]
    if not len(usual):
        return ()
    first, last = np.quantile(usual, USUAL)
    here = (lag >= first) & (lag <= last)
    rows = [here[valid & (numbers == atom)] for atom in atoms]
    return tuple(
        a for a, near in zip(atoms, rows, strict=True) if len(near) and near.mean() < 1 - MOSTLY
    )


def odd_parents(sample: Sample, relation: Parented) -> tuple[int | float, ...]:
    """Values of the parent that many rows hold, and from which no usual lag leads anywhere."""
    parent = sample.columns[relation.parent]
    numbers, _ = to_numbers(parent, sample.type_of(relation.parent))
    lag, valid = relation.lag(parent, sample.columns[relation.target])
    atoms = atoms_of(sample, relation.parent)
    usual = lag[valid & ~np.isin(numbers, atoms)]
    if not len(usual) or not atoms:
        return ()
    first, last = np.quantile(usual, USUAL)
    rows = [lag[valid & (numbers == atom)] for atom in atoms]
    far = [((own < first) | (own > last)).mean() if len(own) else 0 for own in rows]
    return tuple(atom for atom, share in zip(atoms, far, strict=True) if share > MOSTLY)


def with_stand_ins(sample: Sample, relation: Relation, others: Sequence[str]) -> Relation:
    """The relation with those of the other columns that are there where its parent is null."""
    found = list(relation.sources)
    own = np.asarray(sample.columns[relation.target].is_valid())
    for name in others:
        lacking = own & np.asarray(first_present(sample.columns, found).is_null())
        gained = lacking & np.asarray(sample.columns[name].is_valid())
        if name not in found and gained.sum() >= sample.settings.min_entities:
            found.append(name)
    return replace(relation, sources=tuple(found))
