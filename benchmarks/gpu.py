"""What a GPU brings: the same table fitted on CPU and on a GPU, in several ways.

    python benchmarks/gpu.py --data data --table flights
    python benchmarks/gpu.py --table adult --way cpu --way captured

Each way is the whole fit of ``Synthesizer`` on one thread of this machine, with or without its GPU.
Seconds are wall time, since a GPU's are not the CPU's. ``ms a step`` are those of the training with
its batches and validations; the seconds that it takes to compile or to record are in them.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any

import pyarrow as pa
import typer
from compare.tables import TABLES, load, split
from rich.console import Console
from rich.table import Table

from synth import Synthesizer

WAYS: dict[str, dict[str, Any]] = {
    "cpu": {},
    "step by step": {"device": "cuda", "captured": False},
    "captured": {"device": "cuda"},
    "captured, float32": {"device": "cuda", "precision": "float32"},
    "captured, bfloat16": {"device": "cuda", "precision": "bfloat16"},
    "captured, compiled": {"device": "cuda", "compiled": True},
    "captured, compiled, bfloat16": {"device": "cuda", "compiled": True, "precision": "bfloat16"},
}


def measure(train: pa.Table, way: str, seed: int, steps: int | None) -> dict[str, Any]:
    """The figures of one fit, as its model folder tells them, and its seconds in all."""
    own = dict(WAYS[way]) if steps is None else {**WAYS[way], "steps": steps}
    device = own.pop("device", "cpu")
    started = time.monotonic()
    synthesizer = Synthesizer(seed=seed, settings=own, device=device, progress=False).fit(train)
    seconds = time.monotonic() - started
    facts = synthesizer.model.manifest["about"]["training"]
    return {**facts, "fit": seconds}


def main(
    data: Annotated[Path | None, typer.Option(help="folder of the tables")] = None,
    table: Annotated[list[str] | None, typer.Option(help=f"of {', '.join(TABLES)}")] = None,
    way: Annotated[list[str] | None, typer.Option(help=f"of {'; '.join(WAYS)}")] = None,
    steps: Annotated[int | None, typer.Option(help="at most, for a quick look")] = None,
    seed: int = 0,
) -> None:
    """Fit the tables' train parts in each way, and print what it took beside the loss."""
    shown = Table(title="fit on one CPU thread, with and without a GPU")
    for heading in ("table", "way", "device", "batch", "steps", "ms a step", "training, s"):
        shown.add_column(heading, justify="right")
    shown.add_column("fit, s", justify="right")
    shown.add_column("best validation loss", justify="right")
    for name in table or ["adult"]:
        train, _ = split(load(TABLES[name], data), seed)
        for each in way or WAYS:
            found = measure(train, each, seed, steps)
            per_step = 1000 * found["seconds"] / found["steps"]
            row = [
                name,
                each,
                found["device"],
                found["settings"]["batch_rows"],
                found["steps"],
                f"{per_step:.2f}",
                f"{found['seconds']:.1f}",
                f"{found['fit']:.1f}",
                f"{found['best_validation_loss']:.4f}",
            ]
            print(*row, sep=" | ", flush=True)
            shown.add_row(*map(str, row))
    Console(width=140).print(shown)


if __name__ == "__main__":
    typer.run(main)
