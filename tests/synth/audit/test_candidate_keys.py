import numpy as np
import pyarrow as pa

from synth.audit.candidate_keys import candidate_keys, key_columns, single_keys
from synth.audit.group_sizes import GroupSizes, sets_of
from synth.profiling.table_profile import TableProfile
from tests.synth.audit.adult import adult
from tests.synth.tables import batch_of, mixed_table

RNG = np.random.default_rng(4)
ROWS = 12_000
ORDER = np.sort(RNG.integers(0, ROWS // 4, ROWS))
LINE = np.arange(ROWS) - np.searchsorted(ORDER, ORDER)
LINES = pa.table(
    {
        "order": ORDER,
        "line": LINE,
        "article": RNG.integers(0, 800, ROWS),
        "amount": np.round(RNG.lognormal(3, 1, ROWS), 2),
        "shop": [f"shop {own % 17}" for own in ORDER],
    }
)


def keys_of(table: pa.Table, among: tuple[str, ...] | None = None) -> tuple[tuple[str, ...], ...]:
    state = GroupSizes(sets_of(table.column_names))
    state.update(batch_of(table))
    return candidate_keys(state, among)


def test_a_key_of_two_columns_is_found_and_no_set_that_contains_it() -> None:
    assert ("order", "line") in keys_of(LINES)
    assert not any({"order", "line"} < set(own) for own in keys_of(LINES))


def test_columns_that_may_not_take_part_are_in_none() -> None:
    assert keys_of(LINES, ("order", "article", "shop")) == ()


def test_one_repeat_in_few_rows_and_a_missing_value_rule_a_key_out() -> None:
    few = LINES.slice(0, 2000)
    assert ("order", "line") in keys_of(few)
    again = pa.concat_tables([few.slice(0, 1), few.slice(2)])
    repeated = pa.concat_tables([again, few.slice(0, 1)])
    assert ("order", "line") not in keys_of(repeated)
    holes = pa.array(LINE, mask=np.arange(ROWS) == 7)
    assert ("order", "line") not in keys_of(LINES.set_column(1, "line", holes))


def test_many_repeats_are_seen_in_the_sample() -> None:
    lines = LINE.copy()
    lines[::100] = 0
    assert ("order", "line") not in keys_of(LINES.set_column(1, "line", pa.array(lines)))


def test_so_many_combinations_that_chance_repeats_none_are_no_key() -> None:
    rows = 1_000
    table = pa.table({"one": RNG.permutation(rows) // 2, "other": RNG.permutation(rows) // 2})
    assert keys_of(table) == ()


def test_a_single_column_is_a_key() -> None:
    table = pa.table({"id": np.arange(5_000), "kind": ["a", "b"] * 2_500})
    assert keys_of(table) == (("id",),)


def test_neither_persons_nor_no_rows_have_one() -> None:
    names = ["age", "fnlwgt", "education", "occupation"]
    assert keys_of(adult().select(names)) == ()
    assert candidate_keys(GroupSizes(sets_of(names))) == ()


def test_what_may_be_part_of_a_key() -> None:
    assert key_columns(TableProfile.of(LINES)) == ("order", "line", "article", "shop")
    # Neither nulls, nor truth values, fractions, or constants.
    assert key_columns(TableProfile.of(mixed_table(500))) == ("id", "day", "seen", "local", "plate")


def test_codes_are_keys_though_they_are_not_called_so() -> None:
    rows = range(600)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    table = pa.table(
        {
            "tail": [f"N{100 + i}{letters[i % 26]}" for i in rows],
            "faa": [letters[i // 26] + letters[i % 26] + letters[i % 7] for i in rows],
            "word": [
                f"{letters[i // 26].lower() * (1 + i % 9)}{letters[i % 26].lower()}" for i in rows
            ],
            "text": [f"no {i}" for i in rows],
            "some": [f"N{i // 2}" for i in rows],
            "id": [f"{letters[i // 26].lower()} {i}" for i in rows],
        }
    )
    assert single_keys(TableProfile.of(table)) == ["tail", "faa", "id"]
