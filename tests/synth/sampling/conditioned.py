"""A table in which much follows from little, learned column by column: fits in half a second."""

from __future__ import annotations

import numpy as np
import pandas as pd

from synth import Synthesizer

ROWS = 4000


def ruled_frame() -> pd.DataFrame:
    """Parts of a time, a map, a chain of maps, a band, lines, a sum, a date of its parts."""
    rng = np.random.default_rng(3)
    at = pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.integers(0, 700 * 86400, ROWS), unit="s")
    age, net = rng.integers(18, 90, ROWS), np.round(rng.lognormal(4, 0.6, ROWS), 2)
    land = rng.choice(["DE", "FR", "IT", "US"], ROWS, p=[0.5, 0.3, 0.15, 0.05])
    left, right, real = rng.integers(0, 30, ROWS), rng.integers(0, 50, ROWS), rng.normal(size=ROWS)
    names = {"DE": "Germany", "FR": "France", "IT": "Italy", "US": "United States"}
    name = pd.Series(land).map(names)
    return pd.DataFrame(
        {
            "at": at,
            "hour": at.hour,
            "year": at.year,
            "age": age,
            "band": np.select([age < 30, age < 60], ["young", "grown"], "old"),
            "net": net,
            "gross": np.round(net * 1.19, 2),
            "land": land,
            "name": name,
            "region": np.where(land == "US", "NA", "EU"),
            "left": left,
            "right": right,
            "total": left + right,
            "real": real,
            "twice": 2 * real + 1,
        }
    )


def follows(frame: pd.DataFrame) -> bool:
    """Whether all rules of the table hold in every row."""
    names = dict(ruled_frame()[["land", "name"]].drop_duplicates().itertuples(index=False))
    age = frame["age"]
    return bool(
        (frame["hour"] == frame["at"].dt.hour).all()
        and (frame["year"] == frame["at"].dt.year).all()
        and (frame["band"] == np.select([age < 30, age < 60], ["young", "grown"], "old")).all()
        and (frame["gross"] - frame["net"] * 1.19).abs().max() < 0.0051
        and (frame["name"] == frame["land"].map(names)).all()
        and ((frame["region"] == "NA") == (frame["land"] == "US")).all()
        and (frame["total"] == frame["left"] + frame["right"]).all()
        and np.allclose(frame["twice"], 2 * frame["real"] + 1)
    )


def ruled() -> Synthesizer:
    """The table's model."""
    return Synthesizer(seed=0, generator="marginal", progress=False).fit(ruled_frame())
