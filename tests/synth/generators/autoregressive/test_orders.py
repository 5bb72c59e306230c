import numpy as np
import pytest

from synth.generators.autoregressive.orders import declared_orders, leading, order_led_by
from synth.table.errors import InputError
from synth.table.sub_column import SubColumn

SUBS = (SubColumn("a", 0, 3), SubColumn("b", 0, 2), SubColumn("b", 1, 3), SubColumn("c", 0, 2))


def test_the_columns_of_a_condition_lead_in_the_models_own_order() -> None:
    assert declared_orders(SUBS, [["c", "b"], ["c"]]) == ((1, 2, 3, 0), (3, 0, 1, 2))


def test_conditions_that_lead_the_own_order_or_repeat_need_no_other() -> None:
    assert declared_orders(SUBS, [["a"], ["b", "a"], ["a", "b", "c"]]) == ()
    assert declared_orders(SUBS, [["b"], ["b"]]) == ((1, 2, 0, 3),)
    assert declared_orders(SUBS, []) == ()


def test_wrong_conditions_are_refused_with_what_is_drawn() -> None:
    message = r"conditions names 'town', which is not drawn: .*\. Drawn are 'a', 'b', 'c'$"
    with pytest.raises(InputError, match=message):
        declared_orders(SUBS, [["a"], ["b", "town"]])
    with pytest.raises(InputError, match="conditions has one of no columns: name some, or leave"):
        declared_orders(SUBS, [["a"], []])


@pytest.mark.parametrize("pattern", [[0, 0, 0, 0], [0, 1, 0, 1], [1, 1, 1, 1]])
def test_a_leading_order_draws_every_sub_column_once(pattern: list[int]) -> None:
    first = np.array(pattern, bool)
    order = leading(first)
    assert sorted(order) == [0, 1, 2, 3]
    assert first[list(order)].tolist() == sorted(first.tolist(), reverse=True)
    assert order_led_by(first, [order]) == order


def test_the_first_order_that_starts_with_what_is_given_is_taken() -> None:
    own, other = (0, 1, 2, 3), (3, 0, 1, 2)
    for pattern, found in (
        ([0, 0, 0, 0], own),
        ([1, 1, 0, 0], own),
        ([0, 0, 0, 1], other),
        ([1, 0, 0, 1], other),
        ([0, 1, 0, 0], None),
        ([1, 1, 1, 1], own),
    ):
        assert order_led_by(np.array(pattern, bool), (own, other)) == found
