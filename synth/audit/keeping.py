"""What is counted of a table so that it may be kept: without its sensitive columns.

Where a table has none, what is told is kept as it is. Else bins, rules and sets of rows are looked
for a second time among the others alone, so that nothing that is kept rests on a sensitive value,
and are counted in the same scan.
"""

from __future__ import annotations

from synth.audit.content import found
from synth.audit.design import Design, designed
from synth.audit.exact_keys import Keys
from synth.audit.first_scan import First
from synth.audit.kept import FirstFacts, KeptPairs, KeptProfile
from synth.audit.text_words import mean_words
from synth.profiling.stored_profile import without_values
from synth.statistics.together import Together


def kept_design(first: First, least: int, design: Design) -> Design | None:
    """The design of what is kept: that of the table, where no column is sensitive.

    None where all are.
    """
    opened = without_values(first.profile).profile
    names = list(opened.schema.names)
    if len(names) == len(first.profile.schema):
        return design
    return designed(opened, first.sample.select(names), least) if names else None


def kept_of(
    first: First, least: int, design: Design | None, state: Together | None, keys: Keys
) -> KeptProfile:
    """What is kept of a profile of the whole table: ``state`` was counted by the ``design``."""
    columns = without_values(first.profile)
    kept = KeptProfile(first.profile.schema, columns, first.state)
    if design is None or state is None:
        return kept
    by_patterns = found(first.state)
    facts = FirstFacts(
        first.profile.rows,
        least,
        mean_words(first.sample.select(list(columns.profile.schema.names))),
        tuple(one for one in first.content if one not in by_patterns),
        first.free_text_notes,
        keys,
    )
    return KeptProfile(kept.schema, columns, first.state, KeptPairs(design, state, facts))
