"""The audit of a table in memory: ``synth.profile(frame)``."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.arguments import listed, require_known, shown, whole
from synth.audit.audit import Audit
from synth.audit.engine import audit
from synth.audit.finding import Finding
from synth.audit.inclusion import Inclusion, InclusionCounts
from synth.audit.nested_frames import in_leaves
from synth.audit.question import AuditQuestion
from synth.audit.row_sample import ORDER
from synth.audit.source import Source
from synth.dependencies.composite_keys import count_distinct
from synth.encode import EncoderSettings
from synth.progress import following
from synth.report.audit_page import render_audit
from synth.statistics.state import State
from synth.table.door import OF_THE_JUDGE, in_memory
from synth.table.errors import InputError
from synth.table.frames import as_arrow, in_fields, learnable, read_twice

S = TypeVar("S", bound=State)
Frame = Any  # an Arrow table, a pandas or Polars DataFrame, a DuckDB relation
TITLE = "Table in memory"


@dataclass(frozen=True)
class Profile:
    """What an audit found: findings, and a page or JSON to keep."""

    audit: Audit

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The gravest first."""
        return self.audit.findings

    def save(self, path: str | Path) -> str:
        """Write the page (``.html``), or all of it as JSON (``.json``); InputError for others."""
        target = Path(path)
        if target.suffix == ".html":
            text = render_audit(self.audit)
        elif target.suffix == ".json":
            text = json.dumps(self.audit.to_json(), ensure_ascii=False, allow_nan=False)
        else:
            raise InputError(f"a profile is saved as .html or .json, however: {str(path)!r}")
        target.write_text(text, encoding="utf-8")
        return str(target)

    def __repr__(self) -> str:
        """The size of the table, and every finding in a line."""
        lines = [f"{self.audit.rows:,} rows, {len(self.audit.columns)} columns"]
        return "\n".join([*lines, *(found.words() for found in self.findings)])


@in_memory(OF_THE_JUDGE)
def profile(
    table: Frame,
    *,
    target: Any = None,
    positive: Any = None,
    sensitive: Iterable[Any] = (),
    keys: Iterable[Any] = (),
    purpose: str | None = None,
    infer_sensitive: bool = True,
    not_sensitive: Iterable[Any] = (),
    min_entities: int = EncoderSettings.min_entities,
    seed: int = 0,
    others: Mapping[str, Frame] | None = None,
    progress: bool | None = None,
) -> Profile:
    """What is in a table, what is dangerous in it, and whether synthesis is wise.

    ``target`` is what a downstream model predicts, ``positive`` the label that it looks for;
    ``purpose`` says in words what the synthetic table is for. Values that fewer than
    ``min_entities`` rows share, and those of ``sensitive`` columns, are in nothing that is told; so
    are those of columns that identify people, unless they are ``not_sensitive`` or
    ``infer_sensitive`` is False. ``others`` are tables by their names, in which foreign keys to and
    from this one are looked for.
    InputError names what does not fit, and what to do.
    """
    least = whole("min_entities", min_entities, least=1)
    with following("profile", shown(progress)) as follow:
        follow.step("reading the table")
        table, unlearned = in_leaves(in_fields(table, with_maps=True))
        rows, looked = as_arrow(read_twice(table))
        rows, schema = learnable(rows, None)
        names = rows.column_names

        def known(argument: str, labels: Iterable[Any]) -> tuple[str, ...]:
            return tuple(require_known(argument, listed(argument, labels), looked, names))

        marked = schema.marked(sensitive=known("sensitive", sensitive), keys=known("keys", keys))
        (chosen,) = known("target", [target]) if target is not None else (None,)
        named = None if positive is None else str(positive)
        question = AuditQuestion(
            chosen,
            named,
            purpose,
            None,
            least,
            infer_sensitive=infer_sensitive,
            not_sensitive=known("not_sensitive", not_sensitive),
            seed=whole("seed", seed, least=0),
        )
        tables, beside = _beside(others or {}, seed)
        source = Source(
            TITLE,
            marked,
            _scan_of(rows, seed),
            _distinct_of(rows),
            follow.step,
            looked.notes,
            tuple(beside),
            partial(_included, {TITLE: rows, **tables}),
            unlearned=unlearned,
        )
        return Profile(audit(source, question))


def _scan_of(rows: pa.Table, seed: int) -> Any:
    """A pass over rows in memory; hashes are random, and the same for the same seed."""
    order = np.random.default_rng(seed).integers(-(2**63), 2**63 - 1, len(rows))

    def scan(new: Callable[[], S], load: Callable[[bytes], S], *, ordered: bool = False) -> S:
        read = rows.append_column(ORDER, pa.array(order)) if ordered else rows
        state = new()
        for batch in read.to_batches():
            state.update(batch)
        return state

    return scan


def _beside(others: Mapping[str, Frame], seed: int) -> tuple[dict[str, pa.Table], list[Source]]:
    """Rows and source of each other table; InputError names one that cannot be read."""
    tables, sources = {}, []
    for name, frame in others.items():
        if not isinstance(name, str) or name in ("", TITLE):
            raise InputError(f"others: a table's name must be a text of its own, however: {name!r}")
        leaves, _ = in_leaves(in_fields(frame, with_maps=True))
        rows, schema = learnable(as_arrow(read_twice(leaves))[0], None)
        tables[name] = rows
        sources.append(Source(name, schema, _scan_of(rows, seed), _distinct_of(rows)))
    return tables, sources


def _included(tables: Mapping[str, pa.Table], found: Inclusion) -> InclusionCounts:
    """Exact counts of a column's values in a key, by the different values of both."""
    own = tables[found.table][found.column].drop_null().value_counts()
    theirs = tables[found.parent][found.key].drop_null().value_counts()
    kind = pa.string() if pa.types.is_string(own.type.field(0).type) else pa.decimal128(38, 0)
    values, keys = own.field(0).cast(kind), theirs.field(0).cast(kind)
    rows, held = np.asarray(own.field(1)), np.asarray(theirs.field(1))
    there = np.asarray(pc.is_in(values, value_set=keys))
    return InclusionCounts(
        orphans=int(rows[~there].sum()),
        orphan_values=int((~there).sum()),
        values=len(rows),
        parents=int(there.sum()),
        most=int(rows[there].max(initial=0)),
        keys=len(held),
        repeated=bool((held > 1).any()),
    )


def _distinct_of(rows: pa.Table) -> Callable[[Sequence[tuple[str, ...]]], list[int]]:
    return lambda keys: [count_distinct(rows, names) for names in keys]
