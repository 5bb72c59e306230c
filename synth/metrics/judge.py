"""From the rows and counts of three tables to all figures: the same in memory and in the lake."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from synth.encode import TableEncoder
from synth.forms.table_forms import TableForms
from synth.metrics.catalogue import MEASUREMENTS, Measurement
from synth.metrics.column_details import column_detail_metrics
from synth.metrics.evidence import Depth, Evidence, Measured, Task
from synth.metrics.features import Features, Floats, feature_columns, read_features
from synth.metrics.fidelity import measure_fidelity
from synth.metrics.gates import GateRules, gated
from synth.metrics.metric import Metric
from synth.metrics.pearson import pearson_metrics
from synth.metrics.protected import protected_columns
from synth.metrics.rules import rule_metrics
from synth.metrics.scans import WholeTables
from synth.metrics.triples import triple_metrics
from synth.metrics.verdict import Verdict, verdict_of
from synth.table.errors import InputError
from synth.table.schema import TableSchema

ROLES = ("train", "holdout", "synthetic")
EXTRA = "judge"  # of the package: what models and attacks need


@dataclass(frozen=True)
class Wanted:
    """What is measured besides counts of whole tables; ``slices`` are columns."""

    two_sample: bool = True
    utility: bool = True
    privacy: Depth | None = "quick"
    slices: tuple[str, ...] = ()

    @property
    def measurements(self) -> tuple[Measurement, ...]:
        """Those of the catalogue that are wanted, in its order."""
        return tuple(one for one in MEASUREMENTS if self._wants(one))

    def _wants(self, one: Measurement) -> bool:
        if one.area == "utility":
            return self.utility
        if one.area == "privacy":
            return self.privacy is not None
        return self.two_sample or not one.learns


def features_by_role(
    rows: Mapping[str, pa.Table],
    forms: TableForms,
    schema: TableSchema,
    unit: Sequence[str] = (),
) -> dict[str, Features]:
    """Rows of each role as numbers: the columns that are learned, as the forms read them.

    ``schema`` has those learned columns; labels are those of the real rows. ``unit`` names the
    columns that tell entities apart.
    """
    learned = {role: forms.read_table(table) for role, table in rows.items()}
    real = [table for role, table in learned.items() if role != "synthetic"]
    columns = feature_columns(real, schema)
    return {
        role: read_features(table, columns, _entities(rows[role], unit))
        for role, table in learned.items()
    }


def _entities(rows: pa.Table, unit: Sequence[str]) -> np.ndarray | None:
    """int64 ``(rows,)``: equal where all columns of the unit are; None where rows are the unit."""
    if not unit or any(name not in rows.column_names for name in unit):
        return None
    frame = rows.select(list(unit)).to_pandas()
    return np.asarray(pd.util.hash_pandas_object(frame, index=False)).astype(np.int64)


def measured(evidence: Evidence, measurements: Sequence[Measurement]) -> Measured:
    """All of it, one after the other; what lacks a library is said and not measured."""
    found = Measured()
    for one in measurements:
        evidence.follow(one.name)
        try:
            found += one.measure(evidence)
        except ModuleNotFoundError as error:
            said = f"not measured: {one.name} needs {error.name}: pip install 'lakesynth[{EXTRA}]'"
            found += Measured(notes=[said])
    return found


@dataclass(frozen=True)
class Question:
    """How a table is judged: what is measured, by which bounds, for whom.

    ``task`` are arguments of :func:`synth.metrics.utility.task.resolve_task`; none without a
    ``target``, which is then proposed. ``unit`` names the columns that tell entities apart.
    """

    wanted: Wanted
    rules: GateRules
    seed: int
    task: Mapping[str, Any] = field(default_factory=dict)
    sensitive: tuple[str, ...] = ()
    unit: tuple[str, ...] = ()
    amber_passes: bool = True


@dataclass(frozen=True)
class Judgement:
    """All figures with their gates, the verdict, what is to be said, and data for pictures."""

    metrics: list[Metric]
    verdict: Verdict
    notes: tuple[str, ...]
    facts: dict[str, Any]


def figures(
    encoder: TableEncoder,
    whole: WholeTables,
    samples: Mapping[str, pa.Table],
    copies: Metric,
    question: Question,
    follow: Callable[[str], None],
    *,
    rules: Sequence[Mapping[str, Any]] = (),
    likelihood: Mapping[str, Floats] | None = None,
) -> Measured:
    """All that is measured of three tables, before any gate.

    ``whole`` is of whole tables, ``samples`` are bounded ones of their rows, ``rules`` what was
    counted of rules between columns, ``likelihood`` the model's of each row of a sample, float64
    ``(rows,)`` by role, where the model is at hand. InputError where the task does not fit the
    table.
    """
    evidence = evidence_of(encoder, whole, samples, question, follow, likelihood=likelihood)
    follow("comparing columns, pairs and triples")
    found = Measured([copies]) + _of_whole_tables(whole, evidence.task, question.seed)
    if rules:
        found += rule_metrics(rules, whole.rows["synthetic"])
    return found + measured(evidence, question.wanted.measurements)


def _of_whole_tables(whole: WholeTables, task: Task | None, seed: int) -> Measured:
    """The figures of fidelity that the scans of whole tables give."""
    counts, profiles = whole.counts, whole.profiles
    basic = measure_fidelity(
        synthetic=counts["synthetic"],
        train=counts["train"],
        holdout=counts.get("holdout"),
        seed=seed,
    )
    found = Measured(basic)
    found += column_detail_metrics(
        profiles["synthetic"], profiles["train"], profiles.get("holdout"), task=task, seed=seed
    )
    triples, products = whole.triples, whole.products
    found += triple_metrics(
        triples["synthetic"], triples["train"], triples.get("holdout"), seed=seed
    )
    return found + pearson_metrics(
        products["synthetic"], products["train"], products.get("holdout")
    )


def settled(found: Measured, question: Question) -> Judgement:
    """What was measured, held against its bounds: no table is read for it."""
    held = gated(found.metrics, question.rules)
    verdict = verdict_of(held, amber_passes=question.amber_passes)
    return Judgement(held, verdict, tuple(found.notes), found.facts)


def evidence_of(
    encoder: TableEncoder,
    whole: WholeTables,
    samples: Mapping[str, pa.Table],
    question: Question,
    follow: Callable[[str], None],
    *,
    likelihood: Mapping[str, Floats] | None = None,
) -> Evidence:
    """What the measures are given; InputError where the task does not fit the table.

    ValueError where there is not one likelihood for each row of a sample.
    """
    for role, values in (likelihood or {}).items():
        if values.shape != (len(samples[role]),):
            raise ValueError(f"{values.shape} likelihoods of {len(samples[role])} {role} rows")
    read = features_by_role(samples, encoder.forms, encoder.schema, question.unit)
    names = [column.name for column in encoder.schema]
    slices = encoder.forms.learned_names("slices", question.wanted.slices)
    protected = slices or protected_columns(names)
    return Evidence(
        train=read["train"],
        holdout=read.get("holdout"),
        synthetic=read["synthetic"],
        counts=whole.counts,
        rows_in_all=whole.rows,
        seed=question.seed,
        task=_task(read["train"], encoder, question),
        sensitive=encoder.forms.learned_names("sensitive", question.sensitive),
        protected=protected,
        depth=question.wanted.privacy or "quick",
        likelihood=likelihood,
        follow=follow,
    )


def _task(train: Features, encoder: TableEncoder, question: Question) -> Task | None:
    """What is asked for, or what the data propose; None where nothing is predicted."""
    from synth.metrics.utility.task import propose_task, resolve_task

    if not question.wanted.utility:
        return None
    asked = {name: value for name, value in question.task.items() if value is not None}
    target = asked.pop("target", None)
    if target is None:
        return propose_task(train.columns, train)
    if "positive" in asked:
        asked["positive"] = _as_label(asked["positive"])
    form = encoder.forms.by_column.get(target)
    if form is not None and form.is_made:
        raise InputError(
            f"target {target!r} is no target: few rows share its values, so that they are not "
            "compared but made anew; name another one"
        )
    named = encoder.forms.learned_names("target", [target])
    return resolve_task(train, named[0], **asked)


def _as_label(value: Any) -> str:
    """A label as features have it: those of a boolean column are ``true`` and ``false``."""
    return str(value).lower() if isinstance(value, bool) else str(value)
