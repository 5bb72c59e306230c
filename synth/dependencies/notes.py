"""What maps do not keep, in words for the user: keys that too few rows hold."""

from __future__ import annotations

from collections.abc import Iterable

from synth.dependencies.dependency import TOO_RARE, words
from synth.dependencies.evidence import Found
from synth.dependencies.plan import Plan
from synth.table.door import called

SURE = 100  # disagreements expected by chance of which there is none: the rule is no accident
MOST_NAMED = 12  # columns in one note
LEAST_SHARE = 0.001  # of the rows: less is not worth a word


def notes_on_rare_keys(plan: Plan, min_entities: int) -> tuple[str, ...]:
    """One note for each column whose rare values other columns follow from.

    Either they give way to frequent ones, together with what follows, or they are too many, and
    what is the same in all rows of one value is then drawn row by row.
    """
    used = [step.found for step in plan.steps if step.mode in ("drop", "repair") or step.binds]
    settled = {step.target for step in plan.steps if step.found.dependency.role == "rule"}
    back = {(name, found.dependency.target) for found in used for name in found.dependency.sources}
    open_rules = [
        left.found
        for left in plan.rejected
        if left.why == TOO_RARE
        and left.found.dependency.target not in settled
        # A column that tells another one is the same beside each of its values, as in the seed.
        and not any(
            (left.found.dependency.target, n) in back for n in left.found.dependency.sources
        )
    ]
    return (*_replaced(used, min_entities), *_not_kept(open_rules, min_entities))


def _replaced(used: Iterable[Found], min_entities: int) -> list[str]:
    notes = []
    for sources, rules in _by_sources(found for found in used if found.keys).items():
        rows = rules[0].complete or rules[0].rows
        rare = max(rows - found.supported for found in rules)
        if rare >= LEAST_SHARE * rows:
            targets = _named(found.dependency.target for found in rules)
            notes.append(
                f"{rare:,} of {rows:,} rows ({rare / rows:.1%}) hold a value of {words(sources)} "
                f"that fewer than {min_entities} rows share: synthetic rows hold one of the "
                f"{rules[0].keys:,} more frequent ones in its place, with what follows from it: "
                f"{targets}"
            )
    return notes


def _not_kept(rules: Iterable[Found], min_entities: int) -> list[str]:
    sure = [
        found for found in rules if (found.is_exact or found.is_bound) and found.by_chance >= SURE
    ]
    groups = sorted(_by_sources(sure).items(), key=lambda group: (len(group[0]), -len(group[1])))
    notes, told = [], set[str]()
    for sources, found in groups:
        targets = [f.dependency.target for f in found if f.dependency.target not in told]
        if set(sources) <= told or not targets:
            continue
        told |= {*targets, *(sources if len(sources) == 1 else ())}
        kept = found[0].supported / (found[0].complete or found[0].rows)
        one = _named(sources)
        notes.append(
            f"{_named(targets)}: the same in all rows of one {one} (as of a person or an article), "
            f"but only {kept:.1%} of the rows hold a value of it that {min_entities} rows share. "
            f"That is not learned yet: they are drawn row by row, so that one {one} may stand "
            f"beside several. Keep them in a table of one row for each {one} and join it, or set "
            f"{called('privacy.min_entities')} lower"
        )
    return notes


def _by_sources(rules: Iterable[Found]) -> dict[tuple[str, ...], list[Found]]:
    groups: dict[tuple[str, ...], list[Found]] = {}
    for found in rules:
        groups.setdefault(found.dependency.sources, []).append(found)
    return groups


def _named(names: Iterable[str]) -> str:
    found = [repr(name) for name in names]
    more = len(found) - MOST_NAMED
    return words((*found[:MOST_NAMED], *([f"{more} more columns"] if more > 0 else ())))
