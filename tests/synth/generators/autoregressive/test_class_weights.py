"""Class weights: rare values of a column teach as much of the others as frequent ones."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import torch

from synth import Synthesizer
from synth.encode import CodeStatistics
from synth.generators.autoregressive.fit import new_network
from synth.generators.autoregressive.generator import AutoregressiveGenerator
from synth.generators.autoregressive.kernel import log_probabilities
from synth.generators.autoregressive.settings import NetworkSettings
from synth.table.sub_column import SubColumn
from tests.synth.fits import all_related

ROWS = 6_000
_random = np.random.default_rng(3)
FRAUD = _random.random(ROWS) < 0.03
# Frauds stand by their amount's last digit and the shop; the others by neither.
SHOP = np.where(FRAUD, _random.integers(0, 3, ROWS), _random.integers(0, 40, ROWS))
DIGIT = np.where(FRAUD, SHOP % 3 + 7, _random.integers(0, 10, ROWS))
TABLE = pa.table({"fraud": FRAUD, "shop": [f"s{shop:02d}" for shop in SHOP], "digit": DIGIT})


def fitted(**settings: Any) -> Synthesizer:
    training = {"steps": 80, "evaluation_steps": 40}
    spec = {"hidden": 32, **settings}
    people = Synthesizer(seed=0, settings={**training, **spec}, progress=False)
    return people.fit(TABLE, first=["fraud"], dependencies=False)


def loss_of_frauds(people: Synthesizer) -> float:
    """Nats per row of all but the first column, given that one."""
    model = people.model
    rows = TABLE.filter(pa.array(FRAUD)).cast(model.encoder.schema.arrow_schema())
    codes = model.encoder.encode(rows.combine_chunks().to_batches()[0])
    generator = model.generator
    assert isinstance(generator, AutoregressiveGenerator)
    return -float(log_probabilities(generator.heads(), codes)[:, 1:].sum(1).mean())


def test_rare_values_are_learned_sooner_and_stay_rare() -> None:
    plain, weighted = fitted(), fitted(class_weights="fraud")
    least = np.log(3)  # the shop is one of three, and tells the digit
    assert least - 0.01 < loss_of_frauds(weighted) < loss_of_frauds(plain) - 0.05
    assert loss_of_frauds(weighted) - least < (loss_of_frauds(plain) - least) / 4
    share = np.mean(weighted.sample(20_000)["fraud"].to_pylist())
    assert share == pytest.approx(FRAUD.mean(), abs=0.006)


def network(*subs: SubColumn, counts: list[list[int]], **settings: Any) -> Any:
    none = (None,) * len(subs)
    statistics = CodeStatistics(
        tuple(np.array(count, np.int64) for count in counts),
        none,
        none,
        none,
        all_related(subs).to_json(),
    )
    return new_network(subs, statistics, NetworkSettings(**settings))


def test_weights_are_inverse_to_the_counts_up_to_a_bound() -> None:
    subs = SubColumn("a", 0, 3), SubColumn("b", 0, 2)
    made = network(*subs, counts=[[900, 450, 1], [700, 651]], class_weights="a")
    weights = made.class_weights.numpy()
    np.testing.assert_allclose(weights / weights[0], [1, 2, 10], rtol=1e-6)
    assert weights @ [900, 450, 1] / 1351 == pytest.approx(1)


def test_only_those_that_see_the_column_are_weighted() -> None:
    """In another order the columns before it are learned as they are."""
    subs = SubColumn("a", 0, 2), SubColumn("b", 0, 2), SubColumn("c", 0, 2)
    counts, codes = [[90, 10]] * 3, torch.randint(0, 2, (50, 3))
    made = network(*subs, counts=counts, class_weights="a", flexible=True).eval()
    rank = torch.tensor([1, 0, 2])  # b, a, c
    with torch.no_grad():
        weighted = made(codes, rank)
        made.class_weights = torch.ones_like(made.class_weights)  # summed alike: bit for bit
        plain = made(codes, rank)
    assert torch.equal(weighted[:2], plain[:2])
    assert abs(float(weighted[2] - plain[2])) > 1e-3


@pytest.mark.parametrize(
    ("subs", "message"),
    [
        ((SubColumn("b", 0, 2), SubColumn("a", 0, 2)), "names 'a', however: 'b' is drawn first"),
        ((SubColumn("a", 0, 2), SubColumn("a", 1, 2)), "names 'a', which has too many values"),
    ],
)
def test_a_column_that_cannot_weigh_is_refused(subs: tuple[SubColumn, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        network(*subs, counts=[[5, 5], [5, 5]], class_weights="a")
