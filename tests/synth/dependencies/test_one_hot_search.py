"""Groups of flags are found; flags that chance brings together are none."""

import numpy as np
import pyarrow as pa

from tests.synth.dependencies.flags import dummies
from tests.synth.dependencies.tables import plan_of, used

ROWS = 4_000


RNG = np.random.default_rng(0)


COLOUR = RNG.choice(5, ROWS, p=[0.4, 0.3, 0.2, 0.08, 0.02])


SIZE = RNG.choice(4, ROWS, p=[0.4, 0.3, 0.2, 0.1])


def test_texts_of_independent_flags_are_no_group() -> None:
    flags = {f"f{i}": pa.array(np.where(RNG.random(ROWS) < 0.3, "Y", "N")) for i in range(6)}
    crosses = {f"x{i}": pa.array(["X"] * ROWS, mask=RNG.random(ROWS) < 0.7) for i in range(6)}
    assert used(plan_of(pa.table({**flags, **crosses}))) == {}


def test_two_groups_and_a_flag_beside_them() -> None:
    columns = {**dummies("c", COLOUR, pa.int8(), RNG), **dummies("s", SIZE, pa.bool_(), RNG)}
    columns["flag"] = pa.array(RNG.random(ROWS) < 0.3)
    found = used(plan_of(pa.table(columns)))
    assert {target: kind for target, (_, kind, _) in found.items()} == {
        "c_0": "one_hot",
        "s_0": "one_hot",
    }
    assert found["s_0"][2] == ("s_1", "s_2", "s_3")


def test_independent_flags_are_no_group() -> None:
    flags = {f"f{i}": pa.array(RNG.random(ROWS) < 0.3) for i in range(6)}
    assert used(plan_of(pa.table(flags))) == {}
    rare = {f"f{i}": pa.array(RNG.random(ROWS) < 0.002) for i in range(6)}
    assert used(plan_of(pa.table(rare))) == {}


def test_columns_that_a_category_spells_out_are_a_map() -> None:
    columns = {"colour": pa.array(list("abcde")).take(pa.array(COLOUR))}
    found = used(plan_of(pa.table({**columns, **dummies("c", COLOUR, pa.int8(), RNG)})))
    assert {kind for _, kind, _ in found.values()} == {"functional"} and len(found) == 5
