"""A mixture of products learned batch by batch.

Stepwise expectation maximisation (Cappe & Moulines 2009; Liang & Klein 2009): after each batch the
expected counts move a little towards those of the batch, so that a table that does not fit in
memory is learned in a few passes. NOTE[DIFF]: the last pass counts all rows with one set of tables,
as plain EM does, so that the margins of the mixture are those of the whole train part; classes of
few rows are left out, and margins of numbers are smooth.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import numpy as np

from synth.generators.margins import margins
from synth.generators.mixture.expectation import Expectation, Expected, of_one
from synth.generators.mixture.progress import MixtureState, load_state, save_state
from synth.generators.mixture.settings import MixtureSettings
from synth.generators.mixture.tables import MixtureTables
from synth.learning.ending import notes_on_fall
from synth.learning.task import Codes, FitTask

FORGETTING = 0.7  # the weight of batch t is (t + 2) ** -FORGETTING; 0.5 to 1 converges
GAIN = 1e-3  # nats a row by which a pass must be better to be worth another one
SEEDED = 0.5  # of a class's first shares is that of a row, the rest the margin's
SEED_ROWS = 65_536  # of which the first classes are drawn
LEAST_ROWS = 2  # times min_entities, of a class in the end: fewer would be told as they are
BALANCING = 5  # rounds in which classes are drawn towards the smooth margins
Sum = Callable[[np.ndarray], np.ndarray]  # over all workers


class MixtureFit:
    """One worker's part of a fit; ``together`` adds what all workers have."""

    def __init__(self, task: FitTask, together: Sum):
        self.task, self._sum = task, together
        self.settings: MixtureSettings = task.settings
        self.expectation = Expectation(
            task.sub_columns,
            [
                np.atleast_2d(own).astype(np.float64)
                for own in margins(task.sub_columns, task.statistics)
            ],
        )
        self.components = self.settings.components_for(task.train.rows)
        self.batch_rows = max(self.settings.batch_rows // task.worker.world, 1)

    def run(self) -> MixtureTables:
        """The tables with the best validation loss, counted over all rows."""
        state, saved = self._start(), time.monotonic()
        while state.passes < self.settings.passes and state.worse < self.settings.patience:
            state = self._pass(state)
            waited = self._sum(np.array([time.monotonic() - saved]))[0] / self.task.worker.world
            if waited >= self.task.checkpoints.seconds:
                self.task.checkpoints.save(partial(save_state, state, self.task.progress.curve))
                saved = time.monotonic()
        if state.passes == self.settings.passes and not state.worse:
            progress = self.task.progress
            progress.notes += notes_on_fall(
                progress.curve, "validation loss", least=0.0, setting="passes"
            )
        self.task.progress.step("counting all rows")
        whole = self._whole(state.best)
        least = LEAST_ROWS * self.task.min_entities
        while (
            kept := _of_many_rows(whole.rows, least)
        ) is not None:  # theirs go to those that are left
            whole = self._whole(self._tables(whole).of_classes(kept))
        return self._balanced(self._tables(whole))

    def _start(self) -> MixtureState:
        folder = self.task.checkpoints.latest
        if folder is None:
            tables = self._seeded()
            return MixtureState(now=tables, best=tables)
        state, curve = load_state(folder, self.task.sub_columns, self.components)
        self.task.progress.curve += curve
        return state

    def _pass(self, state: MixtureState) -> MixtureState:
        """Once over the rows, in as many steps on every worker."""
        steps = max(self.task.train.rows // self.settings.batch_rows, 1)
        tables, counts = state.now, state.counts
        for place, codes in enumerate(self._batches(state.passes, steps)):
            tables, counts = self._moved(tables, counts, codes, state.passes * steps + place + 1)
        loss = self._loss(tables)
        passes, worse = state.passes + 1, 0 if loss < state.best_loss - GAIN else state.worse + 1
        self.task.progress.point(passes, self.settings.passes, validation_loss=loss)
        best, best_loss = (
            (tables, loss) if loss < state.best_loss else (state.best, state.best_loss)
        )
        return MixtureState(tables, best, counts, passes, best_loss, worse)

    def _batches(self, epoch: int, steps: int) -> Iterator[np.ndarray]:
        """So many batches of an epoch, again from its start where the worker has fewer."""
        given = 0
        while given < steps:
            for codes in self.task.train.epoch(epoch, self.batch_rows):
                yield codes
                given += 1
                if given == steps:
                    return

    def _moved(
        self, tables: MixtureTables, counts: Expected | None, codes: np.ndarray, step: int
    ) -> tuple[MixtureTables, Expected]:
        found = self._all(self.expectation.counted(tables, [codes]))
        found = found.scaled(self.task.train.rows / found.seen)
        if counts is not None:
            found = counts.towards(found, (step + 2.0) ** -FORGETTING)
        return self._tables(found), found

    def _whole(self, tables: MixtureTables) -> Expected:
        """Expectations over all rows of all workers."""
        return self._all(self.expectation.counted(tables, self._in_order(self.task.train)))

    def _loss(self, tables: MixtureTables) -> float:
        """Nats a row of the validation part, over first-level codes."""
        rows = self._in_order(self.task.validation)
        found = self._all(self.expectation.counted(tables, rows))
        return -found.log_likelihood / max(found.seen, 1)

    def _in_order(self, codes: Codes) -> Iterator[np.ndarray]:
        return codes.in_order(self.batch_rows)

    def _all(self, own: Expected) -> Expected:
        """Those of all workers together."""
        return Expected.of_flat(self._sum(own.flat()), len(own.rows))

    def _tables(self, counts: Expected) -> MixtureTables:
        return self.expectation.tables(counts, self.settings.prior)

    def _seeded(self) -> MixtureTables:
        """Classes that start as rows drawn at random, half and half with the margins."""
        codes = self.expectation.one_hot(self._some_rows()).toarray().T * SEEDED
        codes = codes + (1 - SEEDED) * self.expectation.margin[:, None]
        return self.expectation.of(np.full(self.components, 1 / self.components), codes)

    def _some_rows(self) -> np.ndarray:
        """Rows of the first worker, as many as there are classes, the same on every worker."""
        found = np.zeros((self.components, len(self.task.sub_columns)), np.int64)
        if self.task.worker.rank == 0:
            rng = np.random.default_rng([self.task.seed, 9])
            seen = _first_rows(self.task.train, SEED_ROWS)
            found = seen[rng.choice(len(seen), self.components, len(seen) < self.components)]
        return self._sum(found.astype(np.float64)).astype(np.int64)

    def _balanced(self, tables: MixtureTables) -> MixtureTables:
        """The same with smooth margins: codes of few rows are drawn to what lies beside them."""
        codes = list(tables.codes)
        for place in self.expectation.first:
            wanted = self.expectation.margin_of(place)
            own = codes[place].astype(np.float64)
            for _ in range(BALANCING):
                now = tables.shares @ own
                own = of_one(own * np.divide(wanted, now, out=np.zeros_like(now), where=now > 0))
            codes[place] = own.astype(np.float32)
        return replace(tables, codes=tuple(codes))


def _of_many_rows(rows: np.ndarray, least: int) -> np.ndarray | None:
    """Places of the classes to keep, None where each has ``least`` rows or there is one alone.

    Those of few rows go at once where the others have most of the rows, else the lighter half.
    """
    many = rows >= least
    if many.all() or len(rows) == 1:
        return None
    if rows[many].sum() >= rows.sum() / 2:
        return np.flatnonzero(many)
    return np.sort(np.argsort(-rows, kind="stable")[: len(rows) // 2])


def _first_rows(codes: Codes, most: int) -> np.ndarray:
    found = list[np.ndarray]()
    for batch in codes.epoch(0, min(most, 4096)):
        found.append(batch)
        if sum(map(len, found)) >= most:
            break
    return np.concatenate(found)[:most]
