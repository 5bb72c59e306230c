from pathlib import Path

import pandas as pd
import pytest

from synth import Synthesizer

TABLE = pd.DataFrame(
    {
        "id": range(600),
        "city": ["Oslo <b>", "Rome"] * 300,
        "code": ["O", "R"] * 300,
        "on": ["31.12.2024", "01.02.2023", "15.06.2022"] * 200,
    }
)


@pytest.fixture(scope="module")
def fitted() -> Synthesizer:
    return Synthesizer(generator="marginal", progress=False).fit(TABLE)


def test_a_synthesizer_that_is_not_fitted_says_so() -> None:
    assert repr(Synthesizer()) == "<Synthesizer: generator autoregressive, state not fitted>"
    assert "not fitted" in Synthesizer()._repr_html_()


def test_a_fitted_one_says_what_it_has_learned_and_no_value(fitted: Synthesizer) -> None:
    said = repr(fitted)
    assert said.startswith(
        "<Synthesizer: generator marginal, rows 600, columns 4 (3 string, 1 key), rules 1 kept, "
        "forms 1 column read as it is written, fitted in "
    )
    assert said.endswith(" s on cpu>")
    for text in (said, fitted._repr_html_()):
        assert "Oslo" not in text and "2024" not in text
    assert "<td style='text-align:left'>4 (3 string, 1 key)</td>" in fitted._repr_html_()


def test_a_loaded_model_says_the_same(fitted: Synthesizer, tmp_path: Path) -> None:
    fitted.save(tmp_path / "model")
    assert repr(Synthesizer.load(tmp_path / "model")) == repr(fitted)
