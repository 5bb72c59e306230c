"""A synthesizer in memory: the engine of the lake, without a lake.

>>> from synth import Synthesizer
>>> people = Synthesizer(seed=0).fit(frame)          # doctest: +SKIP
>>> people.sample(1000)                              # doctest: +SKIP
>>> people.save("model"); Synthesizer.load("model")  # doctest: +SKIP
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from numbers import Integral
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from synth.dependencies.finding import DependencySearch, conditioned
from synth.dependencies.plan import Plan
from synth.encode import (
    SAMPLE_ROWS,
    CodeStatistics,
    EncoderSettings,
    Relations,
    TableEncoder,
    fit_encoder,
)
from synth.learning.settings import TrainingSettings
from synth.learning.threads import one_thread
from synth.profile.findings import key_candidates
from synth.profile.table_profile import TableProfile
from synth.sampling.blocks import SamplePlan, sample_block
from synth.sampling.conditions import Given
from synth.sampling.imputation import impute
from synth.sampling.model_folder import Model, load_model, save_model
from synth.sampling.seeds import seed_of
from synth.table.errors import InputError
from synth.table.frames import as_arrow, learnable, with_schema
from synth.table.schema import TableSchema

if TYPE_CHECKING:
    import pandas as pd

    from synth.learning.fitting import GeneratorSpec
    from synth.learning.likelihood import Training
    from synth.learning.settings import Evaluation

logger = logging.getLogger(__name__)

VALIDATION_SHARE, VALIDATION_ROWS = 0.1, 20_000


class Synthesizer:
    """Fit on a frame or an Arrow table, then sample as many rows as wanted.

    The model that :meth:`save` writes is the one that Spark samples in the lake, row for row. All
    rows are held in memory; ``lakesynth run`` is for tables that do not fit.
    """

    def __init__(
        self,
        *,
        seed: int = 0,
        encoder: EncoderSettings | None = None,
        training: TrainingSettings | None = None,
        generator: GeneratorSpec | None = None,
        progress: bool = True,
    ):
        self.seed = _whole("seed", seed)
        self.encoder_settings = encoder or EncoderSettings()
        self.training_settings = training
        self.generator_spec = generator
        self.progress = progress
        self._model: Model | None = None
        self._draft: tuple[TableEncoder, Any, dict[str, Any]] | None = None
        self._as_pandas = False

    @one_thread()
    def fit(
        self,
        table: pa.Table | pd.DataFrame,
        *,
        schema: TableSchema | None = None,
        keys: Iterable[str] = (),
        sensitive: Iterable[str] = (),
        first: Iterable[str] = (),
        dependencies: bool | Sequence[Mapping[str, Any]] = True,
        veto: Iterable[str] = (),
    ) -> Synthesizer:
        """Learn a table; ``schema`` corrects what was inferred of its columns' types.

        Unique columns that look like a key are taken as one, besides those named in ``keys``.
        Columns of ``first`` are drawn first: conditions on them are exact, as on the sets of
        columns that the generator's setting ``conditions`` names. ``dependencies`` are
        found in the data, besides those given as ``{"kind": ..., "sources": [...], "target":
        ...}``; False looks for none, and ``veto`` names columns that no rule may determine.
        ValueError names a column of an unsupported type, and what to do.
        """
        from synth.learning.means import require_means  # brings torch, as the training does

        require_means(self._settings)
        lists: dict[str, Any] = {"keys": keys, "sensitive": sensitive, "first": first, "veto": veto}
        for name, columns in lists.items():
            if isinstance(columns, str):  # its letters would be taken for columns
                raise InputError(f"{name} takes column names: write {name}=[{columns!r}]")
        rows, self._as_pandas = as_arrow(table)
        rows, schema = learnable(rows, schema)
        marked = _with_keys(rows, schema.marked(keys=keys, sensitive=sensitive))
        sample = rows.take(_spread(len(rows), SAMPLE_ROWS)).combine_chunks().to_batches()[0]
        profile = _profile(rows, marked)
        first = tuple(first)
        plan = self._plan(rows, profile, sample, dependencies, veto, first)
        encoder, relations = fit_encoder(
            profile, sample, self.encoder_settings, plan=plan, first=first
        )
        codes = np.concatenate([encoder.encode(batch) for batch in rows.to_batches()])
        self._draft = (encoder, *self._train(encoder, codes, relations))
        self._model = None
        return self

    @one_thread()
    def sample(
        self,
        rows: int,
        *,
        given: Given | None = None,
        temperature: float = 1.0,
        seed: int | None = None,
        table: str = "table",
    ) -> pa.Table | pd.DataFrame:
        """Synthetic rows, in the kind of table that was fitted.

        ``given`` holds a value by column, or shares by value (``{"income": {">50K": 0.5, "<=50K":
        0.5}}``); a log warning says where a condition is too rare to be followed well. A
        ``temperature`` below 1 prefers what is likely. The same model, seed, table name and
        arguments give the same rows; all but the last block, of 16,384 rows at most, are the same
        however many are asked for. ValueError names a column or value that the model does not know.
        """
        if _whole("rows", rows) < 1:
            raise InputError(f"rows must be positive, however: {rows=}")
        conditions: Any = given or {}
        if not isinstance(conditions, Mapping):
            raise InputError(f"given maps columns to values, however: {type(given).__name__}")
        model = self.model
        seeded = self._seed_of("sample", seed)
        plan = SamplePlan(table, rows, seeded, temperature=temperature, given=dict(conditions))
        made = [sample_block(model, plan, block) for block in range(plan.blocks)]
        result = pa.Table.from_batches(made)
        return result.to_pandas() if self._as_pandas else result

    @one_thread()
    def impute(
        self, table: pa.Table | pd.DataFrame, *, seed: int | None = None
    ) -> pa.Table | pd.DataFrame:
        """The table with every missing value drawn from what the model knows, given the others.

        What is present stands, and what is determined follows from it by its rule. Columns that are
        not learned (keys, made-up texts, constants) stay as they are. A log warning says where a
        value was drawn beside one that is determined by it, and where draws are few. Two calls with
        one seed give the same values; several seeds give multiple imputations (Rubin 1987).
        """
        rows, is_pandas = as_arrow(table)
        rows = with_schema(rows, self.model.encoder.schema, owner="the model")
        rng = np.random.default_rng(self._seed_of("impute", seed))
        filled = impute(self.model, rows, rng)
        return filled.to_pandas() if is_pandas else filled

    @one_thread()
    def log_prob(self, table: pa.Table | pd.DataFrame) -> np.ndarray:
        """float64 ``(rows,)``: the log probability of each row's codes, in nats.

        Of two rows the less likely one has the lower figure; values inside one bin have the same.
        Labels of too few rows to be learned, and new ones beside such, count as one label; a row
        that the model can make in no way has ``-inf``.
        """
        rows, _ = as_arrow(table)
        encoder = self.model.encoder
        batches = with_schema(rows, encoder.schema, owner="the model").to_batches()
        found = [self.model.generator.log_prob(encoder.encode(batch)) for batch in batches]
        return np.concatenate([*found, np.zeros(0)])

    def _seed_of(self, purpose: str, seed: int | None) -> int:
        return seed_of(purpose, self.seed if seed is None else _whole("seed", seed))

    def save(self, folder: str | Path) -> str:
        """Write the model folder and return the model's hash."""
        encoder, generator, facts = self._fitted()
        return save_model(Path(folder), encoder, generator, {"training": facts})

    @classmethod
    def load(cls, folder: str | Path, *, seed: int = 0) -> Synthesizer:
        """A synthesizer from a model folder, wherever it was trained; it samples Arrow tables."""
        loaded = cls(seed=seed)
        loaded._model = load_model(Path(folder))
        facts = loaded._model.manifest["about"].get("training", {})
        loaded._draft = (loaded._model.encoder, loaded._model.generator, facts)
        return loaded

    @property
    def model(self) -> Model:
        """The fitted model with the hash that its folder has; ValueError before fit."""
        if self._model is None:
            import tempfile

            encoder, generator, facts = self._fitted()
            with tempfile.TemporaryDirectory() as folder:  # the hash is that of the files
                save_model(Path(folder) / "model", encoder, generator, {"training": facts})
                self._model = load_model(Path(folder) / "model")
        return self._model

    def _fitted(self) -> tuple[TableEncoder, Any, dict[str, Any]]:
        if self._draft is None:
            raise InputError(
                "the synthesizer has not been fitted: call fit(table), or load(folder)"
            )
        return self._draft

    def _plan(
        self,
        rows: pa.Table,
        profile: TableProfile,
        sample: pa.RecordBatch,
        dependencies: bool | Sequence[Mapping[str, Any]],
        veto: Iterable[str],
        first: tuple[str, ...],
    ) -> Plan:
        """What is determined in the table: candidates of the sample, verified on all rows.

        A log warning says which of the caller's own rules is not used, and what was not looked at.
        """
        generator = self.generator_spec.settings if self.generator_spec else {}
        search = DependencySearch(
            profile.schema,
            min_entities=self.encoder_settings.min_entities,
            direct=self.encoder_settings.direct,
            find=dependencies is not False,
            declared=() if isinstance(dependencies, bool) else tuple(dependencies),
            veto=tuple(veto),
            conditioned=conditioned(
                profile.schema,
                first=first,
                conditions=generator.get("conditions", ()),
                flexible=bool(generator.get("flexible")),
            ),
        )
        candidates = search.candidates(sample)
        verification = search.verification(candidates.rules)
        for batch in rows.to_batches() if candidates.rules else ():
            verification.update(batch)
        plan = search.settle(verification, profile)
        for note in (*candidates.limits, *search.unused(plan)):
            logger.warning(note)
        return plan

    @property
    def _settings(self) -> TrainingSettings:
        return self.training_settings or TrainingSettings(seed=self.seed)

    def _train(
        self, encoder: TableEncoder, codes: np.ndarray, relations: Relations
    ) -> tuple[Any, dict[str, Any]]:
        from synth.learning.fitting import GeneratorSpec, Worker, fit_generator

        settings = self._settings
        order = np.random.default_rng(self.seed).permutation(len(codes))
        held = min(max(int(VALIDATION_SHARE * len(codes)), 1), VALIDATION_ROWS)
        validation, train = codes[order[:held]], codes[order[held:]]
        rows = settings.batch_size(len(train))
        settings = replace(settings, batch_rows=rows)
        with _one_torch_thread(), _progress(self.progress) as report:
            fitted = fit_generator(
                encoder.sub_columns,
                CodeStatistics.of(
                    codes,
                    encoder.sub_columns,
                    relations,
                    min_entities=self.encoder_settings.min_entities,
                ),
                lambda epoch: _batches(train, rows, [self.seed, epoch]),
                lambda: _cut(validation, settings.largest_batch),
                spec=self.generator_spec or GeneratorSpec(),
                settings=settings,
                worker=Worker(report=report),
            )
        return fitted.generator, fitted.facts


@contextmanager
def _one_torch_thread() -> Iterator[None]:
    """One torch thread: the same weights at each fit, and no threads that wait for each other."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


class _progress:
    """A bar over the training steps, or nothing."""

    def __init__(self, shown: bool):
        from rich.progress import Progress

        self._bar = Progress(transient=True, disable=not shown)

    def __enter__(self) -> Any:
        self._bar.start()
        task = self._bar.add_task("fitting", total=None)

        def report(point: Evaluation, training: Training) -> None:
            text = f"fitting, validation loss {point.validation_loss:.3f}"
            self._bar.update(task, completed=point.step, total=point.steps, description=text)

        return report

    def __exit__(self, *_: object) -> None:
        self._bar.stop()


def _whole(name: str, value: Any) -> int:
    if not isinstance(value, Integral):
        raise InputError(f"{name} must be a whole number, however: {value!r}")
    return int(value)


def _profile(rows: pa.Table, schema: TableSchema) -> TableProfile:
    profile = TableProfile(schema)
    for batch in rows.to_batches():
        profile.update(batch)
    return profile


def _with_keys(rows: pa.Table, schema: TableSchema) -> TableSchema:
    """The schema with the columns that look like a key and prove to be unique."""
    found = key_candidates(_profile(rows, schema))
    unique = [name for name in found if len(rows[name].unique()) == len(rows)]
    return schema.marked(keys=unique)


def _spread(rows: int, wanted: int) -> np.ndarray:
    """At most ``wanted`` places, ascending, at random: every n-th row may be of one kind."""
    return np.sort(np.random.default_rng(0).permutation(rows)[:wanted])


def _batches(codes: np.ndarray, rows: int, seed: list[int]) -> Iterator[np.ndarray]:
    """Full batches in an order of the epoch's own; all rows at once where there are fewer."""
    order = np.random.default_rng(seed).permutation(len(codes))
    full = len(codes) // rows * rows or len(codes)
    for part in _cut(order[:full], rows):
        yield codes[part]


def _cut(rows: np.ndarray, size: int) -> Iterator[np.ndarray]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
