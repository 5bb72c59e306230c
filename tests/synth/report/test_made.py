"""A report is put together of counts, figures and words."""

import pyarrow as pa

from synth.encode import EncoderSettings
from synth.metrics.compared import Compared
from synth.metrics.judge import Judgement
from synth.metrics.metric import Metric
from synth.metrics.verdict import Verdict
from synth.report.made import report_of
from synth.table.frames import learnable


def test_counts_words_and_figures_find_their_place() -> None:
    rows, schema = learnable(pa.table({"a": [1, 2, 3, 4] * 50, "b": ["x", "y"] * 100}), None)
    tables = {"train": rows, "synthetic": rows[:100], "holdout": rows[:60]}
    compared = Compared.of(tables, schema, EncoderSettings())
    counts = compared.whole(lambda step: None).counts
    figures = [Metric("column_similarity", "table", 1.0)]
    found = Judgement(figures, Verdict(True), ("said by a measure",), {"curve": [1.0]})
    report = report_of(
        compared.encoder, counts, found, title="T", notes=["said first"], seconds={"evaluate": 2.0}
    )
    assert report.notes == ["said first", "said by a measure"]
    assert (report.table, report.seconds, report.evidence) == (
        "T",
        {"evaluate": 2.0},
        {"curve": [1.0]},
    )
    first = report.columns[0]
    assert (sum(first.train), sum(first.synthetic), sum(first.holdout or [])) == (200, 100, 60)
    assert [row["column"] for row in report.treatment] == ["a", "b"]
    assert len(report.real_correlation) == len(report.synthetic_correlation) == 2
    del counts["holdout"]  # type: ignore[attr-defined]
    bare = report_of(compared.encoder, counts, found, title="T", notes=[], table="people")
    assert (bare.table, bare.has_holdout) == ("people", False)
