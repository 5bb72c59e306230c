"""A synthesizer in memory: the engine of the lake, without a lake.

>>> from synth import Synthesizer
>>> people = Synthesizer(seed=0).fit(frame)          # doctest: +SKIP
>>> people.sample(1000)                              # doctest: +SKIP
>>> people.save("model"); Synthesizer.load("model")  # doctest: +SKIP
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from numbers import Integral
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from synth.dependencies.finding import DependencySearch
from synth.encode import CodeStatistics, EncoderSettings, TableEncoder
from synth.encode.settings import VALIDATION_FRACTION, VALIDATION_ROWS
from synth.forms.table_forms import TableForms
from synth.generators.contract import (
    Arrangement,
    Generator,
    GeneratorKind,
    Needs,
    Scored,
    lacking,
)
from synth.generators.registry import DEFAULT, generator_kind, read_settings
from synth.in_memory import TableInMemory, planned
from synth.learning.means import require_gpus
from synth.learning.preparation import prepare
from synth.learning.task import ArrayCodes, FitTask, Point, Progress, Worker, fit_generator
from synth.learning.threads import one_thread
from synth.profile.table_profile import TableProfile
from synth.sampling.blocks import SamplePlan, condition_notes, passing_of, sample_block
from synth.sampling.conditions import Given
from synth.sampling.given_rows import as_given
from synth.sampling.imputation import impute
from synth.sampling.model_folder import Model, load_model, save_model
from synth.sampling.seeds import seed_of
from synth.table.errors import InputError
from synth.table.frame_type import ArrowFrames, FrameType
from synth.table.frames import (
    as_arrow,
    frame_type_from_json,
    learnable,
    read_twice,
    with_schema,
)
from synth.table.schema import TableSchema

logger = logging.getLogger(__name__)


DEVICES = ("cpu", "cuda")
Frame = Any  # an Arrow table, a pandas or Polars DataFrame, a DuckDB relation


class Synthesizer:
    """Fit on a frame or an Arrow table, then sample as many rows as wanted.

    The model that :meth:`save` writes is the one that Spark samples in the lake, row for row. All
    rows are held in memory; ``lakesynth run`` is for tables that do not fit.
    """

    def __init__(
        self,
        *,
        seed: int = 0,
        generator: str = DEFAULT,
        settings: Mapping[str, Any] | Any = None,
        encoder: EncoderSettings | None = None,
        device: str = "cpu",
        progress: bool = True,
    ):
        """``settings`` are the generator's own, such as ``{"steps": 300}``.

        InputError names a generator that is not there, a setting that it does not know, and what
        does not go with the device (``cpu`` or ``cuda``).
        """
        self.seed = _whole("seed", seed)
        if device not in DEVICES:
            raise InputError(f"device is {' or '.join(DEVICES)}, however: {device!r}")
        self.kind: GeneratorKind = generator_kind(generator)
        self.settings = read_settings(self.kind, settings)
        self.kind.require_means(self.settings, device=device)
        self.encoder_settings = encoder or EncoderSettings()
        self.device, self.progress = device, progress
        self._model: Model | None = None
        self._draft: tuple[TableEncoder, Generator, dict[str, Any]] | None = None
        self._frame_type: FrameType = ArrowFrames()

    @one_thread()
    def fit(
        self,
        table: Frame,
        *,
        schema: TableSchema | None = None,
        keys: Iterable[Any] = (),
        sensitive: Iterable[Any] = (),
        first: Iterable[Any] = (),
        dependencies: bool | Sequence[Mapping[str, Any]] = True,
        veto: Iterable[Any] = (),
        forms: bool | Mapping[Any, str] = True,
    ) -> Synthesizer:
        """Learn a table; ``schema`` corrects what was inferred of its columns' types.

        Columns are named by the table's own labels. A log warning says what of the table is not
        learned, or not kept: an index, categories of few rows, what is finer than a microsecond.

        Unique columns that look like a key are taken as one, besides those named in ``keys``.
        Columns of ``first`` are drawn first: conditions on them are exact, as on the sets of
        columns that the setting ``conditions`` names. ``dependencies`` are
        found in the data, besides those given as ``{"kind": ..., "sources": [...], "target":
        ...}``; False looks for none, and ``veto`` names columns that no rule may determine.
        ``forms`` corrects how columns are written, where that is not seen (``{"signup":
        "%d/%m/%Y", "zip": "plain"}``); False takes every column as it is.
        InputError names a column of an unsupported type, and what to do.
        """
        self._require_machine()
        lists: dict[str, Any] = {"keys": keys, "sensitive": sensitive, "first": first, "veto": veto}
        for name, columns in lists.items():
            if isinstance(columns, str):  # its letters would be taken for columns
                raise InputError(f"{name} takes column names: write {name}=[{columns!r}]")
        rows, looked = as_arrow(table, schema.names if schema else None)
        keys, sensitive, first, veto = (looked.names_of(names) for names in lists.values())
        read = rows.schema
        rows, schema = learnable(rows, schema)
        frame_type = looked.corrected(read, schema)
        frame_type, left_out = frame_type.protected(rows, self.encoder_settings.min_entities)
        for note in (*looked.notes, *left_out):
            logger.warning(note)
        schema = schema.marked(keys=keys, sensitive=sensitive)
        held = TableInMemory.of(rows, schema, frame_type.no_keys)
        wanted = (
            {}
            if isinstance(forms, bool)
            else dict(zip(looked.names_of(forms), forms.values(), strict=True))
        )
        search = partial(self._search, looked.rules(dependencies), tuple(veto), tuple(first))
        keys_said = held.notes_on_keys(search(TableForms(held.profile.schema), held.profile))
        written = held.written(search, self.encoder_settings, wanted, find=forms is not False)
        rows = written.forms.read_table(rows)
        plan, said = planned(rows, written, search(written.forms, written.profile))
        for note in (*keys_said, *written.notes, *said):
            logger.warning(note)
        encoder, arrangement = prepare(
            self.kind,
            self.settings,
            written.profile,
            written.sample,
            self.encoder_settings,
            plan=plan,
            first=written.forms.learned_names("first", first),
            forms=written.forms,
        )
        codes = np.concatenate([encoder.encode(batch) for batch in rows.to_batches()])
        self._draft = (encoder, *self._train(encoder, codes, arrangement))
        self._frame_type, self._model = frame_type, None
        return self

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
        if _whole("rows", rows) < 1:
            raise InputError(f"rows must be positive, however: {rows=}")
        model, seeded = self.model, self._seed_of("sample", seed)
        plan = SamplePlan(table, rows, seeded, temperature=temperature, given=asked)
        if temperature != 1.0:
            condition_notes(model, plan)  # a generator that draws at no temperature is refused
        passing = passing_of(model, plan)
        made = [sample_block(model, plan, block, passing) for block in range(plan.blocks)]
        frame = self._frame_type.frame(pa.Table.from_batches(made))
        has_index = index is not None and hasattr(frame, "set_axis")
        return frame.set_axis(index) if has_index else frame

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

    def _rows_of(self, table: Any) -> tuple[pa.Table, FrameType]:
        """The rows of another table as the model knows them, and how that table looked."""
        schema = self.model.encoder.table_schema
        rows, looked = as_arrow(table, schema.names)
        rows = looked.converted(rows, self._frame_type)
        return with_schema(rows, schema, owner="the model"), looked

    def _seed_of(self, purpose: str, seed: int | None) -> int:
        return seed_of(purpose, self.seed if seed is None else _whole("seed", seed))

    def save(self, folder: str | Path) -> str:
        """Write the model folder and return the model's hash."""
        encoder, generator, facts = self._fitted()
        about = {"training": facts, "frame": self._frame_type.to_json()}
        return save_model(Path(folder), encoder, generator, about)

    @classmethod
    def load(cls, folder: str | Path, *, seed: int = 0) -> Synthesizer:
        """A synthesizer from a model folder, wherever it was trained.

        It samples the kind of table that was fitted, in its types; Arrow tables where the model was
        trained in the lake, or where the kind's library is not installed (a log warning says so).
        """
        model = load_model(Path(folder))
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

    def _search(
        self,
        rules: bool | Sequence[Mapping[str, Any]],
        veto: tuple[str, ...],
        first: tuple[str, ...],
        forms: TableForms,
        profile: TableProfile,
    ) -> DependencySearch:
        """What is looked for in the learned columns; the others are named as the table has them."""
        needs: Needs = self.kind.needs(self.settings, profile.schema)
        leading = forms.learned_names("first", first)
        return DependencySearch(
            profile.schema,
            min_entities=self.encoder_settings.min_entities,
            direct=self.encoder_settings.direct,
            find=rules is not False,
            declared=() if isinstance(rules, bool) else tuple(rules),
            veto=forms.learned_names("veto", veto),
            conditioned=needs.conditioned | frozenset(leading),
        )

    def _require_machine(self) -> None:
        """InputError where this machine lacks what the fit asks for: before any work."""
        if self.device == "cuda" and self.kind.learns:
            require_gpus(1)
        self.kind.require_machine(self.settings, device=self.device)

    def _train(
        self, encoder: TableEncoder, codes: np.ndarray, arrangement: Arrangement
    ) -> tuple[Generator, dict[str, Any]]:
        order = np.random.default_rng(self.seed).permutation(len(codes))
        held = min(max(int(VALIDATION_FRACTION * len(codes)), 1), VALIDATION_ROWS)
        statistics = CodeStatistics.of(
            codes,
            encoder.sub_columns,
            partners=arrangement.partners,
            relations=arrangement.relations,
            min_entities=self.encoder_settings.min_entities,
        )
        with _progress(self.progress) as show:
            task = FitTask(
                encoder.sub_columns,
                statistics,
                self.settings,
                ArrayCodes(codes[order[held:]], self.seed),
                ArrayCodes(codes[order[:held]]),
                self.seed,
                Worker(device=self.device),
                Progress(show),
            )
            fitted = fit_generator(self.kind, task)
        return fitted.generator, fitted.facts


class _progress:
    """A bar over the steps of a fit, or nothing."""

    def __init__(self, shown: bool):
        from rich.progress import Progress as Bar

        self._bar = Bar(transient=True, disable=not shown)

    def __enter__(self) -> Callable[[Point], None]:
        self._bar.start()
        task = self._bar.add_task("fitting", total=None)

        def show(point: Point) -> None:
            text = f"fitting, {point.words()}"
            self._bar.update(task, completed=point.step, total=point.steps, description=text)

        return show

    def __exit__(self, *_: object) -> None:
        self._bar.stop()


def _whole(name: str, value: Any) -> int:
    if not isinstance(value, Integral):
        raise InputError(f"{name} must be a whole number, however: {value!r}")
    return int(value)
