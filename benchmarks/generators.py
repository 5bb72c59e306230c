"""The generators side by side: quality, what a fit costs, and how fast rows are drawn.

    python benchmarks/generators.py --data FOLDER
    python benchmarks/generators.py --generator mixture --generator autoregressive --table adult
    python benchmarks/generators.py --generator mixture --settings '{"components": 200}'

Tables are those of ``benchmarks/quality.py``; a fifth of the rows is held out. C2ST: how well
LightGBM tells held-out rows from as many synthetic ones, and beside it from as many learned ones.
Columns and pairs: similarity to the learned rows, of as many synthetic ones. CPU seconds are of one
process with one thread for torch.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from compare.scores import c2st, column_similarity, pair_similarity
from compare.tables import TABLES, load
from rich.console import Console
from rich.table import Table

from synth import Synthesizer
from synth.generators.registry import generator_names

HELD_OUT = 0.2
INSTALLED = [*generator_names()]


def measure(
    generator: str, name: str, seed: int, settings: dict[str, Any], data: Path | None
) -> list[float]:
    """C2ST, that of learned rows, columns, pairs, CPU s of the fit, rows drawn a CPU second."""
    table = load(TABLES[name], data).to_pandas()
    table = table.sample(frac=1, random_state=seed, ignore_index=True)
    cut = len(table) - round(HELD_OUT * len(table))
    train, holdout = table[:cut].reset_index(drop=True), table[cut:].reset_index(drop=True)
    started = time.process_time()
    model = Synthesizer(generator=generator, settings=settings, seed=seed, progress=False)
    model.fit(train)
    fitted = time.process_time()
    made = model.sample(len(train), seed=seed)
    drawn = time.process_time()
    learned = train.sample(len(holdout), random_state=seed, ignore_index=True)
    return [
        c2st(holdout, made[: len(holdout)], seed=seed),
        c2st(holdout, learned, seed=seed),
        column_similarity(train, made),
        pair_similarity(train, made),
        fitted - started,
        len(made) / (drawn - fitted),
    ]


def main(
    generator: Annotated[list[str], typer.Option(help="by name; may be repeated")] = INSTALLED,
    table: Annotated[list[str], typer.Option(help="may be repeated")] = ["adult", "bank", "acs"],  # noqa: B006
    seed: Annotated[list[int], typer.Option(help="splits and fits")] = [0],  # noqa: B006
    settings: Annotated[str, typer.Option(help="JSON, for every generator that is named")] = "{}",
    data: Annotated[Path | None, typer.Option(help="the folder of the shared tables")] = None,
) -> None:
    """Print each generator's figures on each table, means over the seeds."""
    shown = Table(
        "table", "generator", "C2ST", "real", "columns", "pairs", "fit, CPU s", "rows / CPU s"
    )
    for name in table:
        for own in generator:
            runs = [measure(own, name, one, json.loads(settings), data) for one in seed]
            *scores, fit, speed = np.mean(runs, axis=0)
            figures = [f"{score:.4f}" for score in scores]
            shown.add_row(name, own, *figures, f"{fit:.1f}", f"{speed:,.0f}")
            print(name, own, *figures, f"{fit:.1f} {speed:,.0f}", flush=True)
    Console(width=110).print(shown)


if __name__ == "__main__":
    typer.run(main)
