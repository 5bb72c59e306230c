"""A judge of any synthetic table, whoever made it: fidelity, utility and privacy in one report.

>>> from synth import evaluate
>>> report = evaluate(real, synthetic, holdout=holdout, target="income")  # doctest: +SKIP
>>> report.save("report.html"); report.metrics                           # doctest: +SKIP
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from synth.arguments import listed, require_known, shown, whole
from synth.encode import EncoderSettings
from synth.metrics.compared import NO_HOLDOUT, Compared, sampled, split_holdout
from synth.metrics.evidence import Depth
from synth.metrics.gates import GateRules
from synth.metrics.judge import Question, Wanted, figures, settled
from synth.progress import following
from synth.report.html import render_html
from synth.report.made import report_of
from synth.report.report import Report
from synth.report.short import metric_row, summary_html, summary_text
from synth.table.door import in_memory
from synth.table.errors import InputError
from synth.table.frames import as_arrow, labels_of, learnable, read_twice, with_schema
from synth.table.schema import TableSchema

if TYPE_CHECKING:
    import pandas as pd

ROWS = 50_000
Frame = Any  # an Arrow table, a pandas or Polars DataFrame, a DuckDB relation


@dataclass(frozen=True)
class Evaluation:
    """What was found: a report that can be saved, shown in a notebook, and read as a frame."""

    report: Report

    @property
    def passed(self) -> bool:
        """Whether the table keeps every bound, or only amber ones."""
        return self.report.verdict.passed

    @property
    def status(self) -> str:
        """``green``, ``amber`` or ``red``."""
        return self.report.verdict.status

    @property
    def reasons(self) -> list[str]:
        """Why it is not green, in words."""
        return self.report.verdict.reasons

    @property
    def notes(self) -> list[str]:
        """What was assumed, sampled or not measured."""
        return self.report.notes

    @property
    def metrics(self) -> pd.DataFrame:
        """One row for each figure: area, name, columns, value, interval, reference, gate."""
        import pandas as pd

        return pd.DataFrame([metric_row(metric) for metric in self.report.metrics])

    def save(self, path: str | Path) -> str:
        """Write the report: a page (``.html``), or all of it as JSON (``.json``)."""
        target = Path(path)
        if target.suffix not in (".html", ".json"):
            raise InputError(f"a report is saved as .html or .json, however: {str(path)!r}")
        if target.suffix == ".html":
            text = render_html(self.report)
        else:
            text = json.dumps(self.report.to_json(), ensure_ascii=False, allow_nan=False)
        target.write_text(text, encoding="utf-8")
        return str(target)

    def _repr_html_(self) -> str:
        """A notebook shows the headline figures."""
        return summary_html(self.report)

    def __repr__(self) -> str:
        """The verdict and the headline figures."""
        return summary_text(self.report)


@in_memory()
def evaluate(
    real: Frame,
    synthetic: Frame,
    *,
    holdout: Frame | None = None,
    target: Any = None,
    positive: Any = None,
    sensitive: Iterable[Any] = (),
    keys: Iterable[Any] = (),
    entity: Iterable[Any] = (),
    slices: Iterable[Any] = (),
    two_sample: bool = True,
    utility: bool = True,
    privacy: str = "quick",
    rules: GateRules | None = None,
    rows: int = ROWS,
    min_entities: int = EncoderSettings.min_entities,
    seed: int = 0,
    progress: bool | None = None,
) -> Evaluation:
    """Judge a synthetic table by the real rows that it was learned from.

    ``holdout``: real rows that the generator has not seen; without it a fifth of ``real`` is held
    out here, and the report says that the generator may have seen them. ``target`` is what a
    downstream model predicts (proposed from the data if not given), ``positive`` the label that it
    looks for, ``entity`` the columns that tell people apart. Models and attacks are given at most
    ``rows`` of each table. ``privacy`` is ``quick``, ``full`` or ``off``; ``rules`` set other
    bounds. InputError names what does not fit, and what to do.
    """
    started = time.monotonic()
    rows, seed = whole("rows", rows, least=100), whole("seed", seed, least=0)
    if privacy not in ("quick", "full", "off"):
        raise InputError(f"privacy is 'quick', 'full' or 'off', however: {privacy!r}")
    with following("evaluate", shown(progress)) as follow:
        follow.step("reading the tables")
        asked = _Asked(holdout, target, positive, sensitive, keys, entity, slices)
        tables, schema, question, notes = asked.read(real, synthetic, seed)
        wanted = Wanted(two_sample, utility, _depth(privacy), question.wanted.slices)
        question = replace(question, wanted=wanted, rules=rules or GateRules())
        settings = EncoderSettings(min_entities=whole("min_entities", min_entities, least=1))
        compared = Compared.of(tables, schema, settings)
        whole_tables = compared.whole(follow.step)
        if rules is None:
            question = replace(question, rules=GateRules(repeats=compared.repeats()))
        samples, said = sampled(tables, rows, seed)
        copies = compared.copies()
        all_of_it = figures(compared.encoder, whole_tables, samples, copies, question, follow.step)
        found = settled(all_of_it, question)
    report = report_of(
        compared.encoder,
        whole_tables.counts,
        found,
        title="Synthetic table",
        seconds={"evaluate": round(time.monotonic() - started, 2)},
        notes=[*notes, *compared.notes, *said],
    )
    return Evaluation(report)


@dataclass(frozen=True)
class _Asked:
    """What a caller says of the tables, by labels of columns until it is read."""

    holdout: Frame | None
    target: Any
    positive: Any
    sensitive: Iterable[Any]
    keys: Iterable[Any]
    entity: Iterable[Any]
    slices: Iterable[Any]

    def read(
        self, real: Frame, synthetic: Frame, seed: int
    ) -> tuple[dict[str, pa.Table], TableSchema, Question, list[str]]:
        """The tables in the schema of the real rows, what is asked of them, and notes."""
        rows, looked = as_arrow(real)
        rows, schema = learnable(rows, None)
        names = rows.column_names

        def known(argument: str, labels: Iterable[Any]) -> tuple[str, ...]:
            return tuple(require_known(argument, listed(argument, labels), looked, names))

        sensitive, unit = known("sensitive", self.sensitive), known("entity", self.entity)
        schema = schema.marked(sensitive=sensitive, keys=known("keys", self.keys))
        tables = {"train": rows}
        notes = list(looked.notes)
        if self.holdout is not None:
            tables["holdout"] = _as_real(self.holdout, schema, "the real table", "holdout")
        else:
            tables["train"], tables["holdout"] = split_holdout(rows, unit, seed)
            notes.append(NO_HOLDOUT)
        tables["synthetic"] = _as_real(synthetic, schema, "the real table", "synthetic")
        notes += _beyond(synthetic, names)
        task: dict[str, Any] = {}
        if self.target is not None:
            task = {"target": known("target", [self.target])[0], "positive": self.positive}
        wanted = Wanted(slices=known("slices", self.slices))
        question = Question(wanted, GateRules(), seed, task, sensitive, unit)
        return tables, schema, question, notes


def _as_real(frame: Frame, schema: TableSchema, owner: str, role: str) -> pa.Table:
    """Another table's rows in the schema of the real ones; InputError names what does not fit."""
    frame = read_twice(frame)
    try:
        rows, _ = as_arrow(frame, [n for n in schema.names if n in map(str, labels_of(frame))])
        read = with_schema(rows, schema, owner=owner, labels=labels_of(frame))
    except InputError as error:
        raise InputError(f"{role}: {error}") from error
    if not len(read):
        raise InputError(f"{role}: the table has no rows: there is nothing to compare")
    return read


def _beyond(synthetic: Frame, names: list[str]) -> list[str]:
    """Columns that the synthetic table has and the real one lacks, in words."""
    more = [str(label) for label in labels_of(synthetic) if str(label) not in names]
    if not more:
        return []
    return [f"columns of the synthetic table that the real one lacks are not judged: {more}"]


def _depth(privacy: str) -> Depth | None:
    return None if privacy == "off" else privacy  # type: ignore[return-value]
