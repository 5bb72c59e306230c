"""How two columns go together, drawn for both tables."""

from dataclasses import replace

import numpy as np
import pytest

from synth.metrics.histograms import CodeHistograms
from synth.report.pair_plot import coarse_labels, pair_figure
from synth.table.bins import ColumnBins
from synth.table.errors import InputError
from tests.synth.metrics.columns import categories, numbers
from tests.synth.report.trial import BINS, drawn, spans, svg_texts


def counted(bins: tuple[ColumnBins, ...], rows: list[tuple[int, int]]) -> CodeHistograms:
    counts = CodeHistograms(bins)
    counts.update_bins(np.array(rows))
    return counts


def panels(figure) -> list[np.ma.MaskedArray]:
    return [axes.images[0].get_array() for axes in figure.axes]


def test_shares_of_both_tables_and_their_difference() -> None:
    bins = categories("a", "x", "y"), categories("b", "p", "q")
    train = counted(bins, [(0, 0)] * 60 + [(1, 1)] * 40)
    made = counted(bins, [(0, 0)] * 50 + [(1, 0)] * 45 + [(1, 1)] * 5)
    real, synthetic, gap = panels(pair_figure({"train": train, "synthetic": made}, "a", "b"))
    assert real.filled(-1).tolist() == [[0.6, -1], [-1, 0.4]]  # rows are those of b
    assert synthetic.filled(-1).tolist() == [[0.5, 0.45], [-1, -1]]  # of five rows nothing is drawn
    assert gap[0, 1] == pytest.approx(0.45) and gap[1, 1] == pytest.approx(-0.35)


def test_the_holdout_is_the_real_table_where_there_is_one() -> None:
    bins = categories("a", "x", "y"), categories("b", "p", "q")
    train, held = counted(bins, [(0, 0)] * 100), counted(bins, [(1, 1)] * 100)
    tables = {"train": train, "holdout": held, "synthetic": train}
    assert panels(pair_figure(tables, "a", "b"))[0].filled(0).tolist() == [[0, 0], [0, 1]]


def test_labels_say_what_a_coarse_bin_holds() -> None:
    assert coarse_labels(numbers("age", 20, coarse=10)) == ["0 to 9", "10 to 19", "null"]
    assert coarse_labels(categories("town", "Rome", "Oslo")) == ["Rome", "Oslo"]
    joined = replace(categories("town", "Rome", "Oslo", "Bern"), pair_bins=(0, 1, 1))
    assert coarse_labels(joined) == ["Rome", "2 values"]
    pay = spans("pay", "number", [1000.0 * k for k in range(31)], sensitive=True)
    assert coarse_labels(pay) == [str(k + 1) for k in range(10)]


def test_a_sensitive_column_shows_no_value() -> None:
    tables = {"train": drawn(900, 1), "synthetic": drawn(900, 2)}
    assert "salary" in {bins.name for bins in BINS}
    svg = pair_figure(tables, "salary", "age")._repr_svg_()  # type: ignore[attr-defined]
    texts = svg_texts(svg[svg.index("<svg") :])
    assert "salary and age" in texts
    assert not [text for text in texts if text.endswith("k")]  # ages are below a thousand


def test_what_is_no_pair_is_refused_with_the_remedy() -> None:
    tables = {"train": drawn(200, 1), "synthetic": drawn(200, 2)}
    with pytest.raises(InputError, match="no column 'agee' is compared; did you mean 'age'"):
        pair_figure(tables, "agee", "salary")
    with pytest.raises(InputError, match="a pair has two columns, however: 'age' twice"):
        pair_figure(tables, "age", "age")
    with pytest.raises(InputError, match="a report alone does not hold pairs"):
        pair_figure({}, "age", "salary")
