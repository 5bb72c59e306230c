"""Tables of the tests of audits, and what is counted of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

from synth.encode import EncoderSettings
from synth.encode.fit import fit_encoder
from synth.metrics.gram import GramState, Standard
from synth.metrics.histograms import CodeHistograms
from synth.metrics.scans import Binned, number_columns
from synth.profiling.table_profile import TableProfile


def counted(frame: pd.DataFrame) -> tuple[CodeHistograms, GramState]:
    """The counts of a table's pairs in bins of its own, and the products of its numbers."""
    table = pa.Table.from_pandas(frame, preserve_index=False).combine_chunks()
    (batch,) = table.to_batches()
    profile = TableProfile.of(table)
    encoder = fit_encoder(profile, batch, EncoderSettings())
    counts = CodeHistograms(encoder.bins())
    products = GramState(Standard.of_profile(number_columns(encoder), profile))
    Binned(encoder, [counts]).update(batch)
    products.update(batch)
    return counts, products


def applicants(rows: int = 6000, *, rate: float = 0.15) -> pd.DataFrame:
    """People with a score and a decision that ``rate`` of the women and 0.4 of the men get."""
    rng = np.random.default_rng(3)
    sex = rng.choice(["woman", "man"], rows)
    granted = rng.random(rows) < np.where(sex == "woman", rate, 0.4)
    return pd.DataFrame(
        {
            "sex": sex,
            "score": rng.normal(size=rows).round(3) + granted,
            "city": rng.choice(["Kyiv", "Lviv", "Odesa"], rows, p=[0.6, 0.3, 0.1]),
            "granted": np.where(granted, "yes", "no"),
        }
    )
