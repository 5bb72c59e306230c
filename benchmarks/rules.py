"""What is gained by telling times by their spans, and numbers by their lines.

    python benchmarks/rules.py
    python benchmarks/rules.py --table trips --seed 0 --seed 1

Tables are made here: trips with a start and an end, stays with a day of coming and one of leaving,
sales with one price in several units. Each is fitted twice, as it is and with the rules vetoed, and
both are told from held-out rows by LightGBM (C2ST, 0.5 is best), plainly and with what the rule is
about beside the columns: the span, or how a row lies to its line. Similarities are to the train
rows, over as many synthetic ones.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Annotated

import numpy as np
import pandas as pd
import pyarrow as pa
import torch
import typer
from compare.canonical import canonical, kinds_of
from compare.scores import c2st, column_similarity, drawn, pair_similarity
from rich.console import Console
from rich.table import Table

from synth import Synthesizer

ROWS, TRAIN_SHARE = 30_000, 0.8


def trips(rows: int) -> pd.DataFrame:
    """A month of trips: slower by day, each as long as its way takes."""
    rng = np.random.default_rng(0)
    hour = rng.choice(24, rows, p=np.array([2.0] * 6 + [5.0] * 12 + [28 / 6] * 6) / 100)
    start = pd.Timestamp("2023-01-01") + pd.to_timedelta(
        rng.integers(0, 31, rows) * 86_400 + hour * 3600 + rng.integers(0, 3600, rows), unit="s"
    )
    way = np.round(np.exp(rng.normal(0.6, 0.8, rows)), 2)
    speed = np.where((hour > 7) & (hour < 20), 10, 17) * np.exp(rng.normal(0, 0.25, rows))
    took = (way / speed * 3600).astype(int) + 60
    fare = np.round((3 + way * 2.5 + took / 100) * 2) / 2
    return pd.DataFrame(
        {"start": start, "end": start + pd.to_timedelta(took, unit="s"), "way": way, "fare": fare}
    )


def stays(rows: int) -> pd.DataFrame:
    """Ten years of stays of some days, by department; one in twenty has not ended."""
    rng = np.random.default_rng(0)
    days = {"surgery": 4.0, "heart": 6.0, "bones": 8.0, "mind": 24.0}
    department = rng.choice(list(days), rows)
    length = np.round(rng.gamma(2, np.array([days[name] for name in department]) / 2)).astype(int)
    came = pd.Timestamp("2015-01-01") + pd.to_timedelta(rng.integers(0, 3650, rows), unit="D")
    left = (came + pd.to_timedelta(length, unit="D")).date
    cost = np.round(500 * length * np.exp(rng.normal(0, 0.3, rows)) + 1000, 2)
    ended = np.where(rng.random(rows) < 0.05, None, left)
    return pd.DataFrame({"came": came.date, "left": ended, "department": department, "cost": cost})


def sales(rows: int) -> pd.DataFrame:
    """Prices net and gross to the cent, and a weight in two units."""
    rng = np.random.default_rng(0)
    weight, net = np.exp(rng.normal(2, 1, rows)), np.round(rng.gamma(2, 40, rows), 2)
    kind = rng.choice(["a", "b"], rows)
    return pd.DataFrame(
        {"kilos": weight, "pounds": weight / 0.45359237, "net": net, "kind": kind}
    ).assign(gross=np.round(net * 1.2, 2))


def _hours(rows: pd.DataFrame, start: str, end: str) -> pd.Series:
    span = pd.to_datetime(rows[end]) - pd.to_datetime(rows[start])
    return span.dt.total_seconds() / 3600


# The table, the columns that are vetoed beside it, and what the rule is about.
TABLES: dict[
    str, tuple[Callable[[int], pd.DataFrame], list[str], Callable[[pd.DataFrame], pd.Series]]
] = {
    "trips": (trips, ["end"], lambda rows: _hours(rows, "start", "end")),
    "stays": (stays, ["left"], lambda rows: _hours(rows, "came", "left")),
    "sales": (
        sales,
        ["pounds", "kilos", "net", "gross"],
        lambda rows: (rows["kilos"] / rows["pounds"] * 1e4).round(),
    ),
}


def measure(name: str, seed: int, *, vetoed: bool) -> list[float]:
    """C2ST plain and with what the rule is about, columns, pairs, CPU seconds of the fit."""
    make, veto, about = TABLES[name]
    table = make(ROWS).sample(frac=1, random_state=seed, ignore_index=True)
    cut = int(ROWS * TRAIN_SHARE)
    train, holdout = table[:cut].reset_index(drop=True), table[cut:].reset_index(drop=True)
    started = time.process_time()
    model = Synthesizer(seed=seed, progress=False).fit(train, veto=veto if vetoed else ())
    fitted = time.process_time() - started
    made = model.sample(cut)
    parts = [part.assign(about=about(part)) for part in (train, holdout, made)]
    kinds = kinds_of(pa.Schema.from_pandas(parts[0], preserve_index=False))
    real, held, synthetic = (canonical(part, kinds) for part in parts)
    few = drawn(synthetic, len(held), seed)
    plain = [part.drop(columns="about") for part in (real, held, synthetic, few)]
    return [
        c2st(plain[1], plain[3]),
        c2st(held, few),
        column_similarity(plain[0], plain[2]),
        pair_similarity(plain[0], plain[2]),
        fitted,
    ]


def main(
    table: Annotated[list[str], typer.Option(help="trips, stays, sales")] = [*TABLES],  # noqa: B006
    seed: Annotated[list[int], typer.Option(help="splits and trainings")] = [0, 1, 2],  # noqa: B006
) -> None:
    """Print every table with its rules and without them, means over the seeds."""
    torch.set_num_threads(1)
    shown = Table("table", "rules", "C2ST", "C2ST with it", "columns", "pairs", "fit, CPU s")
    for name in table:
        for vetoed in (False, True):
            found = np.mean([measure(name, one, vetoed=vetoed) for one in seed], axis=0)
            figures = [f"{value:.3f}" for value in found[:2]]
            figures += [f"{value:.4f}" for value in found[2:4]] + [f"{found[4]:.0f}"]
            shown.add_row(name, "vetoed" if vetoed else "used", *figures)
    Console().print(shown)


if __name__ == "__main__":
    typer.run(main)
