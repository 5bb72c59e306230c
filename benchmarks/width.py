"""What a training step and a sampled row cost as tables grow wider.

    python benchmarks/width.py
    python benchmarks/width.py --columns 20 --columns 40 --quality 600

Tables are made here: columns of several kinds that hang together through a few hidden factors. The
generator lets a head see few sub-columns directly, and the rest as a running sum; beside it stands
one whose heads see all before them, at a cost that grows with their square. With ``--quality`` both
are trained for as many steps and their validation losses stand side by side.

    python benchmarks/width.py --whole --columns 200 --rows 500

With ``--whole`` each table is fitted and sampled in memory from beginning to end. CPU seconds stand
beside the mean distance of correlations and the mean similarity of columns and of pairs, and those
of as many other real rows. Another version of the code is measured by this file with PYTHONPATH at
that version's folder.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from typing import Annotated, Any

import numpy as np
import pyarrow as pa
import torch
import typer
from rich.console import Console
from rich.table import Table

from synth.encode import SAMPLE_ROWS, CodeStatistics, EncoderSettings, TableEncoder
from synth.generators.autoregressive.fit import new_network
from synth.generators.autoregressive.generator import AutoregressiveGenerator
from synth.generators.autoregressive.kind import AutoregressiveKind
from synth.generators.autoregressive.settings import AutoregressiveSettings
from synth.generators.autoregressive.wiring import PARENTS
from synth.learning.likelihood import Training
from synth.learning.preparation import prepare
from synth.profiling.table_profile import TableProfile

FACTORS = 6
WIRINGS = {"all": 10**6, "few": PARENTS}  # sub-columns that a head sees directly
BINS, MOST_PAIRS = 8, 3000  # of a column that is compared; pairs of columns
TIMED_STEPS, TIMED_ROWS, BATCH = 10, 8192, 512


def wide_table(columns: int, rows: int, seed: int = 0) -> pa.Table:
    """A table whose columns, by turns a real number, a count and two categories, share factors."""
    rng = np.random.default_rng(seed)
    hidden = rng.normal(size=(rows, FACTORS))
    made: dict[str, Any] = {}
    for place in range(columns):
        loading = rng.normal(size=FACTORS) * (rng.random(FACTORS) < 0.4)
        score = hidden @ loading + rng.normal(size=rows)
        if place % 4 == 0:
            made[f"real_{place}"] = np.round(np.exp(score / 2), 3)
        elif place % 4 == 1:
            made[f"count_{place}"] = rng.poisson(np.exp(np.clip(score / 2, -3, 3)))
        else:
            levels = 3 + place % 11
            cut = np.clip(((score + 3) / 6 * levels).astype(int), 0, levels - 1)
            names = np.array([f"level {level}" for level in range(levels)])
            made[f"kind_{place}"] = names[rng.permutation(levels)[cut]]
    return pa.table(made)


def encoded(table: pa.Table) -> tuple[TableEncoder, np.ndarray, CodeStatistics]:
    """The encoder of a table, its codes, and their statistics."""
    rows = table.combine_chunks().to_batches()[0]
    encoder, arranged = prepare(
        AutoregressiveKind(),
        AutoregressiveSettings(),
        TableProfile.of(table),
        rows.slice(0, SAMPLE_ROWS),
        EncoderSettings(),
    )
    codes = encoder.encode(rows)
    statistics = CodeStatistics.of(
        codes, encoder.sub_columns, partners=arranged.partners, relations=arranged.relations
    )
    return encoder, codes, statistics


def measure(columns: int, rows: int, wiring: str, quality_steps: int) -> dict[str, Any]:
    """CPU milliseconds of a training step, CPU microseconds of a sampled row, and the loss."""
    encoder, codes, statistics = encoded(wide_table(columns, rows))
    own = AutoregressiveSettings(
        parents=WIRINGS[wiring], steps=max(quality_steps, 1), patience=10**6, plateau=10**6
    )
    torch.manual_seed(0)
    network = new_network(encoder.sub_columns, statistics, own)
    training = Training(network, own.settled(rows))
    held = rows // 10
    batch = torch.from_numpy(codes[held : held + BATCH].astype(np.int64))
    network.train()
    training._step(batch)  # the first one allocates
    started = time.process_time()
    for _ in range(TIMED_STEPS):
        training._step(batch)
    step = (time.process_time() - started) / TIMED_STEPS
    loss = _validation_loss(training, codes, held) if quality_steps else None
    weights = {name: value.numpy() for name, value in network.state_dict().items()}
    generator = AutoregressiveGenerator(encoder.sub_columns, statistics.counts, weights, own)
    generator.sample(64, np.random.default_rng(0))  # folds the heads
    started = time.process_time()
    generator.sample(TIMED_ROWS, np.random.default_rng(0))
    row = (time.process_time() - started) / TIMED_ROWS
    return {
        "columns": columns,
        "sub_columns": codes.shape[1],
        "wiring": wiring,
        "parameters": sum(p.numel() for p in network.parameters()),
        "step_ms": step * 1e3,
        "row_us": row * 1e6,
        "peak_gib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
        "loss": loss,
    }


def _validation_loss(training: Training, codes: np.ndarray, held: int) -> float:
    def batches(epoch: int) -> Iterator[np.ndarray]:
        order = np.random.default_rng(epoch).permutation(np.arange(held, len(codes)))
        for start in range(0, len(order) - BATCH + 1, BATCH):
            yield codes[order[start : start + BATCH]]

    def validation() -> Iterator[np.ndarray]:
        yield codes[:held]

    return training.run(batches, validation, lambda evaluation, training: None).best_loss


def whole(columns: int, rows: int) -> dict[str, float]:
    """CPU seconds of a fit and a sample in memory, and how alike the sample is."""
    from synth.synthesizer import Synthesizer

    both = wide_table(columns, 2 * rows)
    real, other = both.slice(0, rows), both.slice(rows)
    started = time.process_time()
    synthetic = Synthesizer(progress=False).fit(real).sample(rows)
    seconds = time.process_time() - started
    found = {"seconds": seconds}
    for name, one in (("table", synthetic), ("other rows", other)):
        found |= {f"{figure}, {name}": value for figure, value in alike(real, one).items()}
    return found


def alike(real: pa.Table, made: pa.Table) -> dict[str, float]:
    """Mean distance of correlations; mean similarity (1 - TV) of columns and of pairs, in bins."""
    pairs = [
        (_numbers(real[name], real[name]), _numbers(made[name], real[name]))
        for name in real.column_names
    ]
    of_real, of_made = (np.array(side) for side in zip(*pairs, strict=True))
    upper = np.triu_indices(len(pairs), 1)
    gaps = np.abs(_correlations(of_real) - _correlations(of_made))[upper]
    edges = [np.unique(np.quantile(own, np.arange(1, BINS) / BINS)) for own in of_real]
    bins = [
        [np.searchsorted(cut, own, side="right") for cut, own in zip(edges, side, strict=True)]
        for side in (of_real, of_made)
    ]
    chosen = np.random.default_rng(0).permutation(len(upper[0]))[:MOST_PAIRS]
    places = [(upper[0][at], upper[1][at]) for at in chosen]
    joint = [_similarity(*(side[i] * BINS + side[j] for side in bins)) for i, j in places]
    alone = [_similarity(*both) for both in zip(*bins, strict=True)]
    return {
        "correlation gap": float(np.mean(gaps)),
        "columns": float(np.mean(alone)),
        "pairs": float(np.mean(joint)),
    }


def _numbers(column: pa.ChunkedArray, real: pa.ChunkedArray) -> np.ndarray:
    """Numbers as they are, categories by their place among the real ones, others behind them."""
    if not pa.types.is_string(column.type):
        return column.to_numpy().astype(float)
    places = {name: place for place, name in enumerate(sorted(set(real.to_pylist())))}
    return np.array([places.get(value, len(places)) for value in column.to_pylist()], float)


def _correlations(columns: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore"):  # a column of one value has none
        return np.nan_to_num(np.corrcoef(columns))


def _similarity(one: np.ndarray, other: np.ndarray) -> float:
    counts = [np.bincount(side, minlength=BINS**2) / len(side) for side in (one, other)]
    return 1 - float(np.abs(counts[0] - counts[1]).sum()) / 2


def _show_whole(columns: list[int], rows: int) -> None:
    measured = [whole(number, rows) for number in columns]
    shown = Table("columns", "rows", *measured[0])
    for number, found in zip(columns, measured, strict=True):
        seconds, *figures = found.values()
        shown.add_row(str(number), str(rows), f"{seconds:.1f}", *(f"{f:.4f}" for f in figures))
    Console(width=160).print(shown)


def main(
    columns: Annotated[list[int], typer.Option(help="repeatable")] = [20, 50, 100, 200, 300],  # noqa: B006
    rows: Annotated[int, typer.Option(help="of the table")] = 20_000,
    quality: Annotated[int, typer.Option(help="steps to train; 0 measures cost alone")] = 0,
    most_for_all: Annotated[int, typer.Option(help="columns up to which heads see all")] = 100,
    from_end_to_end: Annotated[
        bool, typer.Option("--whole", help="fit and sample each table, and compare")
    ] = False,
) -> None:
    """Measure every width with both wirings, on one thread."""
    torch.set_num_threads(1)
    if from_end_to_end:
        _show_whole(columns, rows)
        return
    shown = Table("columns", "sub-columns", "wiring", "parameters", "step ms", "row µs")
    for title in ("peak GiB", "loss"):
        shown.add_column(title)
    console = Console()
    for number in columns:
        for wiring in WIRINGS:
            if wiring == "all" and number > most_for_all:
                continue
            found = measure(number, rows, wiring, quality)
            loss = "-" if found["loss"] is None else f"{found['loss']:.3f}"
            figures = (f"{found['step_ms']:.1f}", f"{found['row_us']:.1f}")
            shown.add_row(
                str(number),
                str(found["sub_columns"]),
                wiring,
                f"{found['parameters']:,}",
                *figures,
                f"{found['peak_gib']:.2f}",
                loss,
            )
            console.print(f"{number} columns, {wiring}: {figures[0]} ms a step", style="dim")
    console.print(shown)


if __name__ == "__main__":
    typer.run(main)
