"""What who has the model knows: broken rules, and how likely each row is."""

import numpy as np
import pyarrow as pa
import pytest

from synth import Synthesizer
from synth.generators.contract import Scored
from synth.model_evidence import broken_rules, likelihoods

ROWS = 400


def orders(seed: int) -> pa.Table:
    rng = np.random.default_rng(seed)
    net, tax = rng.integers(10, 90, ROWS), rng.integers(1, 9, ROWS)
    return pa.table(
        {"net": net, "tax": tax, "gross": net + tax, "city": rng.choice(["a", "b"], ROWS)}
    )


@pytest.fixture(scope="module")
def fitted() -> Synthesizer:
    quick = {"steps": 30, "evaluation_steps": 10}
    return Synthesizer(seed=1, settings=quick, progress=False).fit(orders(0))


def test_rows_that_break_a_rule_are_counted(fitted: Synthesizer) -> None:
    encoder = fitted.model.encoder
    kept = broken_rules(encoder, orders(1))
    assert [rule["broken"] for rule in kept if rule["used"]] == [0]
    wrong = orders(1).set_column(2, "gross", pa.array(np.full(ROWS, 1_000)))
    (rule,) = [rule for rule in broken_rules(encoder, wrong) if rule["used"]]
    assert (rule["broken"], rule["rows"]) == (ROWS, ROWS)


def test_likelihoods_are_those_of_the_synthesizer_and_of_real_rows_alone(
    fitted: Synthesizer,
) -> None:
    samples = {"train": orders(0), "holdout": orders(1)[:50], "synthetic": orders(2)}
    found = likelihoods(fitted.model.encoder, fitted.model.generator, samples)
    assert found is not None and found.keys() == {"train", "holdout"}
    assert np.allclose(found["train"], fitted.log_prob(orders(0)))
    assert found["holdout"].shape == (50,)


def test_a_generator_that_knows_no_likelihood_gives_none(fitted: Synthesizer) -> None:
    class Silent:
        name = "silent"

        def sample(self, rows: int, rng: np.random.Generator) -> np.ndarray:
            return np.zeros((rows, 1), np.int64)

        def save(self) -> object:
            return None

    assert not isinstance(Silent(), Scored)
    found = likelihoods(fitted.model.encoder, Silent(), {"train": orders(0)})  # type: ignore[arg-type]
    assert found is None
