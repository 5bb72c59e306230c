"""A number of a thousand that is a name: what goes with it is learned value by value."""

from dataclasses import replace
from functools import partial

import numpy as np
import pyarrow as pa
import pytest
import torch

from synth.generators.autoregressive import network
from synth.generators.autoregressive.code_tables import FREE_RATE, CodeTables
from synth.learning.settings import LikelihoodSettings
from synth.table.sub_column import SubColumn
from tests.synth.fits import batches, encoded, generator_of, new_training
from tests.synth.tables import mixed_table

ROWS, NUMBERS, TOWNS = 30_000, 1_000, 40
_rng = np.random.default_rng(5)
TOWN_OF = _rng.integers(0, TOWNS, NUMBERS)
NUMBER = np.random.default_rng(6).integers(0, NUMBERS, ROWS)
TOWN = np.where(_rng.random(ROWS) < 0.97, TOWN_OF[NUMBER], _rng.integers(0, TOWNS, ROWS))
TABLE = pa.table({"number": NUMBER, "town": [f"town {town:02d}" for town in TOWN]})


def share_of_right_towns(*, by_value: bool) -> float:
    encoder, codes, statistics = encoded(TABLE)
    assert [sub.column for sub in encoder.sub_columns] == ["number", "number", "town"]
    assert statistics.relations["value_embeddings"] == [False, True, False]
    if not by_value:
        related = {**statistics.relations, "value_embeddings": [False, False, False]}
        statistics = replace(statistics, relations=related)
    training = new_training(encoder, statistics, LikelihoodSettings(steps=400), hidden=16)
    training.run(partial(batches, codes[2000:], 256), lambda: iter([codes[:2000]]), lambda *_: None)
    generator = generator_of(training, encoder, statistics)
    rng = np.random.default_rng(7)
    made = encoder.decode(generator.sample(10_000, rng), rng)
    towns = np.array([int(town[5:]) for town in made.column("town").to_pylist()])
    return float((towns == TOWN_OF[made.column("number").to_numpy()]).mean())


def test_values_that_are_names_have_embeddings_of_their_own() -> None:
    assert share_of_right_towns(by_value=True) > 0.9
    assert share_of_right_towns(by_value=False) < 0.5


WITHIN = np.array([[8, 2, 0], [0, 5, 5]])


def tables(*, by_value: bool = False) -> CodeTables:
    """Those of a place of three codes in two groups."""
    torch.manual_seed(0)
    return CodeTables(SubColumn("b", 1, 3), 4, 8, WITHIN.sum(0), WITHIN, by_value=by_value)


def test_a_place_is_not_drawn_without_its_group() -> None:
    with pytest.raises(ValueError, match="a place is drawn in its group: give the codes of the"):
        tables().logits(torch.zeros(3, 8))
    with pytest.raises(ValueError, match="a value is a place in a group: give the codes of the"):
        tables(by_value=True).embed(torch.zeros(3, dtype=torch.int64))


def test_logits_start_from_the_shares_of_the_train_part() -> None:
    counts = np.array([30, 10, 0])
    for sub in (SubColumn("a", 0, 3), SubColumn("a", 0, 3, (0.2, None, 0.9))):
        logits = CodeTables(sub, 4, 8, counts).logits(torch.zeros(1, 8))[0]
        share = torch.softmax(logits, 0).detach().numpy()
        np.testing.assert_allclose(share, (counts + 0.5) / 41.5, rtol=1e-5)
    grouped = torch.softmax(tables().logits(torch.zeros(2, 8), torch.tensor([0, 1])), 1).detach()
    np.testing.assert_allclose(grouped.numpy(), WITHIN / 10, atol=0.1)
    assert float(grouped.min()) > 0


def test_a_value_starts_as_its_place_and_codes_without_a_rank_have_no_smooth_part() -> None:
    codes, groups = torch.tensor([0, 2, 2]), torch.tensor([0, 0, 1])
    own = tables(by_value=True)
    assert torch.equal(own.embed(codes, groups), own.embedding[codes])
    with torch.no_grad():
        assert own.whole is not None
        own.whole[5] += 1.0  # place 2 of group 1
        moved = own.embed(codes, groups) - own.embedding[codes]
    np.testing.assert_allclose(moved, np.repeat([[0], [0], [1]], 4, 1), atol=1e-6)
    ordinal = CodeTables(SubColumn("a", 0, 3, (0.2, None, 0.9)), 4, 8, np.ones(3))
    smooth = (ordinal.embed(torch.arange(3)) - FREE_RATE * ordinal.embedding).abs().sum(1)
    assert smooth[1] == 0 and smooth[0] > 0 and smooth[2] > 0


def test_the_free_part_of_an_ordinal_column_is_learned_slowly() -> None:
    for ranks, rate in (((0.2, 0.5, 0.9), FREE_RATE), (None, 1.0)):
        own = CodeTables(SubColumn("a", 0, 3, ranks), 4, 8, np.ones(3))
        own.embed(torch.arange(3)).sum().backward()
        own.logits(torch.ones(1, 8))[0, 0].backward()
        assert own.embedding.grad is not None and own.output.grad is not None
        np.testing.assert_allclose(own.embedding.grad, rate, rtol=1e-6)
        np.testing.assert_allclose(own.output.grad[:, 0], rate, rtol=1e-6)


@pytest.mark.parametrize("many", [10**6, 1])
def test_a_model_holds_the_free_part_as_it_counts(
    many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Logits of a model's weights, which know no rate, are those that were learned."""
    monkeypatch.setattr(network, "MANY", many)
    encoder, codes, statistics = encoded(mixed_table(600))
    training = new_training(encoder, statistics, LikelihoodSettings(), hidden=16, dropout=0.0)
    rows = codes[:50]
    learned = training.network(torch.from_numpy(rows.astype(np.int64))).sum().detach()
    made = generator_of(training, encoder, statistics)
    assert -made.log_prob(rows).mean() == pytest.approx(float(learned), rel=1e-4)
