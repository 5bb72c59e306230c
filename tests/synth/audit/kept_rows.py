"""What tests ask of states that are kept: the same design without a row, and what was counted."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from synth.audit.content_state import ContentState
from synth.audit.kept import KeptProfile
from synth.audit.kept_design import design_to_bytes
from synth.metrics.gram import GramState
from synth.profiling.stored_profile import StoredProfile


def emptied(kept: KeptProfile) -> KeptProfile:
    """The same design with no row counted."""
    assert kept.pairs is not None
    pairs = replace(kept.pairs, state=kept.pairs.design.counting.new())
    columns, content = StoredProfile(kept.schema), ContentState(kept.schema)
    return KeptProfile(kept.schema, columns, content, pairs)


def read_again(kept: KeptProfile) -> KeptProfile:
    """As it is written and read."""
    states = kept.states()
    return KeptProfile.of(states["columns"], states.get("pairs"), kept.schema)


def counts(kept: KeptProfile) -> tuple[Any, ...]:
    """Histograms, groups of rows and near-duplicates as bytes, and the evidence for each rule."""
    assert kept.pairs is not None
    learned, groups, alike = kept.pairs.state.parts
    histograms, _, rules, _ = learned.state.parts
    evidence = [found.to_json() for found in rules.found()]
    return histograms.to_bytes(), groups.to_bytes(), alike.to_bytes(), evidence


def products(kept: KeptProfile) -> GramState:
    """The sums of products of its numbers."""
    assert kept.pairs is not None
    found: GramState = kept.pairs.state.parts[0].state.parts[1]
    return found


def laid_open(kept: KeptProfile) -> bytes:
    """All that is kept, without the compression that would hide a value from who looks for it."""
    parts = [kept.states()["columns"]]
    if kept.pairs is not None:
        facts = json.dumps(kept.pairs.facts.to_json()).encode()
        parts += [facts, design_to_bytes(kept.pairs.design), kept.pairs.state.to_bytes()]
    return b"".join(parts)
