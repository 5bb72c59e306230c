"""An attacker who holds a saved model, or rows of it, wants exact values of learned rows.

What the encoder stores and what the generator draws is held against rows that were learned and
against rows of the same population that nobody has seen: whoever reads more of the former than of
the latter has read a person's value. tests/test_stored_values.py looks for long numbers and codes
in the files as they stand; here it is extremes, short numbers, differences of two models, and rows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from safetensors import safe_open
from scipy.stats import binomtest

from synth import Synthesizer

ROWS, DRAWN, FEWEST = 2000, 20_000, 11
SURE = 1e-4  # a chance so small is none, for each of some twenty tests
ORDERED = ("salary", "amount", "visits", "height", "loss", "born", "seen")
TEXTS = ("code", "nickname")
EXTREMES = 5  # of either end of a column


def population(rows: int, seed: int) -> pa.Table:
    """Numbers, dates and texts of which most values are of one row or of a few."""
    rng = np.random.default_rng(seed)
    letters = rng.choice(list("abcdefghijk"), (rows, 6))
    return pa.table(
        {
            "salary": rng.lognormal(11, 0.6, rows),
            "amount": np.round(rng.lognormal(7, 1, rows), 2),
            "visits": np.round(rng.exponential(300, rows)).astype(np.int64),
            "height": rng.normal(170, 10, rows).round(2),
            "loss": np.where(rng.random(rows) < 0.8, 0, rng.integers(100, 90_000, rows)),
            "born": pa.array(rng.integers(-9000, 12_000, rows).astype("int32")).cast(pa.date32()),
            "seen": np.datetime64("2015-01-01", "s") + rng.integers(0, 3 * 10**8, rows),
            "code": [f"ORD-{value:07d}" for value in rng.integers(10**6, 10**7, rows)],
            "nickname": ["".join(row) for row in letters],
        }
    )


def numbers_of(table: pa.Table, column: str) -> np.ndarray:
    """float64 ``(rows,)``: the values as a model's files write them."""
    array = table[column].combine_chunks()
    if pa.types.is_date32(array.type):
        array = array.cast(pa.int32())
    elif pa.types.is_timestamp(array.type):
        array = array.cast(pa.timestamp("us")).cast(pa.int64())
    return np.asarray(array, np.float64)


def rare(values: np.ndarray) -> np.ndarray:
    """The values that fewer than ``FEWEST`` rows hold, once each."""
    distinct, counts = np.unique(values, return_counts=True)
    return distinct[counts < FEWEST]


def stored_in(folder: Path) -> tuple[np.ndarray, set[str]]:
    """Every number and every text in the JSON of a model, keys and safetensors' header included."""
    texts: set[str] = set()
    numbers: list[float] = []

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            texts.update(map(str, value))
            walk(list(value.values()))
        elif isinstance(value, list):
            for inner in value:
                walk(inner)
        elif isinstance(value, str):
            texts.add(value)
        elif isinstance(value, int | float):
            numbers.append(float(value))

    files = sorted(folder.glob("*.json"))
    assert len(files) >= 2
    for path in files:
        walk(json.loads(path.read_text()))
    with safe_open(folder / "weights.safetensors", "numpy") as weights:
        walk(weights.metadata() or {})
    return np.unique(numbers), texts


def tensors_in(folder: Path) -> Iterator[np.ndarray]:
    with safe_open(folder / "weights.safetensors", "numpy") as weights:
        for name in weights.keys():  # noqa: SIM118 - it is no dict
            yield np.asarray(weights.get_tensor(name), np.float64).ravel()


def told_more(ours: int, others: int) -> bool:
    """Whether more hits fall on learned rows than on as many unseen ones, beyond chance."""
    both = ours + others
    return both > 0 and binomtest(ours, both, alternative="greater").pvalue < SURE


def fitted(table: pa.Table, **limits: int) -> Synthesizer:
    """The marginal model: it draws each column from what the encoder kept, and hides nothing."""
    return Synthesizer(seed=0, generator="marginal", encoder=limits, progress=False).fit(table)


@pytest.fixture(scope="module")
def learned() -> pa.Table:
    return population(ROWS, 1)


@pytest.fixture(scope="module")
def unseen() -> pa.Table:
    return population(ROWS, 2)


@pytest.fixture(scope="module")
def model(learned: pa.Table) -> Synthesizer:
    return fitted(learned)


@pytest.fixture(scope="module")
def folder(model: Synthesizer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("attacked") / "model"
    model.save(path)
    return path


@pytest.fixture(scope="module")
def drawn(model: Synthesizer) -> pa.Table:
    return model.sample(DRAWN)


def test_the_attacks_find_what_a_careless_model_gives_away(
    learned: pa.Table, unseen: pa.Table, tmp_path: Path
) -> None:
    """Knots that are the values of rows, and draws between them: an empirical quantile map."""
    values = np.sort(numbers_of(learned, "salary"))
    knots = values[:: ROWS // 200]
    for name in ("encoder", "manifest"):
        (tmp_path / f"{name}.json").write_text(json.dumps({"knots": [*knots, values[-1]]}))
    from safetensors.numpy import save_file

    save_file({"none": np.zeros(1)}, tmp_path / "weights.safetensors")
    stored, _ = stored_in(tmp_path)
    hits = [len(np.intersect1d(stored, numbers_of(table, "salary"))) for table in (learned, unseen)]
    assert hits[0] >= 200 and told_more(*hits)
    made = np.quantile(values, np.random.default_rng(0).random(DRAWN), method="nearest")
    assert made.max() == values.max()
    assert told_more(
        *(int(np.isin(made, numbers_of(t, "salary")).sum()) for t in (learned, unseen))
    )


@pytest.mark.parametrize("column", ORDERED)
def test_no_more_stored_numbers_are_values_of_learned_rows_than_of_unseen_ones(
    column: str, folder: Path, learned: pa.Table, unseen: pa.Table
) -> None:
    """Short numbers as well: a round edge may be anybody's value, and is so for both alike."""
    stored, _ = stored_in(folder)
    ours, others = (
        len(np.intersect1d(stored, rare(numbers_of(table, column)))) for table in (learned, unseen)
    )
    assert not told_more(ours, others)


@pytest.mark.parametrize("column", ["salary", "amount", "seen"])
def test_no_extreme_of_a_column_is_stored(column: str, folder: Path, learned: pa.Table) -> None:
    """Of columns in which no value is round by chance; nor the mean of two of them."""
    stored, _ = stored_in(folder)
    values = np.unique(numbers_of(learned, column))
    ends = np.concatenate([values[:EXTREMES], values[-EXTREMES:]])
    assert not np.isin(ends, stored).any()
    assert not np.isin((ends[1:] + ends[:-1]) / 2, stored).any()
    # As far as floats of 32 bits tell them, where a tensor holds them.
    for tensor in tensors_in(folder):
        assert not np.isin(ends.astype(np.float32), tensor.astype(np.float32)).any()


def test_no_text_of_a_row_is_stored_whole_or_within_another(
    folder: Path, learned: pa.Table
) -> None:
    whole = "\n".join(path.read_text() for path in folder.glob("*.json"))
    _, texts = stored_in(folder)
    for column in TEXTS:
        own = set(learned[column].to_pylist())
        assert not own & texts and not any(text in whole for text in own)
        # The part of a code that is not the same in all rows.
        assert not any(text.removeprefix("ORD-") in whole for text in own)


def with_value(table: pa.Table, column: str, row: int, value: Any) -> pa.Table:
    listed = table[column].to_pylist()
    listed[row] = value
    return table.set_column(
        table.column_names.index(column), column, pa.array(listed, table[column].type)
    )


@pytest.mark.parametrize(
    ("column", "change"),
    [
        ("salary", lambda value: value * 3.7),
        ("amount", lambda value: round(value * 2.9, 2)),
        ("visits", lambda value: value * 4 + 1),
        ("height", lambda value: round(value + 61.37, 2)),
        ("code", lambda value: f"ORD-{int(value[4:]) - 1}"),
    ],
)
def test_another_extreme_of_one_person_makes_no_other_model(
    column: str, change: Callable[[Any], Any], folder: Path, learned: pa.Table, tmp_path: Path
) -> None:
    """Whoever knows all rows but one learns nothing of its value by comparing two models."""
    row = int(pc.index(learned[column], pc.max(learned[column])).as_py())
    other = with_value(learned, column, row, change(learned[column][row].as_py()))
    fitted(other).save(tmp_path / "other")
    for name in ("encoder.json", "weights.safetensors"):
        assert (tmp_path / "other" / name).read_bytes() == (folder / name).read_bytes()


@pytest.mark.parametrize("column", ["salary", "amount", "seen"])
def test_extremes_that_are_drawn_are_nobodys(
    column: str, drawn: pa.Table, learned: pa.Table
) -> None:
    """A generator that inverts an empirical quantile map draws the learned extremes again."""
    made, values = numbers_of(drawn, column), np.unique(numbers_of(learned, column))
    ends = np.concatenate([values[:EXTREMES], values[-EXTREMES:]])
    again = np.unique(numbers_of(population(DRAWN, 3), column))
    fresh = int(np.isin(ends, again).sum())
    hits = int(np.isin(ends, made).sum())
    # Amounts in cents and times in seconds are met by chance, in rows of other people as well.
    assert hits <= fresh + 1
    assert made.max() != values.max() or again.max() == values.max()


@pytest.mark.parametrize("column", ORDERED)
def test_drawn_values_meet_learned_rows_no_more_often_than_unseen_ones(
    column: str, drawn: pa.Table, learned: pa.Table, unseen: pa.Table
) -> None:
    """Of the values of few rows; the rest are atoms, which are kept on purpose."""
    made = numbers_of(drawn, column)
    ours, others = (rare(numbers_of(table, column)) for table in (learned, unseen))
    only_ours, only_others = np.setdiff1d(ours, others), np.setdiff1d(others, ours)
    fewest = min(len(only_ours), len(only_others))
    rng = np.random.default_rng(0)
    met = [
        int(np.isin(rng.permutation(values)[:fewest], made).sum())
        for values in (only_ours, only_others)
    ]
    assert not told_more(met[0], met[1])


@pytest.mark.parametrize("column", TEXTS)
def test_drawn_texts_meet_learned_rows_no_more_often_than_unseen_ones(
    column: str, drawn: pa.Table, learned: pa.Table, unseen: pa.Table
) -> None:
    made = set(drawn[column].to_pylist())
    ours, others = (len(made & set(table[column].to_pylist())) for table in (learned, unseen))
    assert not told_more(ours, others)


def test_a_value_is_stored_from_so_many_rows_on_and_not_before(tmp_path: Path) -> None:
    """The limit bites at its own number: what one row fewer holds is not there."""
    rng = np.random.default_rng(0)
    numbers = rng.integers(10**6, 10**7, ROWS).astype(np.float64)
    numbers[: FEWEST - 1], numbers[FEWEST : 2 * FEWEST] = 1_234_567.25, 7_654_321.75
    words = [f"person {value}" for value in rng.integers(10**8, 10**9, ROWS)]
    words[: FEWEST - 1] = ["only ten people"] * (FEWEST - 1)
    words[FEWEST : 2 * FEWEST] = ["eleven people"] * FEWEST
    table = pa.table({"number": numbers, "word": words})
    fitted(table, min_entities=FEWEST).save(tmp_path / "model")
    stored, texts = stored_in(tmp_path / "model")
    assert np.isin([1_234_567.25, 7_654_321.75], stored).tolist() == [False, True]
    assert [word in texts for word in ("only ten people", "eleven people")] == [False, True]


def crowded(seed: int) -> pa.Table:
    """Rows of 400 people; one has a third of them, and values of its own of every kind."""
    rng = np.random.default_rng(seed)
    who = np.where(rng.random(ROWS) < 1 / 3, 0, rng.integers(1, 400, ROWS))
    lone, born = who == 0, rng.integers(-9000, 9000, 400)
    born[0] = -30_123
    start = rng.integers(10**6, 5 * 10**6, ROWS)
    return pa.table(
        {
            "who": pa.array(who, pa.int32()),
            "town": np.where(lone, "Nowhere", np.array(list("abcdef"))[who % 6]),
            "article": np.where(lone, 8_765_432, 100 + who % 5),
            "name": np.where(lone, "an odd thing", np.array(["x", "y", "z", "v", "w"])[who % 5]),
            "pay": np.where(lone, 98_765.125, rng.lognormal(9, 0.4, ROWS)),
            "born": pa.array(born[who].astype("int32")).cast(pa.date32()),
            "start": start,
            "end": start + np.where(lone, 7_654_321, rng.integers(1, 40_000, ROWS)),
            "code": [f"{'QXZ' if own else 'ABC'}-{n}" for own, n in zip(lone, start, strict=True)],
        }
    )


@pytest.mark.parametrize("entity", [[], ["who"]], ids=["rows", "people"])
def test_however_many_rows_one_person_has_its_values_are_not_stored(
    entity: list[str], tmp_path: Path
) -> None:
    """Without an entity they are: the test would see them."""
    model = Synthesizer(seed=0, settings={"steps": 5}, progress=False)
    model.fit(crowded(0), entity=entity).save(tmp_path / "model")
    numbers, texts = stored_in(tmp_path / "model")
    planted = [98_765.125, -30_123, 8_765_432, 7_654_321]
    seen = np.isin(planted, numbers).tolist()
    told = {word for word in ("Nowhere", "an odd thing", "QXZ") if any(word in t for t in texts)}
    if entity:
        assert not any(seen) and not told
        shared = {"a", "b", "x", "v"}
        assert shared <= texts  # and what others share is
    else:
        assert any(seen) and {"Nowhere", "QXZ"} <= told
