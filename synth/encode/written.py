"""Which columns are learned in their forms, once the whole table is known.

A form is recognised in a sample. One that makes values anew takes the place of a column only where
too few rows of the whole table share its values, and nothing follows from them: an article's code
tells its name and group as long as it is learned itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from synth.dependencies.finding import DependencySearch
from synth.dependencies.plan import Plan
from synth.encode.kinds import is_made_up
from synth.encode.settings import EncoderSettings
from synth.forms.find import settled
from synth.forms.table_forms import TableForms
from synth.profiling.table_profile import TableProfile
from synth.table.schema import TableSchema

ProfileOf = Callable[[TableForms, TableSchema], TableProfile]
SearchOf = Callable[[TableForms, TableProfile], DependencySearch]


@dataclass(frozen=True)
class Written:
    """A table as it is learned: its forms, and profile and sample of its learned columns.

    ``notes`` says what was assumed, and what columns lose whose values are made anew.
    """

    forms: TableForms
    profile: TableProfile
    sample: pa.RecordBatch
    notes: tuple[str, ...]


def read_in_forms(
    found: TableForms,
    assumed: Mapping[str, Sequence[str]],
    sample: pa.RecordBatch,
    settings: EncoderSettings,
    *,
    wanted: Collection[str],
    profile_of: ProfileOf,
    search_of: SearchOf,
) -> Written:
    """The table in the forms that were ``found`` in a sample of it, as far as they are needed.

    ``assumed`` has by column what is to be said of its form. ``wanted`` names columns whose form
    the user has given. ``profile_of`` profiles some learned columns of the whole table, as forms
    read them; ``search_of`` is the search for rules.
    """
    doubtful = {
        form.column.name
        for form in found.forms
        if form.is_made and not form.column.key and form.column.name not in wanted
    }
    plain = found.without(doubtful)
    profile = profile_of(plain, plain.learned)
    made = {name for name in doubtful if is_made_up(profile[name], settings)}
    lost: tuple[str, ...] = ()
    if made:
        plan = _plan_of(plain.read(sample), search_of(plain, profile), profile)
        rules = [step for step in plan.steps if step.found.dependency.role == "rule"]
        made -= {name for step in rules for name in step.columns}
        lost = _lost(plan, made, search_of(plain, profile))
        forms = found.without(doubtful - made)
        parts = {part for name in made for part in forms.parts_of(name)}
        new = profile_of(forms, forms.learned.select(parts))
        profile = profile.with_columns(forms.learned, new.columns_by_name())
    else:
        forms = plain
    forms, profile, rare = settled(forms, profile, settings.min_entities)
    said = (f"column {n!r}: {note}" for n in forms.by_column for note in assumed.get(n, ()))
    return Written(forms, profile, forms.read(sample), (*said, *rare, *lost))


def _plan_of(sample: pa.RecordBatch, search: DependencySearch, profile: TableProfile) -> Plan:
    """What the sample alone says of rules."""
    candidates = search.candidates(sample)
    verification = search.verification(candidates.rules)
    if candidates.rules:
        verification.update(sample)
    return search.settle(verification, profile)


def _lost(plan: Plan, made: set[str], search: DependencySearch) -> tuple[str, ...]:
    """What followed from values that are made anew, in words."""
    rules = [left for left in plan.rejected if made & set(left.found.dependency.sources)]
    return search.notes(replace(plan, steps=(), rejected=tuple(rules)))
