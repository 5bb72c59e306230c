"""What a caller asks of a judgement: tables and columns by labels, until they are read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, get_args

import pyarrow as pa

from synth.arguments import listed, require_known, whole
from synth.audit.sensitive_columns import Inference, notes_on
from synth.metrics.blanks import notes_on_blanks
from synth.metrics.compared import NO_HOLDOUT, split_holdout
from synth.metrics.evidence import Depth
from synth.metrics.gates import GateRules
from synth.metrics.judge import Question, Wanted
from synth.table.errors import InputError, InputTypeError
from synth.table.frame_type import FrameType
from synth.table.frames import as_arrow, in_fields, labels_of, learnable, read_twice, with_schema
from synth.table.schema import TableSchema

ROWS = 50_000  # of each table, for models and attacks
LEAST_ROWS = 100
OFF = "off"
Frame = Any  # an Arrow table, a pandas or Polars DataFrame, a DuckDB relation


@dataclass(frozen=True)
class Options:
    """How thoroughly a table is judged; ``rules`` None: the house's own bounds."""

    two_sample: bool = True
    utility: bool = True
    privacy: str = "quick"
    rules: GateRules | None = None
    rows: int = ROWS
    seed: int = 0

    def __post_init__(self) -> None:
        """InputError names what is no such option."""
        whole("rows", self.rows, least=LEAST_ROWS)
        whole("seed", self.seed, least=0)
        if self.privacy not in (*get_args(Depth), OFF):
            raise InputError(f"privacy is 'quick', 'full' or 'off', however: {self.privacy!r}")
        _require("two_sample", self.two_sample, bool, "True or False")
        _require("utility", self.utility, bool, "True or False")
        if self.rules is not None:
            _require("rules", self.rules, GateRules, "synth.metrics.gates.GateRules")

    def question(self, asked: Asked, looked: FrameType, schema: TableSchema) -> Question:
        """What is asked of the tables, by names; InputError names a label that is no column's."""
        names = schema.names
        depth: Any = None if self.privacy == OFF else self.privacy
        slices = asked.known("slices", asked.slices, looked, names)
        task: dict[str, Any] = {}
        if asked.target is not None:
            (target,) = asked.known("target", [asked.target], looked, names)
            task = {"target": target, "positive": asked.positive}
        return Question(
            Wanted(self.two_sample, self.utility, depth, slices),
            self.rules or GateRules(),
            self.seed,
            task,
            tuple(column.name for column in schema if column.sensitive),
            asked.known("entity", asked.entity, looked, names),
        )


def _require(name: str, value: Any, kind: type, words: str) -> None:
    if not isinstance(value, kind):
        raise InputTypeError(f"{name} is {words}, however: {type(value).__name__}")


@dataclass(frozen=True)
class Asked:
    """What a caller says of a table's columns, by their labels."""

    target: Any = None
    positive: Any = None
    sensitive: Iterable[Any] = ()
    keys: Iterable[Any] = ()
    entity: Iterable[Any] = ()
    slices: Iterable[Any] = ()
    not_sensitive: Iterable[Any] = ()

    def known(
        self, argument: str, labels: Iterable[Any], looked: FrameType, names: Iterable[str]
    ) -> tuple[str, ...]:
        """Names of columns; InputError names a label that is no column's."""
        return tuple(require_known(argument, listed(argument, labels), looked, list(names)))


@dataclass(frozen=True)
class ReadTables:
    """Tables by role (``train``, ``holdout``, ``synthetic``) in one schema, and notes."""

    tables: Mapping[str, pa.Table]
    schema: TableSchema
    question: Question
    notes: tuple[str, ...]


def read_tables(
    real: Frame, synthetic: Frame, holdout: Frame | None, asked: Asked, options: Options
) -> ReadTables:
    """Frames in the schema of the real one; without a holdout a fifth of it is held out."""
    rows, looked = as_arrow(real)
    rows, schema = learnable(rows, None)
    names = rows.column_names
    schema = schema.marked(
        sensitive=asked.known("sensitive", asked.sensitive, looked, names),
        keys=asked.known("keys", asked.keys, looked, names),
    )
    question = options.question(asked, looked, schema)
    synthetic = read_twice(synthetic)
    tables = {"train": rows}
    if holdout is not None:
        tables["holdout"] = _as_real(read_twice(holdout), schema, "holdout")
    tables["synthetic"] = _as_real(synthetic, schema, "synthetic")
    blanks = notes_on_blanks(rows, tables["synthetic"])
    tables, said = held_out(tables, question)
    open_to_all = asked.known("not_sensitive", asked.not_sensitive, looked, names)
    assumed = Inference(but=open_to_all).of_rows(rows.to_batches(), schema)
    schema = schema.marked(sensitive=[one.column for one in assumed])
    notes = (
        *looked.notes,
        *said,
        *notes_on(assumed),
        *blanks,
        *_beyond(in_fields(synthetic), names),
    )
    return ReadTables(tables, schema, question, notes)


def held_out(
    tables: Mapping[str, pa.Table], question: Question
) -> tuple[dict[str, pa.Table], tuple[str, ...]]:
    """The tables with a holdout, a fifth of the train part where they have none, and what is said.

    InputError where the train part has too few rows to take any from.
    """
    if "holdout" in tables:
        return dict(tables), ()
    train, holdout = split_holdout(tables["train"], question.unit, question.seed)
    return {**tables, "train": train, "holdout": holdout}, (NO_HOLDOUT,)


def _as_real(frame: Frame, schema: TableSchema, role: str) -> pa.Table:
    """Another table's rows in the schema of the real ones; InputError names what does not fit."""
    try:
        frame = in_fields(frame)
        rows, _ = as_arrow(frame, [n for n in schema.names if n in map(str, labels_of(frame))])
        read = with_schema(rows, schema, owner="the real table", labels=labels_of(frame))
    except InputError as error:
        raise InputError(f"{role}: {error}") from error
    return require_rows(read, role)


def require_rows(rows: pa.Table, role: str) -> pa.Table:
    """The same rows; InputError where there are none."""
    if not len(rows):
        raise InputError(f"{role}: the table has no rows: there is nothing to compare")
    return rows


def _beyond(synthetic: Frame, names: list[str]) -> tuple[str, ...]:
    """Columns that the synthetic table has and the real one lacks, in words."""
    more = [str(label) for label in labels_of(synthetic) if str(label) not in names]
    if not more:
        return ()
    return (f"columns of the synthetic table that the real one lacks are not judged: {more}",)
