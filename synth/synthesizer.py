"""A synthesizer in memory: the engine of the lake, without a lake.

>>> from synth import Synthesizer
>>> people = Synthesizer(seed=0).fit(frame)          # doctest: +SKIP
>>> people.sample(1000)                              # doctest: +SKIP
>>> people.save("model"); Synthesizer.load("model")  # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from synth.encode import EncoderSettings, TableEncoder
from synth.findings import key_candidates
from synth.model_folder import Model, load_model, save_model
from synth.profile import TableProfile
from synth.sampling import SamplePlan, sample_block
from synth.schema import TableSchema
from synth.seeds import seed_of
from synth.training_settings import TrainingSettings

if TYPE_CHECKING:
    import pandas as pd

    from synth.fitting import GeneratorSpec
    from synth.training import Training
    from synth.training_settings import Evaluation

VALIDATION_SHARE, VALIDATION_ROWS = 0.1, 20_000
VALIDATION_BATCH = 4096


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
        self.seed = seed
        self.encoder_settings = encoder or EncoderSettings()
        self.training_settings = training
        self.generator_spec = generator
        self.progress = progress
        self._model: Model | None = None
        self._draft: tuple[TableEncoder, Any, dict[str, Any]] | None = None
        self._as_pandas = False

    def fit(
        self,
        table: pa.Table | pd.DataFrame,
        *,
        schema: TableSchema | None = None,
        keys: Iterable[str] = (),
        sensitive: Iterable[str] = (),
    ) -> Synthesizer:
        """Learn a table; ``schema`` corrects what was inferred of its columns' types.

        Unique columns that look like a key are taken as one, besides those named in ``keys``.
        ValueError names a column of an unsupported type, and what to do.
        """
        rows, self._as_pandas = _as_arrow(table)
        schema = schema or TableSchema.from_arrow(rows.schema)
        for column in schema.unsupported:
            raise ValueError(
                f"column {column.name!r} is of type {column.type}, which is not supported: "
                "leave it out or convert it"
            )
        rows = rows.select(list(schema.names)).cast(schema.arrow_schema()).combine_chunks()
        marked = _with_keys(rows, schema.marked(keys=keys, sensitive=sensitive))
        encoder = TableEncoder.fit(_profile(rows, marked), self.encoder_settings)
        batches = rows.to_batches()
        codes = np.concatenate([encoder.encode(batch) for batch in batches])
        self._draft = (encoder, *self._train(encoder, codes))
        self._model = None
        return self

    def sample(
        self, rows: int, *, seed: int | None = None, table: str = "table"
    ) -> pa.Table | pd.DataFrame:
        """Synthetic rows, in the kind of table that was fitted.

        The same model, seed and table name give the same rows; the first rows do not depend on how
        many are asked for, within a block.
        """
        if rows < 1:
            raise ValueError(f"rows must be positive, however: {rows=}")
        model = self.model
        plan = SamplePlan(table, rows, seed_of("sample", self.seed if seed is None else seed))
        made = [sample_block(model, plan, block) for block in range(plan.blocks)]
        result = pa.Table.from_batches(made)
        return result.to_pandas() if self._as_pandas else result

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
            raise ValueError(
                "the synthesizer has not been fitted: call fit(table), or load(folder)"
            )
        return self._draft

    def _train(self, encoder: TableEncoder, codes: np.ndarray) -> tuple[Any, dict[str, Any]]:
        from synth.fitting import GeneratorSpec, Worker, fit_generator

        settings = self.training_settings or TrainingSettings(seed=self.seed)
        order = np.random.default_rng(self.seed).permutation(len(codes))
        held = min(max(int(VALIDATION_SHARE * len(codes)), 1), VALIDATION_ROWS)
        validation, train = codes[order[:held]], codes[order[held:]]
        rows = settings.batch_size(len(train))
        sizes = enumerate(encoder.cardinalities)
        with _one_thread(), _progress(self.progress) as report:
            fitted = fit_generator(
                encoder.sub_columns,
                [np.bincount(codes[:, i], minlength=k) for i, k in sizes],
                lambda epoch: _batches(train, rows, [self.seed, epoch]),
                lambda: _cut(validation, VALIDATION_BATCH),
                spec=self.generator_spec or GeneratorSpec(),
                settings=settings,
                worker=Worker(report=report),
            )
        return fitted.generator, fitted.facts


@contextmanager
def _one_thread() -> Iterator[None]:
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


def _as_arrow(table: pa.Table | pd.DataFrame) -> tuple[pa.Table, bool]:
    if isinstance(table, pa.Table):
        return table, False
    try:
        return pa.Table.from_pandas(table, preserve_index=False), True
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        # Arrow's message holds a value of the column; ours does not.
        place = str(error).split("column ")[-1].split(" ")[0]
        raise ValueError(f"column {place} mixes types: make it one type before fit") from None


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


def _batches(codes: np.ndarray, rows: int, seed: list[int]) -> Iterator[np.ndarray]:
    """Full batches in an order of the epoch's own; all rows at once where there are fewer."""
    order = np.random.default_rng(seed).permutation(len(codes))
    full = len(codes) // rows * rows or len(codes)
    for part in _cut(order[:full], rows):
        yield codes[part]


def _cut(rows: np.ndarray, size: int) -> Iterator[np.ndarray]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
