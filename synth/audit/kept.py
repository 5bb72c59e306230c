"""What may be kept of an audit, so that rows which are added later are added to it.

Of sensitive columns, found or named, it has counts and no value: they are not among those whose
pairs, rules and groups of rows are kept. Of the others it holds values, also beside each other.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from typing import Any

from synth.audit.content import SensitiveContent
from synth.audit.content_state import ContentState
from synth.audit.counting import Counting
from synth.audit.design import Design
from synth.audit.exact_keys import Keys
from synth.audit.kept_design import design_from_bytes, design_to_bytes
from synth.profiling.stored_profile import StoredProfile, hidden
from synth.statistics.state import State
from synth.statistics.together import Together, apart, joined
from synth.table.schema import TableSchema

COLUMNS, PAIRS = "columns", "pairs"  # the parts by which the states are kept
FORMAT = 1  # one more where counts of pairs are made or read in another way than before


@dataclass(frozen=True)
class FirstFacts:
    """What the first profile said besides its states; no value stands in it.

    ``rows`` that it was of; ``least`` that share a value which its bins tell; ``words`` of a text
    column's values on average; ``content`` of free text in a sample, and ``notes`` on that search.
    """

    rows: int
    least: int
    words: Mapping[str, float]
    content: tuple[SensitiveContent, ...] = ()
    notes: tuple[str, ...] = ()
    keys: Keys = field(default_factory=Keys)

    def to_json(self) -> dict[str, Any]:
        """All fields."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> FirstFacts:
        """What :meth:`to_json` wrote."""
        confirmed, refuted = (
            tuple(tuple(own) for own in data["keys"][name]) for name in ("confirmed", "refuted")
        )
        content = tuple(SensitiveContent(**own) for own in data["content"])
        rows, least, words = data["rows"], data["least"], data["words"]
        return cls(rows, least, words, content, tuple(data["notes"]), Keys(confirmed, refuted))


@dataclass(frozen=True)
class KeptPairs:
    """Pairs of columns, rules and groups of rows, counted by the design of the first profile."""

    design: Design
    state: Together
    facts: FirstFacts

    def to_bytes(self) -> bytes:
        """All of it, without pickle."""
        told = {"format": FORMAT, **self.facts.to_json()}
        facts = json.dumps(told, ensure_ascii=False).encode()
        state = zlib.compress(self.state.to_bytes(), level=1)  # counts by values repeat a lot
        return joined([facts, design_to_bytes(self.design), state])

    @classmethod
    def from_bytes(cls, data: bytes) -> KeptPairs:
        """What :meth:`to_bytes` wrote; ValueError for anything else."""
        try:
            told, own, state = apart(data)
            facts = json.loads(told)
            if facts.pop("format") != FORMAT:
                raise ValueError("they are of another format")
            design, found = design_from_bytes(own), FirstFacts.from_json(facts)
            return cls(design, design.counting.load(zlib.decompress(state)), found)
        except Exception as error:  # JSON, Arrow, zlib: each fails in its own way
            raise ValueError("these are no counts of pairs that this version reads") from error


@dataclass(frozen=True)
class Recount:
    """Empty states, and their bytes read again: it goes to where rows are, without any counts."""

    schema: TableSchema
    pairs: Counting | None

    def new(self) -> Together:
        """An empty state."""
        parts: list[State] = [StoredProfile(self.schema), ContentState(self.schema)]
        return Together(parts if self.pairs is None else [*parts, self.pairs.new()])

    def load(self, data: bytes) -> Together:
        """What a state of :meth:`new` has written."""
        loads: list[Callable[[bytes], State]] = [
            partial(StoredProfile.from_bytes, schema=self.schema),
            partial(ContentState.from_bytes, schema=self.schema),
        ]
        return Together.from_bytes(data, loads if self.pairs is None else [*loads, self.pairs.load])


@dataclass(frozen=True)
class KeptProfile:
    """The states of a table of this schema, which marks what is sensitive; ``pairs`` if any."""

    schema: TableSchema
    columns: StoredProfile
    content: ContentState
    pairs: KeptPairs | None = None

    @property
    def rows(self) -> int:
        """Rows that were seen."""
        return self.columns.rows

    def states(self) -> dict[str, bytes]:
        """The parts as bytes; :meth:`of` reads them."""
        parts = {COLUMNS: Together([self.columns, self.content]).to_bytes()}
        return parts if self.pairs is None else {**parts, PAIRS: self.pairs.to_bytes()}

    @classmethod
    def of(cls, columns: bytes, pairs: bytes | None, schema: TableSchema) -> KeptProfile:
        """From the parts, that of pairs if there is one; an error where a part is damaged."""
        profile, content = Recount(schema, None).load(columns).parts
        return cls(schema, profile, content, None if pairs is None else KeptPairs.from_bytes(pairs))

    @property
    def recount(self) -> Recount:
        """The states that count further rows as these were counted."""
        return Recount(self.schema, None if self.pairs is None else self.pairs.design.counting)

    def add(self, state: Together) -> None:
        """Add the rows that a state of its recount has seen."""
        columns, content, *pairs = state.parts
        self.columns.merge(columns)
        self.content.merge(content)
        if self.pairs is not None:
            self.pairs.state.merge(pairs[0])

    def with_keys(self, keys: Keys) -> KeptProfile:
        """The same with what is known of keys by now."""
        if self.pairs is None:
            return self
        facts = replace(self.pairs.facts, keys=keys)
        return replace(self, pairs=replace(self.pairs, facts=facts))

    def without(self, names: Collection[str]) -> KeptProfile:
        """The same where these columns are sensitive as well: counts of them, and no pairs at all.

        The counts of the others may rest on them: how values are grouped, which rules were found.
        """
        schema = self.schema.marked(sensitive=names)
        return KeptProfile(schema, hidden(self.columns, schema), self.content)
