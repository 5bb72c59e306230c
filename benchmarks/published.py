"""Lakesynth beside the figures that diffusion models publish: Adult, by their own measure.

    python benchmarks/published.py
    python benchmarks/published.py --generator diffusion --seed 0

TabSyn (Zhang et al., ICLR 2024) and TabDiff (Shi et al., ICLR 2025) learn the 32,561 rows of
``adult.data``, make as many, and report 100 % minus SDMetrics' Column Shapes and Column Pair Trends
against the rows that were learned. Here the same is done with ours, and with real rows: those of
``adult.test``. Their own figures are those of their papers; they are not run.

SDMetrics 0.11.1, which they used, cuts each table into ten bins between its own extremes. So
whoever keeps no extreme value has other bins: ours are given with rare values protected, which is
the default, and with all values stored, as the others do. ``--python`` names a Python with another
SDMetrics, of which the later ones cut both tables at the real one's edges.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import pyarrow as pa
import pyarrow.parquet as pq
import torch
import typer
from compare.records import spread
from compare.systems import RUNNERS, RunFailed, made_environment, run_checked
from compare.tables import TABLES, load
from rich.console import Console
from rich.table import Table

from synth import Synthesizer
from synth.encode import EncoderSettings
from synth.generators.registry import AUTO

SEEDS = (0, 1, 2)
TRAIN_ROWS = 32_561  # of adult.data; those of adult.test follow
SETTINGS = {
    "lakesynth": EncoderSettings(),
    "lakesynth, all values stored": EncoderSettings(min_entities=1),
}
PUBLISHED = (  # in percent: arXiv 2310.09656, Tables 1 and 2; arXiv 2410.20626
    ("TabSyn, as published", "0.58 ± 0.06", "1.54 ± 0.27"),
    ("TabDiff, as published", "0.63 ± 0.05", "1.49 ± 0.16"),
)


def make(
    train: pa.Table, folder: Path, seeds: Sequence[int], generator: str
) -> dict[str, list[Path]]:
    """Synthetic tables as Parquet files, by the name of their settings."""
    torch.set_num_threads(1)
    made: dict[str, list[Path]] = {}
    for number, (name, encoder) in enumerate(SETTINGS.items()):
        for seed in dict.fromkeys(seeds):
            made_by = Synthesizer(generator=generator, seed=seed, encoder=encoder, progress=False)
            fitted = made_by.fit(train)
            path = folder / f"{number}-{seed}.parquet"
            pq.write_table(fitted.sample(len(train)), path)
            made.setdefault(name, []).append(path)
    return made


def scored(python: Path, real: Path, others: list[Path]) -> dict[str, Any]:
    """What ``score_sdmetrics.py`` prints: SDMetrics' version, and the errors of each table."""
    command = [python, RUNNERS / "score_sdmetrics.py", real, *others]
    printed = run_checked([str(part) for part in command]).splitlines()
    found: dict[str, Any] = json.loads(next(line for line in printed if line.startswith("{")))
    return found


def main(
    seed: Annotated[list[int] | None, typer.Option(help="may be repeated; 0, 1, 2")] = None,
    generator: Annotated[str, typer.Option(help="of ours, by name")] = AUTO,
    python: Annotated[Path | None, typer.Option(help="a Python that has SDMetrics")] = None,
) -> None:
    """Fit and sample ours, score it and the real test rows, and print all beside each other."""
    rows = load(TABLES["adult"], None)
    parts = {"train": rows.slice(0, TRAIN_ROWS), "test": rows.slice(TRAIN_ROWS)}
    with tempfile.TemporaryDirectory(prefix="lakesynth-published-") as made_folder:
        folder = Path(made_folder)
        for name, part in parts.items():
            pq.write_table(part, folder / f"{name}.parquet")
        train, test = (folder / f"{name}.parquet" for name in parts)
        try:
            where = python.absolute() if python else made_environment("sdmetrics")
            scored(where, train, [test])  # says what is missing before the long work
            made = make(parts["train"], folder, seed or SEEDS, generator)
            tables = {"real rows: adult.test": [test]} | made
            files = [path for paths in tables.values() for path in paths]
            found = scored(where, train, files)
        except RunFailed as error:
            typer.echo(f"{error.log}\nSDMetrics has not run: {error}", err=True)
            raise typer.Exit(1) from error
    errors = dict(zip(files, found["errors"], strict=True))
    shown = Table(title=f"Adult, errors in % by SDMetrics {found['version']}")
    for heading in ("system", "columns (Shape)", "pairs (Trend)"):
        shown.add_column(heading)
    for name, paths in tables.items():
        values = [[100 * errors[path][kind] for path in paths] for kind in ("shape", "trend")]
        shown.add_row(name, *(spread(each, ".2f") for each in values))
    for line in PUBLISHED:
        shown.add_row(*line)
    Console(width=120).print(shown)


if __name__ == "__main__":
    typer.run(main)
