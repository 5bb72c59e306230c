"""Tables of real-valued columns: what tells them from real rows, what lies off, what tails lack.

    python benchmarks/continuous.py
    python benchmarks/continuous.py --table mixed --table sessions --rows 6000 --seed 0 --seed 1
    python benchmarks/continuous.py --table mixed --rows 20000 --held-out 0.5
    python benchmarks/continuous.py --table flights --data FOLDER      # shared tables' numbers

Tables are made here: ``mixed`` (lognormals that go together, functions, fractions, ratios and
multiples with noise), ``sessions`` (counts beside durations and rates), places (``cities``,
``ring``, ``road``, ``line5``, ``line20``). The numeric columns of the tables of
``benchmarks/quality.py`` can be named as well.

A fifth of the rows is held out, as a run does it, or as much as ``--held-out`` says; the others are
learned. C2ST: how well LightGBM tells held-out rows from as many synthetic ones, mean of
``--draws`` draws, and beside it the same for as many draws of learned rows. *Off*: the share of the
rows that lie where no row of the kind can lie. *Tails*: the mean over the columns and over the
quantiles 0.1, 0.5, 99.5 and 99.9 % of how far they lie off in ranks of the held-out rows, per cent;
*span*: the range of synthetic rows as a share of the real rows', mean over the columns.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import numpy as np
import pandas as pd
import torch
import typer
from compare.scores import c2st, column_similarity, pair_similarity
from compare.tables import TABLES, load
from rich.console import Console
from rich.table import Table

from synth import Synthesizer

ROWS = 20_000
HELD_OUT = 0.2  # as `split.holdout_fraction`
TAILS = (0.001, 0.005, 0.995, 0.999)
CITIES = ((52.5, 13.4), (48.1, 11.6), (53.6, 10.0), (50.9, 6.96))
WIDTH = 0.05  # degrees, a city's standard deviation


def mixed(rows: int) -> pd.DataFrame:
    """Ten columns, most of them nearly a function, a fraction or a multiple of another one."""
    rng = np.random.default_rng(0)
    z = rng.multivariate_normal([0, 0, 0], [[1, 0.7, 0.3], [0.7, 1, 0.5], [0.3, 0.5, 1]], rows)
    total, income, age = np.exp(5 + 0.9 * z[:, 0]), np.exp(3 + 0.6 * z[:, 1]), 40 + 12 * z[:, 2]
    share = rng.beta(4, 2, rows)
    part = total * share
    return pd.DataFrame(
        {
            "total": total,
            "part": part,
            "share": share + rng.normal(0, 0.005, rows),
            "income": income,
            "ratio": part / income,
            "age": age,
            "curve": np.sin(age / 10) + 0.02 * age + rng.normal(0, 0.03, rows),
            "multiple": 2.2 * income * np.exp(rng.normal(0, 0.02, rows)),
            "root": np.sqrt(total) + rng.normal(0, 0.2, rows),
            "noise": rng.normal(0, 1, rows),
        }
    )


def sessions(rows: int) -> pd.DataFrame:
    """Sessions of a web site: pages seen and how long, rates of leaving, values of pages."""
    rng = np.random.default_rng(0)
    pages = 1 + rng.negative_binomial(1, 0.06, rows)
    seconds = np.where(pages > 1, pages * rng.gamma(2, 18, rows), 0.0)
    info = rng.binomial(pages, 0.07) * (rng.random(rows) < 0.5)
    bounce = np.clip(rng.exponential(0.3 / pages) * (rng.random(rows) < 0.7), 0, 0.2)
    leave = np.clip(bounce + rng.gamma(1.5, 0.35 / np.sqrt(pages)) / 4, 0, 0.2)
    value = np.where(rng.random(rows) < 0.25, rng.lognormal(2.3, 1.1, rows), 0.0)
    return pd.DataFrame(
        {
            "info_pages": info,
            "info_seconds": np.where(info > 0, info * rng.gamma(1.2, 40, rows), 0.0),
            "pages": pages,
            "seconds": seconds,
            "bounce_rate": bounce,
            "exit_rate": leave,
            "page_value": value,
            "per_page": seconds / pages + rng.normal(0, 0.5, rows),
        }
    )


def cities(rows: int) -> pd.DataFrame:
    """Places in four cities, and an amount."""
    rng = np.random.default_rng(0)
    at = np.array(CITIES)[rng.choice(4, rows, p=[0.4, 0.3, 0.2, 0.1])]
    place = at + rng.normal(0, WIDTH, (rows, 2))
    return pd.DataFrame(
        {"lat": place[:, 0], "lon": place[:, 1], "amount": rng.lognormal(3, 1, rows)}
    )


def off_cities(table: pd.DataFrame) -> float:
    """More than six widths from every city."""
    places = table[["lat", "lon"]].to_numpy()[:, None] - np.array(CITIES)
    return float((np.sqrt((places**2).sum(2)).min(1) > 6 * WIDTH).mean())


def ring(rows: int) -> pd.DataFrame:
    """Points on a circle of radius 10, 0.2 wide."""
    rng = np.random.default_rng(0)
    angle, radius = rng.uniform(0, 2 * np.pi, rows), 10 + rng.normal(0, 0.2, rows)
    return pd.DataFrame({"x": radius * np.cos(angle), "y": radius * np.sin(angle)})


def off_ring(table: pd.DataFrame) -> float:
    """More than six widths from the circle."""
    return float((np.abs(np.hypot(table["x"], table["y"]) - 10) > 1.2).mean())


def road(rows: int) -> pd.DataFrame:
    """Points along a winding road, 0.1 wide."""
    rng = np.random.default_rng(0)
    x = rng.uniform(0, 20, rows)
    return pd.DataFrame({"x": x, "y": 3 * np.sin(x / 3) + x / 2 + rng.normal(0, 0.1, rows)})


def off_road(table: pd.DataFrame) -> float:
    """More than six widths beside the road."""
    way = 3 * np.sin(table["x"] / 3) + table["x"] / 2
    return float((np.abs(table["y"] - way) > 0.6).mean())


def _line(number: int) -> Callable[[int], pd.DataFrame]:
    def made(rows: int) -> pd.DataFrame:
        rng = np.random.default_rng(0)
        centre = rng.integers(0, number, rows) * 10.0
        return pd.DataFrame(
            {"x": centre + rng.normal(0, 0.1, rows), "y": rng.normal(centre / 10, 1)}
        )

    return made


def off_line(table: pd.DataFrame) -> float:
    """More than six widths from every cluster."""
    return float((np.abs(table["x"] - table["x"].round(-1)) > 0.6).mean())


MADE: dict[str, tuple[Callable[[int], pd.DataFrame], Callable[[pd.DataFrame], float] | None]] = {
    "mixed": (mixed, None),
    "sessions": (sessions, None),
    "cities": (cities, off_cities),
    "ring": (ring, off_ring),
    "road": (road, off_road),
    "line5": (_line(5), off_line),
    "line20": (_line(20), off_line),
}


def rows_of(name: str, rows: int, data: Path | None) -> pd.DataFrame:
    """The rows of a made table, or the numeric columns of a shared one."""
    if name in MADE:
        return MADE[name][0](rows)
    whole = replace(TABLES[name], rows=None)  # other benchmarks take a part of a large one
    frame = load(whole, data, rows=rows).to_pandas()
    numbers: pd.DataFrame = frame.select_dtypes("number")
    return numbers


def tail_error(real: pd.DataFrame, other: pd.DataFrame) -> float:
    """Mean distance in ranks, per cent, of the outer quantiles of ``other`` among real values."""
    found = []
    for name in real:
        ordered = np.sort(real[name].dropna())
        wanted = np.array(TAILS)
        values = other[name].dropna().quantile(wanted)
        low, high = (
            np.searchsorted(ordered, values, side) / len(ordered) for side in ("left", "right")
        )
        found.append(np.abs(wanted - np.clip(wanted, low, high)).mean())
    return float(np.mean(found)) * 100


def span(real: pd.DataFrame, other: pd.DataFrame) -> float:
    """The range of ``other`` as a share of that of the real rows, mean over the columns."""
    return float(
        np.mean([np.ptp(other[name].dropna()) / np.ptp(real[name].dropna()) for name in real])
    )


def measure(
    name: str, rows: int, held_out: float, seed: int, draws: int, data: Path | None
) -> list[float]:
    """C2ST, that of learned rows, off, that of real rows, columns, pairs, tails, span, CPU s."""
    table = rows_of(name, rows, data).sample(frac=1, random_state=seed, ignore_index=True)
    cut = len(table) - round(held_out * len(table))
    train, holdout = table[:cut].reset_index(drop=True), table[cut:].reset_index(drop=True)
    started = time.process_time()
    model = Synthesizer(seed=seed, progress=False).fit(train)
    fitted = time.process_time() - started
    made = [model.sample(len(holdout), seed=draw) for draw in range(draws)]
    alike = min(len(train), len(holdout))
    learned = [train.sample(alike, random_state=draw, ignore_index=True) for draw in range(draws)]
    off = MADE[name][1] if name in MADE else None
    return [
        float(np.mean([c2st(holdout, one, seed=seed) for one in made])),
        float(np.mean([c2st(holdout, one, seed=seed) for one in learned])),
        100 * float(np.mean([off(one) for one in made])) if off else np.nan,
        100 * off(holdout) if off else np.nan,
        float(np.mean([column_similarity(train, one) for one in made])),
        float(np.mean([pair_similarity(train, one) for one in made])),
        float(np.mean([tail_error(holdout, one) for one in made])),
        float(np.mean([span(holdout, one) for one in made])),
        fitted,
    ]


def main(
    table: Annotated[list[str], typer.Option(help="may be repeated; all that are made")] = [*MADE],  # noqa: B006
    rows: Annotated[int, typer.Option(min=200, help="of a table, at most")] = ROWS,
    held_out: Annotated[
        float, typer.Option(min=0.05, max=0.9, help="share of them that is not learned")
    ] = HELD_OUT,
    seed: Annotated[list[int], typer.Option(help="splits and trainings")] = [0],  # noqa: B006
    draws: Annotated[int, typer.Option(min=1, help="samples of a model")] = 4,
    data: Annotated[Path | None, typer.Option(help="the folder of the shared tables")] = None,
) -> None:
    """Print every table's figures, means over the seeds."""
    torch.set_num_threads(1)
    shown = Table(
        "table", "C2ST", "real", "off, %", "real", "columns", "pairs", "tails", "span", "fit, CPU s"
    )
    for name in table:
        found = np.mean([measure(name, rows, held_out, one, draws, data) for one in seed], axis=0)
        figures = [f"{value:.3f}" for value in found[:4]] + [f"{v:.4f}" for v in found[4:6]]
        shown.add_row(name, *figures, f"{found[6]:.3f}", f"{found[7]:.3f}", f"{found[8]:.0f}")
        print(name, *figures, f"{found[6]:.3f} {found[7]:.3f} {found[8]:.0f}", flush=True)
    Console(width=120).print(shown)


if __name__ == "__main__":
    typer.run(main)
