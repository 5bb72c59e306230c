"""Quasi-identifiers: columns whose values together single rows out (Sweeney 2002, k-anonymity).

Who knows such values of a person from elsewhere finds that person's row. Found are sets of up to
three columns, by how many rows are alone, or in a group of few, in the whole table.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import groupby, islice

import numpy as np

from synth.audit.group_sizes import ColumnSet, GroupSizes
from synth.metrics.protected import protected_columns
from synth.profiling.keys import KEY_ROWS, KEY_SHARE, key_candidates
from synth.profiling.table_profile import TableProfile
from synth.statistics.column_state import ColumnState
from synth.table.limits import MIN_ENTITIES
from synth.table.name_words import name_words

MOST_COLUMNS = 12  # that take part: 298 sets of up to three
FEW = 5  # rows: the least size of a group that statistical offices commonly ask for
LEAST_SHARE = 0.01  # of rows that a set leaves alone: below it a set is no finding
ADDED_SHARE = 0.05  # of rows that a further column must single out: beyond the noise of the sample
MOST_OF_EACH = 6  # sets of one, two and three columns, of persons' columns and of others

# What an acquaintance or a public register knows, besides what the law protects; English, German,
# French, Spanish, Italian, Portuguese, Dutch, Polish, as whole words of a name without accents.
_WORDS = (
    "birth birthdate birthday birthyear dob geburtsdatum geburtsjahr geburtstag geburtsort "
    "naissance nacimiento nascita nascimento geboortedatum geboortejaar urodzenia death zip "
    "zipcode postcode postal plz postleitzahl city town village county state province region "
    "country municipality district address street neighborhood neighbourhood wohnort stadt "
    "gemeinde bundesland strasse ville commune departement pays ciudad municipio provincia "
    "pais comune citta paese cidade estado stad woonplaats gemeente miasto wojewodztwo kraj "
    "occupation job profession employer workclass beruf arbeitgeber emploi metier employeur "
    "profesion ocupacion professione occupazione profissao ocupacao beroep werkgever zawod "
    "education school university bildung schulabschluss diplome educacion istruzione educacao "
    "opleiding wyksztalcenie relationship children household language firstname lastname "
    "surname vorname nachname prenom apellido cognome sobrenome achternaam admission"
)
_KNOWN_OF_PERSONS = frozenset(_WORDS.split())
_NAMES_OF_PERSONS = frozenset({"first", "last", "middle", "given", "family", "maiden", "full"})


@dataclass(frozen=True)
class QuasiColumns:
    """The columns that take part, and of every other one why it does not.

    ``described``: those whose names speak of what others know of a person.
    """

    columns: tuple[str, ...]
    described: tuple[str, ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class QuasiIdentifier:
    """What a set of columns singles out, as shares of all rows in [0, 1].

    ``unique_share``: alone with their values; ``share_below_5`` and ``share_below_11``: in groups
    of fewer rows than that; ``distinct``: combinations of values; ``standard_error``: the largest
    of the three shares', 0 where they are exact; ``describes_person``: what others know of a
    person, by the columns' names.
    """

    columns: ColumnSet
    unique_share: float
    share_below_5: float
    share_below_11: float
    distinct: float
    standard_error: float
    describes_person: bool = False


def quasi_columns(profile: TableProfile, most: int = MOST_COLUMNS) -> QuasiColumns:
    """The columns whose combinations are looked at.

    First those that by their name describe a person, then by falling entropy. Keys single a row out
    by themselves, and a person knows none from elsewhere; so does a column of nearly as many values
    as rows, which is left out unless its name describes a person; a constant tells nothing.
    """
    keys = {c.name for c in profile.schema if c.key} | set(key_candidates(profile))
    names = profile.schema.names
    described = person_columns(names)
    reasons = {name: _reason(profile[name], name in keys, name in described) for name in names}
    able = [name for name in names if reasons[name] is None]
    able.sort(key=lambda name: (name not in described, -entropy(profile[name])))
    beyond = f"beyond the {most} columns that describe a person or vary most"
    reasons |= dict.fromkeys(able[most:], beyond)
    left_out = tuple((name, reason) for name, reason in reasons.items() if reason is not None)
    taken = tuple(able[:most])
    return QuasiColumns(taken, tuple(n for n in taken if n in described), left_out)


def person_columns(names: Iterable[str]) -> tuple[str, ...]:
    """Those of the names that speak of what others know of a person.

    >>> person_columns(["zip_code", "age", "zipped", "Wohnort", "nameLast", "product name"])
    ('zip_code', 'age', 'Wohnort', 'nameLast')
    """
    names = tuple(names)
    protected = set(protected_columns(names))
    return tuple(name for name in names if name in protected or _is_known(set(name_words(name))))


def _is_known(words: set[str]) -> bool:
    return bool(words & _KNOWN_OF_PERSONS or ("name" in words and words & _NAMES_OF_PERSONS))


def entropy(state: ColumnState) -> float:
    """Shannon's entropy of a column's values in bits; what few rows hold, as if spread evenly."""
    counted = state.counted.counts
    counts = np.array(list(counted.values()) if isinstance(counted, dict) else counted, np.float64)
    rest = state.rows - float(counts.sum())
    others = max(state.distinct.estimate() - len(counts), 1.0)
    shares = np.append(counts, rest / others)
    shares = shares[shares > 0] / max(state.rows, 1)
    weights = np.ones(len(shares))
    if rest > 0:
        weights[-1] = others
    return float(-(weights * shares * np.log2(shares)).sum())


def quasi_identifiers(
    groups: GroupSizes, described: Collection[str] = (), *, most_of_each: int = MOST_OF_EACH
) -> tuple[QuasiIdentifier, ...]:
    """The sets that leave rows alone: the smallest first, ``described`` columns first among them.

    Then by falling unique share. A set is listed if it leaves at least ``LEAST_SHARE`` of the rows
    alone, and ``ADDED_SHARE`` more than every listed set that it contains. Of columns that tell
    each other (a code and its name) the first stands for all.
    """
    spare = _told_by_another(groups)
    minimal: list[QuasiIdentifier] = []
    for columns in sorted(groups.sets, key=len):
        if spare & set(columns):
            continue
        found = measured(groups, columns, described)
        known = [own.unique_share for own in minimal if set(own.columns) < set(columns)]
        if found.unique_share >= (max(known) + ADDED_SHARE if known else LEAST_SHARE):
            minimal.append(found)
    kinds = [(len(own.columns), not own.describes_person) for own in minimal]
    ranked = sorted(zip(kinds, minimal, strict=True), key=lambda o: (o[0], -o[1].unique_share))
    return tuple(
        own
        for _, of_kind in groupby(ranked, key=lambda one: one[0])
        for _, own in islice(of_kind, most_of_each)
    )


def measured(
    groups: GroupSizes, columns: ColumnSet, described: Collection[str] = ()
) -> QuasiIdentifier:
    """The figures of one set; KeyError for a set that is not counted."""
    own = groups.of(columns)
    unique, below_5, below_11 = (own.share(1, below - 1) for below in (2, FEW, MIN_ENTITIES))
    return QuasiIdentifier(
        columns,
        unique_share=unique.value,
        share_below_5=below_5.value,
        share_below_11=below_11.value,
        distinct=own.distinct.value,
        standard_error=max(each.standard_error for each in (unique, below_5, below_11)),
        describes_person=set(columns) <= set(described),
    )


def _told_by_another(groups: GroupSizes) -> set[str]:
    """Columns of which another, earlier one tells every value, and the other way round.

    Where most rows have a value of their own, any two columns tell each other by chance.
    """
    told: set[str] = set()
    for one, other in (own for own in groups.sets if len(own) == 2):
        if one in told or (one,) not in groups or (other,) not in groups:
            continue
        own = [groups.of(columns) for columns in ((one,), (other,), (one, other))]
        sizes = {len(each.counts) for each in own}
        repeat = 2 * max(sizes) <= groups.rows
        if repeat and len(sizes) == 1 and all(each.is_exact for each in own):
            told.add(other)
    return told


def _reason(state: ColumnState, is_key: bool, is_described: bool) -> str | None:
    """Why a column does not take part; None where it may."""
    distinct = state.distinct.estimate()
    if is_key:
        return "a key: it singles out every row"
    if distinct + (state.nulls > 0) <= 1:
        return "constant: it tells no rows apart"
    if not is_described and state.count >= KEY_ROWS and distinct >= KEY_SHARE * state.count:
        return "nearly as many values as rows: it singles rows out by itself"
    return None
