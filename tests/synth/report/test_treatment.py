"""What became of each column."""

import numpy as np
import pyarrow as pa

from synth.metrics.histograms import CodeHistograms
from synth.report.treatment import treatment_of
from tests.synth.fits import encoded


def test_columns_are_learned_made_anew_or_left_as_they_are() -> None:
    rng = np.random.default_rng(0)
    town = np.r_[np.repeat(["Rome", "Oslo"], 300), [f"hamlet {'abcdef'[k]}" for k in range(6)]]
    table = pa.table(
        {
            "age": rng.integers(18, 80, 606),
            "town": town,
            "same": ["x"] * 606,
        }
    )
    encoder, _, _ = encoded(table)
    counts = CodeHistograms(encoder.bins())
    counts.update_bins(encoder.bin_matrix(table.combine_chunks().to_batches()[0]))
    age, towns, same = treatment_of(encoder, counts)
    assert (age["column"], age["treatment"], age["suppressed"]) == ("age", "learned", 0)
    assert towns["suppressed"] == 6  # rows of a town that fewer than eleven share
    assert same["treatment"] != "learned"
    assert not any(row["sensitive"] for row in (age, towns, same))
