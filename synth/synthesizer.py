"""A synthesizer in memory: the engine of the lake, without a lake.

>>> from synth import Synthesizer
>>> people = Synthesizer(seed=0).fit(frame)          # doctest: +SKIP
>>> people.sample(1000)                              # doctest: +SKIP
>>> people.save("model"); Synthesizer.load("model")  # doctest: +SKIP
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from synth.arguments import FitArguments, encoder_settings, folder_of, schema_of, shown, whole
from synth.encode import EncoderSettings, TableEncoder
from synth.fitting import Fitting
from synth.generators.contract import (
    Generator,
    GeneratorKind,
    Scored,
    lacking,
)
from synth.generators.registry import (
    AUTO,
    generator_kind,
    note_on_torch,
    read_settings,
    resolved,
)
from synth.learning.means import require_gpus
from synth.learning.threads import one_thread
from synth.progress import following
from synth.sampling.blocks import SamplePlan, condition_notes, passing_of, sample_block
from synth.sampling.conditions import Given
from synth.sampling.given_rows import as_given
from synth.sampling.imputation import impute
from synth.sampling.model_folder import Model, load_model, save_model
from synth.sampling.seeds import seed_of
from synth.summary import as_html, as_text, summary
from synth.table.door import in_memory
from synth.table.errors import InputError
from synth.table.frame_type import ArrowFrames, FrameType
from synth.table.frames import (
    as_arrow,
    frame_type_from_json,
    labels_of,
    read_twice,
    with_schema,
)
from synth.table.schema import TableSchema

if TYPE_CHECKING:
    from synth.evaluation import Evaluation

logger = logging.getLogger(__name__)


DEVICES = ("cpu", "cuda")
QUIET_SECONDS = 2.0  # of drawing rows: what is done sooner shows no progress
Frame = Any  # an Arrow table, a pandas or Polars DataFrame, a DuckDB relation


class Synthesizer:
    """Fit on a frame or an Arrow table, then sample as many rows as wanted.

    The model that :meth:`save` writes is the one that Spark samples in the lake, row for row. All
    rows are held in memory; ``lakesynth run`` is for tables that do not fit.
    """

    @in_memory()
    def __init__(
        self,
        *,
        seed: int = 0,
        generator: str = AUTO,
        settings: Mapping[str, Any] | Any = None,
        encoder: EncoderSettings | Mapping[str, Any] | None = None,
        device: str = "cpu",
        progress: bool | None = None,
    ):
        """``settings`` are the generator's own, such as ``{"steps": 300}``.

        ``encoder`` sets limits of what is stored, such as ``{"min_entities": 20}``. ``progress``
        is shown in a notebook or on a terminal, and goes to the log, at level INFO, elsewhere; True
        writes plain lines to standard error there, False shows none.

        InputError names a generator that is not there, a setting that it does not know, and what
        does not go with the device (``cpu`` or ``cuda``).
        """
        self.seed = whole("seed", seed, least=0)
        if device not in DEVICES:
            raise InputError(f"device is {' or '.join(DEVICES)}, however: {device!r}")
        self.kind: GeneratorKind = generator_kind(resolved(generator))
        for note in note_on_torch(self.kind.name) if generator == AUTO else ():
            logger.warning(note)
        self.settings = read_settings(self.kind, settings)
        self.kind.require_means(self.settings, device=device)
        self.encoder_settings = encoder_settings(encoder)
        self.device, self.progress = device, shown(progress)
        self._model: Model | None = None
        self._draft: tuple[TableEncoder, Generator, dict[str, Any]] | None = None
        self._frame_type: FrameType = ArrowFrames()

    @in_memory()
    @one_thread()
    def fit(
        self,
        table: Frame,
        *,
        schema: TableSchema | None = None,
        keys: Iterable[Any] = (),
        sensitive: Iterable[Any] = (),
        infer_sensitive: bool = True,
        not_sensitive: Iterable[Any] = (),
        entity: Iterable[Any] = (),
        first: Iterable[Any] = (),
        dependencies: bool | Sequence[Mapping[str, Any]] = True,
        veto: Iterable[Any] = (),
        forms: bool | Mapping[Any, str] = True,
    ) -> Synthesizer:
        """Learn a table; ``schema`` corrects what was inferred of its columns' types.

        Columns are named by the table's own labels. A log warning says what of the table is not
        learned, or not kept: an index, categories of few rows, what is finer than a microsecond.

        Unique columns that look like a key are taken as one, besides those named in ``keys``; those
        whose contents identify people are sensitive besides those named (a warning says which),
        unless they are ``not_sensitive`` or ``infer_sensitive`` is False.
        Where rows are of people who have several, ``entity`` names the columns that tell them
        apart: ``min_entities`` then counts people.
        Columns of ``first`` are drawn first: conditions on them are exact, as on the sets of
        columns that the setting ``conditions`` names. ``dependencies`` are
        found in the data, besides those given as ``{"kind": ..., "sources": [...], "target":
        ...}``; False looks for none, and ``veto`` names columns that no rule may determine.
        ``forms`` corrects how columns are written, where that is not seen (``{"signup":
        "%d/%m/%Y", "zip": "plain"}``); False takes every column as it is.
        InputError names a column of an unsupported type, and what to do.
        """
        self._require_machine()
        started = time.monotonic()
        asked = FitArguments.of(
            keys=keys,
            sensitive=sensitive,
            infer_sensitive=infer_sensitive,
            not_sensitive=not_sensitive,
            entity=entity,
            first=first,
            veto=veto,
            dependencies=dependencies,
            forms=forms,
        )
        fitting = Fitting(self.kind, self.settings, self.encoder_settings, self.device, self.seed)
        with following("fit", self.progress) as follow:
            fitted = fitting.fitted(table, schema_of(schema), asked, follow)
        seconds = round(time.monotonic() - started, 2)
        facts = {**fitted.facts, "fit": {"rows": fitted.rows, "seconds": seconds}}
        self._draft = (fitted.encoder, fitted.generator, facts)
        self._frame_type, self._model = fitted.frame_type, None
        return self

    @in_memory()
    @one_thread()
    def sample(
        self,
        rows: int | None = None,
        *,
        given: Given | Frame | None = None,
        temperature: float = 1.0,
        seed: int | None = None,
        table: str = "table",
    ) -> Frame:
        """Synthetic rows, in the kind of table that was fitted.

        ``given`` holds, by column, a value, shares by value (``{"income": {">50K": 0.5}}``: the
        other values fill the rest), a list of which any will do, or a range (``{"age": {"between":
        [30, 60]}}``, both ends in it, None for an open one). Or it is a table of rows, of which
        each becomes one synthetic row, in its order: ``rows`` need not be said then, and what is
        missing in a row is drawn. A log warning says where a condition is too rare to be followed
        well. A ``temperature`` below 1 prefers what is likely. The same model, seed, table name and
        arguments give the same rows; all but the last block, of 16,384 rows at most, are the same
        however many are asked for. InputError names a column or value that the model does not know.
        """
        asked, index = as_given(self._frame_type.given(given), self._frame_type)
        rows = len(asked) if rows is None and isinstance(asked, pa.Table) else rows
        if rows is None:
            raise InputError("say how many rows are wanted: sample(1000)")
        if whole("rows", rows) < 1:
            raise InputError(f"rows must be positive, however: {rows=}")
        model, seeded = self.model, self._seed_of("sample", seed)
        plan = SamplePlan(table, rows, seeded, temperature=temperature, given=asked)
        if temperature != 1.0:
            condition_notes(model, plan)  # a generator that draws at no temperature is refused
        passing = passing_of(model, plan)
        made = []
        with following("sample", self.progress, after=QUIET_SECONDS) as follow:
            for block in range(plan.blocks):
                made.append(sample_block(model, plan, block, passing))
                done = plan.first_row(block) + plan.rows_of(block)
                follow.advance("making rows", done, plan.rows, unit="rows")
        frame = self._frame_type.frame(pa.Table.from_batches(made))
        has_index = index is not None and hasattr(frame, "set_axis")
        return frame.set_axis(index) if has_index else frame

    @in_memory()
    @one_thread()
    def impute(self, table: Frame, *, seed: int | None = None) -> Frame:
        """The table with every missing value drawn from what the model knows, given the others.

        What is present stands, and what is determined follows from it by its rule. Columns that are
        not learned (keys, made-up texts, constants) stay as they are, which a log warning says; so
        does one where a value was drawn beside one that is determined by it, and where draws are
        few. Two calls with one seed give the same values; several seeds give multiple imputations
        (Rubin 1987).
        """
        table = read_twice(table)
        rows, looked = self._rows_of(table)
        rng = np.random.default_rng(self._seed_of("impute", seed))
        filled = self._frame_type.converted(impute(self.model, rows, rng), looked)
        return looked.completed(self._frame_type).filled(table, filled)

    @in_memory()
    @one_thread()
    def log_prob(self, table: Frame) -> np.ndarray:
        """float64 ``(rows,)``: the log probability of each row's codes, in nats.

        Of two rows the less likely one has the lower figure; values inside one bin have the same.
        Labels of too few rows to be learned, and new ones beside such, count as one label; a row
        that the model can make in no way has ``-inf``.
        """
        generator, encoder = self.model.generator, self.model.encoder
        if not isinstance(generator, Scored):
            raise lacking(generator, Scored)
        read = map(encoder.forms.read, self._rows_of(table)[0].to_batches())
        found = [generator.log_prob(encoder.encode(batch)) for batch in read]
        return np.concatenate([*found, np.zeros(0)])

    @in_memory()
    def evaluate(
        self,
        real: Frame,
        *,
        holdout: Frame | None = None,
        rows: int | None = None,
        seed: int | None = None,
        **asked: Any,
    ) -> Evaluation:
        """Sample a table, as many rows as ``real`` has or ``rows``, and judge it.

        ``real`` are the rows that were learned, ``holdout`` rows that were not: without them a
        fifth of ``real`` is held out, and nobody can tell what was learned by heart. ``asked`` are
        arguments of :func:`synth.evaluation.evaluate`: target, positive, entity, slices,
        two_sample, utility, privacy, rules, progress; sensitive columns and keys are those of the
        fit. Besides, rules between columns are counted, and attacks are told how likely the model
        finds each row. InputError names what does not fit.
        """
        from synth.evaluation import evaluate_model

        asked = {"progress": self.progress, **asked, "holdout": holdout, "rows": rows}
        asked["seed"] = self.seed if seed is None else seed
        sample = partial(self.sample, seed=seed)
        return evaluate_model(self.model, self._rows_of, sample, real, **asked)

    def _rows_of(self, table: Any) -> tuple[pa.Table, FrameType]:
        """The rows of another table as the model knows them, and how that table looked."""
        schema = self.model.encoder.table_schema
        rows, looked = as_arrow(table, schema.names)
        rows = looked.converted(rows, self._frame_type)
        rows = with_schema(rows, schema, owner="the model", labels=labels_of(table))
        return rows, looked

    def _seed_of(self, purpose: str, seed: int | None) -> int:
        return seed_of(purpose, self.seed if seed is None else whole("seed", seed))

    @in_memory()
    def save(self, folder: str | Path) -> str:
        """Write the model folder and return the model's hash."""
        encoder, generator, facts = self._fitted()
        about = {"training": facts, "frame": self._frame_type.to_json()}
        return save_model(folder_of(folder), encoder, generator, about)

    @classmethod
    @in_memory()
    def load(cls, folder: str | Path, *, seed: int = 0) -> Synthesizer:
        """A synthesizer from a model folder, wherever it was trained.

        It samples the kind of table that was fitted, in its types; Arrow tables where the model was
        trained in the lake, or where the kind's library is not installed (a log warning says so).
        """
        model = load_model(folder_of(folder))
        loaded = cls(seed=seed, generator=model.generator.name)
        loaded._model = model
        about = loaded._model.manifest["about"]
        facts = about.get("training", {})
        loaded._frame_type = frame_type_from_json(about.get("frame"))
        loaded._draft = (loaded._model.encoder, loaded._model.generator, facts)
        return loaded

    @property
    def model(self) -> Model:
        """The fitted model with the hash that its folder has; InputError before fit."""
        if self._model is None:
            import tempfile

            encoder, generator, facts = self._fitted()
            with tempfile.TemporaryDirectory() as folder:  # the hash is that of the files
                save_model(Path(folder) / "model", encoder, generator, {"training": facts})
                self._model = load_model(Path(folder) / "model")
        return self._model

    def _fitted(self) -> tuple[TableEncoder, Generator, dict[str, Any]]:
        if self._draft is None:
            raise InputError(
                "the synthesizer has not been fitted: call fit(table), or load(folder)"
            )
        return self._draft

    def _require_machine(self) -> None:
        """InputError where this machine lacks what the fit asks for: before any work."""
        if self.device == "cuda" and self.kind.learns:
            require_gpus(1)
        self.kind.require_machine(self.settings, device=self.device)

    def __repr__(self) -> str:
        """What was fitted, in numbers and kinds: no value of the data."""
        return as_text("Synthesizer", self._summary())

    def _repr_html_(self) -> str:
        return as_html("Synthesizer", self._summary())

    def _summary(self) -> tuple[tuple[str, str], ...]:
        if self._draft is None:
            return (("generator", self.kind.name), ("state", "not fitted"))
        encoder, generator, facts = self._draft
        return summary(encoder, generator.name, facts)
