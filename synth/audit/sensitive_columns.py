"""Which columns are taken for sensitive since their contents lead to single people."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

import pyarrow as pa

from synth.audit.content import SensitiveContent, found
from synth.audit.content_state import ContentState
from synth.audit.remedies import by
from synth.table.schema import TableSchema


@dataclass(frozen=True)
class Inference:
    """Whether columns that identify people are taken for sensitive, ``but`` for some of them."""

    infer: bool = True
    but: Collection[str] = ()

    def identifying(self, content: Iterable[SensitiveContent]) -> tuple[SensitiveContent, ...]:
        """The contents whose columns are taken for sensitive; doubtful ones are not."""
        if not self.infer:
            return ()
        return tuple(
            one
            for one in content
            if one.identifying and one.confidence != "low" and one.column not in self.but
        )

    def of_rows(
        self, batches: Iterable[pa.RecordBatch], schema: TableSchema
    ) -> tuple[SensitiveContent, ...]:
        """The same of a schema's columns in rows at hand."""
        if not self.infer:
            return ()
        state = ContentState(schema)
        for batch in batches:
            state.update(batch)
        return self.identifying(found(state))


NONE_INFERRED = Inference(infer=False)


def notes_on(assumed: Iterable[SensitiveContent]) -> Iterator[str]:
    """What is assumed of each of these columns, and what says otherwise."""
    for one in assumed:
        yield (
            f"column {one.column!r} is taken for sensitive ({one.kind}): its values are told "
            f"nowhere ({by('columns.not_sensitive')} says that it identifies nobody)"
        )
