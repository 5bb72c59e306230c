"""Rows of which some codes are given: what is given stays, the rest follows the condition."""

import numpy as np
import pytest

from synth.generators.autoregressive import completion, kernel
from synth.generators.autoregressive.completion import DRAWS, complete
from synth.generators.autoregressive.kernel import Head
from tests.synth.generators.autoregressive.small import ROWS, WIRINGS, seeded, shares, small


@pytest.mark.parametrize("wiring", WIRINGS)
def test_given_codes_stay_and_the_others_follow_the_condition(wiring: dict[str, object]) -> None:
    generator = small(**wiring)
    codes = np.tile(np.array([0, 0, 0, 1], np.int32), (20_000, 1))
    given = np.tile([False, False, False, True], (20_000, 1))
    drawn, effective = generator.complete(codes, given, seeded())
    assert (drawn[:, 3] == 1).all()
    exact = "flexible" in wiring or "conditions" in wiring
    assert effective == float("inf") if exact else 10 < effective < DRAWS
    heads = generator.heads([3, 0, 1, 2] if exact else None)
    probability = np.exp(kernel.log_probabilities(heads, ROWS).sum(1)) * (ROWS[:, 3] == 1)
    np.testing.assert_allclose(shares(drawn), probability / probability.sum(), atol=0.012)


def test_easy_rows_do_not_hide_those_with_few_draws() -> None:
    generator = small()
    codes = np.tile(np.array([0, 0, 0, 1], np.int32), (4_000, 1))
    given = np.tile([False, False, False, True], (4_000, 1))
    few = generator.complete(codes, given, seeded())[1]
    given[::2] = False  # nothing is given: every draw counts
    mixed = generator.complete(codes, given, seeded())[1]
    assert 1 / mixed == pytest.approx(0.5 / few + 0.5 / DRAWS, rel=0.05)


def test_what_is_given_first_is_exact_and_rows_may_differ() -> None:
    generator = small()
    codes = np.tile(np.array([2, 1, 0, 0], np.int32), (30_000, 1))
    given = np.tile([True, False, False, False], (30_000, 1))
    given[::2, 1:3] = True
    drawn, effective = generator.complete(codes, given, seeded())
    assert effective == float("inf")
    assert (drawn[:, 0] == 2).all()
    assert (drawn[::2, 1:3] == [1, 0]).all()
    probability = np.exp(generator.log_prob(ROWS)) * (ROWS[:, 0] == 2)
    np.testing.assert_allclose(shares(drawn[1::2]), probability / probability.sum(), atol=0.012)


def test_rows_whose_given_codes_lead_stay_exact_beside_others() -> None:
    generator = small(conditions=(("c",),))
    codes = np.tile(np.array([0, 0, 0, 1], np.int32), (20_000, 1))
    given = np.tile([False, False, False, True], (20_000, 1))
    given[0] = [False, True, False, False]  # leads no order
    drawn, effective = generator.complete(codes, given, seeded())
    assert drawn[0, 1] == 0
    assert 0.9 * DRAWS < effective < DRAWS
    alone, _ = generator.complete(codes[1:], given[1:], seeded())
    assert (drawn[1:] == alone).all()


def test_orders_are_folded_for_a_few_patterns_only(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = small(flexible=True)
    codes = np.zeros((60, 4), np.int32)
    given = np.tile([[False, True, False, True], [False, False, False, True]], (30, 1))
    asked: list[tuple[int, ...] | None] = []

    def heads_of(order: tuple[int, ...] | None) -> tuple[Head, ...]:
        asked.append(order)
        return generator.heads(order)

    _, effective = complete(heads_of, (), True, codes, given, seeded())  # type: ignore[arg-type]
    assert effective == float("inf")
    assert set(asked) == {(1, 3, 0, 2), (3, 0, 1, 2)}
    asked.clear()
    monkeypatch.setattr(completion, "MOST_PATTERNS", 1)
    _, effective = complete(heads_of, (), True, codes, given, seeded())  # type: ignore[arg-type]
    assert 1 <= effective < DRAWS
    assert asked == [None]


@pytest.mark.parametrize(("exact", "rows"), [(True, 2_000), (False, 100)])
def test_what_is_never_to_be_drawn_is_not(exact: bool, rows: int) -> None:
    generator = small()
    given = np.tile([exact, False, False, not exact], (rows, 1))
    never = [np.zeros(sub.cardinality, bool) for sub in generator.sub_columns]
    never[2][1] = True
    codes = np.ones((rows, 4), np.int32)
    drawn, _ = generator.complete(codes, given, seeded(), never=never)
    assert set(drawn[:, 2].tolist()) == {0, 2}
    free, _ = generator.complete(codes, given, seeded())
    assert set(free[:, 2].tolist()) == {0, 1, 2}


def test_nothing_is_drawn_where_all_is_given_or_no_row_is_asked_for() -> None:
    generator = small()
    drawn, effective = generator.complete(ROWS, np.ones(ROWS.shape, bool), seeded())
    assert effective == float("inf")
    np.testing.assert_array_equal(drawn, ROWS)
    drawn, effective = generator.complete(ROWS[:0], np.ones((0, 4), bool), seeded())
    assert (drawn.shape, drawn.dtype, effective) == ((0, 4), np.int32, float("inf"))
