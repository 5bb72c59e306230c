"""Pictures on their own: what they show, and what is no picture."""

from dataclasses import replace

import pytest

from synth.metrics.metric import Metric
from synth.report.plots import column_figure, headed, privacy_figure, utility_figure
from synth.report.svg import new_figure
from synth.table.errors import InputError
from tests.synth.report.trial import HOSTILE, svg_texts, trial_report

CURVE = {"attack": "closest_record", "targets": "random", "fpr": [0, 1], "tpr": [0, 1]}


def texts_of(figure) -> list[str]:
    svg = figure._repr_svg_()
    return svg_texts(svg[svg.index("<svg") :])


def test_a_column_is_drawn_under_its_name_with_a_key_of_colours() -> None:
    texts = texts_of(column_figure(trial_report(), "age"))
    assert {"age", "■ real", "■ synthetic"} <= set(texts)
    assert HOSTILE.split("\x00")[0].strip()[:20] in " ".join(
        texts_of(column_figure(trial_report(), HOSTILE))
    )


def test_a_sensitive_column_shows_no_value() -> None:
    texts = texts_of(column_figure(trial_report(), "salary"))
    assert "values in their order (masked)" in texts
    assert not [text for text in texts if text.endswith("k") or text.isdigit()]


def test_an_unknown_column_is_named_with_the_nearest() -> None:
    with pytest.raises(InputError, match="no column 'agee' is compared; did you mean 'age'"):
        column_figure(trial_report(), "agee")


def test_attacks_and_predictions_are_drawn_where_there_are_any() -> None:
    bare = trial_report()
    with pytest.raises(InputError, match="no membership attack was tried: evaluate"):
        privacy_figure(bare)
    with pytest.raises(InputError, match="no column was predicted: evaluate"):
        utility_figure(bare)
    predicted = [Metric("column_utility", "column", 0.5, (name,)) for name in ("age", "pay")]
    told = replace(bare, metrics=predicted, evidence={"membership": {"curves": [CURVE]}})
    assert "closest_record, random rows" in texts_of(privacy_figure(told))
    assert {"age", "pay"} <= set(texts_of(utility_figure(told)))


def test_a_title_takes_no_room_from_the_picture() -> None:
    figure = new_figure(300, 200)
    axes = figure.add_axes((0.1, 0.2, 0.8, 0.5))
    headed(figure, "title")
    height = figure.get_size_inches()[1] * 72
    assert height > 200
    box = axes.get_position()
    assert box.height * height == pytest.approx(100) and box.y0 * height == pytest.approx(40)
