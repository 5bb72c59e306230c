"""The scores of benchmarks/compare on tables whose answer is known."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

pytest.importorskip("lightgbm", reason="the scorer's classifier")
pytest.importorskip("sklearn", reason="the scorer's folds")

from benchmarks.compare import records, scores
from benchmarks.compare.canonical import canonical, kinds_of
from benchmarks.compare.scores import (
    c2st,
    column_similarity,
    copies,
    dcr_share,
    downstream,
    pair_similarity,
    parts_of,
    score,
    unseen_as_one,
)
from benchmarks.compare.systems import (
    SYSTEMS,
    RunFailed,
    System,
    python_of,
    run_system,
    system_of,
)
from benchmarks.compare.tables import TABLES, Target, load, split


def people(rows: int, seed: int) -> pd.DataFrame:
    """A canonical table with columns that hang together, a null share and a yes or no."""
    random = np.random.default_rng(seed)
    age = random.integers(18, 80, rows).astype(float)
    income = np.round(1000 * age + random.normal(0, 8000, rows))
    grade = np.where(age > 50, "senior", np.where(age > 30, "middle", "junior")).astype(object)
    income[random.random(rows) < 0.1] = np.nan
    y = np.where(age + random.normal(0, 5, rows) > 50, "yes", "no").astype(object)
    return pd.DataFrame({"age": age, "income": income, "grade": grade, "y": y})


def shuffled(frame: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Every column in an order of its own: perfect columns, no pairs."""
    random = np.random.default_rng(seed)
    return frame.apply(lambda column: random.permutation(column.to_numpy()))


TRAIN, HOLDOUT, FRESH = people(2000, 1), people(500, 5), people(2000, 3)
TARGET = Target("y", "yes")


def test_rows_of_the_same_source_score_as_the_holdout_does():
    found = score(TRAIN, HOLDOUT, FRESH, TARGET)
    assert found.c2st_auc == pytest.approx(0.5, abs=0.06)
    assert found.dcr_share == pytest.approx(0.5, abs=0.05)
    assert found.column_similarity == pytest.approx(found.holdout_column_similarity, abs=0.02)
    assert found.pair_similarity == pytest.approx(found.holdout_pair_similarity, abs=0.02)
    assert found.tstr_loss == pytest.approx(0, abs=0.03)
    assert found.copies < 0.15  # only rows without an income can meet by chance


def test_shuffled_columns_keep_the_columns_and_lose_all_else():
    found = score(TRAIN, HOLDOUT, shuffled(TRAIN, 0), TARGET)
    assert found.column_similarity > 0.95
    assert found.c2st_auc > 0.9
    assert found.pair_similarity < found.holdout_pair_similarity - 0.2
    assert found.tstr_loss > 0.3


def test_copied_rows_show_in_copies_and_distance():
    found = score(TRAIN, HOLDOUT, TRAIN, TARGET)
    assert found.copies == 1
    assert found.dcr_share > 0.55  # one part of train holds the row itself, three do not


def test_column_similarity_by_hand():
    numbers = pd.DataFrame({"n": [1.0, 2.0, 3.0, 4.0]})
    assert column_similarity(numbers, pd.DataFrame({"n": [1.0, 2.0, 9.0, 9.0]})) == 0.5
    assert column_similarity(numbers, pd.DataFrame({"n": [np.nan, 2.0, 3.0, 4.0]})) == 0.75
    words = pd.DataFrame({"w": ["a", "a", "b", np.nan]}, dtype=object)
    assert column_similarity(words, pd.DataFrame({"w": ["a", "a", "b", "b"]})) == 0.75


def test_pair_similarity_by_hand():
    real = pd.DataFrame({"a": ["x", "x", "y", "y"], "b": ["u", "u", "v", "v"]})
    half = pd.DataFrame({"a": ["x", "x", "y", "y"], "b": ["u", "v", "u", "v"]})
    assert pair_similarity(real, real) == 1
    assert pair_similarity(real, half) == 0.5


def test_distance_share_by_hand():
    train, holdout = pd.DataFrame({"n": [0.0, 10.0]}), pd.DataFrame({"n": [4.0, np.nan]})
    synthetic = pd.DataFrame({"n": [1.0, 5.0, 2.0, np.nan]})  # train, holdout, a tie, holdout
    assert dcr_share(train, holdout, synthetic) == pytest.approx(1.5 / 4)


def test_distance_share_looks_at_every_train_row_and_no_more_of_them_than_holdout_rows():
    holdout, synthetic = pd.DataFrame({"n": [0.0]}), pd.DataFrame({"n": [5.0, 7.0]})
    train = pd.DataFrame({"n": [6.0, 100.0, 100.0, 100.0]})  # one part of four is nearer
    assert dcr_share(train, holdout, synthetic) == pytest.approx(1 / 4)


def test_distances_are_the_same_block_by_block(monkeypatch):
    made = people(3000, 4)
    whole = dcr_share(TRAIN, HOLDOUT, made)
    assert whole == pytest.approx(0.5, abs=0.03)
    monkeypatch.setattr(scores, "DISTANCE_CELLS", 100 * len(HOLDOUT))  # blocks of 100 rows
    assert dcr_share(TRAIN, HOLDOUT, made) == whole


def test_parts_are_as_large_as_the_holdout_and_hold_every_row_once():
    parts = parts_of(TRAIN, len(HOLDOUT), 0)
    assert [len(part) for part in parts] == [500] * 4
    assert sorted(pd.concat(parts).index) == list(range(2000))
    assert [len(part) for part in parts_of(TRAIN[:82], 21, 0)] == [20] * 4
    assert [len(part) for part in parts_of(TRAIN[:10], 21, 0)] == [10]


def test_copies_match_null_with_null():
    train = pd.DataFrame({"n": [1.0, np.nan], "w": ["a", np.nan]}, dtype=object).astype(
        {"n": float}
    )
    other = pd.DataFrame({"n": [np.nan, 1.0], "w": [np.nan, "b"]}, dtype=object).astype(
        {"n": float}
    )
    assert copies(train, other) == 0.5


def test_a_number_is_predicted_with_r2_and_one_label_teaches_nothing():
    assert downstream(TRAIN, HOLDOUT, Target("income")) > 0.6
    one = TRAIN.assign(y="no")
    assert downstream(one, HOLDOUT, TARGET) == 0.5


def test_formatting_wins_and_loses_nothing():
    plain = pa.table(
        {
            "n": pa.array([1, None, 3]),
            "t": pa.array([0, 3600, None], pa.timestamp("s", tz="UTC")),
            "w": pa.array(["a", None, "1"]),
        }
    )
    other = pd.DataFrame(
        {
            "w": pd.Categorical(["a", None, "1"]),
            "t": ["1970-01-01 00:00:00", "1970-01-01 01:00:00", None],
            "n": pd.array([1, None, 3], "Int64"),
        }
    )
    kinds = kinds_of(plain.schema)
    assert kinds == {"n": "number", "t": "time", "w": "category"}
    pd.testing.assert_frame_equal(canonical(plain.to_pandas(), kinds), canonical(other, kinds))
    with pytest.raises(ValueError, match=r"lacks the columns \['w'\]"):
        canonical(other.drop(columns="w"), kinds)


def test_times_of_any_unit_are_seconds():
    for unit in ("s", "ms", "us", "ns"):
        times = pd.DataFrame({"t": pd.Series([3600], dtype="int64").astype("datetime64[s]")})
        times["t"] = times["t"].astype(f"datetime64[{unit}]")
        assert canonical(times, {"t": "time"})["t"].tolist() == [3600.0]


def test_adult_is_cleaned_and_split():
    table = load(TABLES["adult"], None, rows=1000)
    frame = table.to_pandas()
    assert set(frame["income"]) == {">50K", "<=50K"}
    assert frame["workclass"].isna().any() and "?" not in set(frame["occupation"])
    train, holdout = split(table, 0)
    assert (len(train), len(holdout)) == (800, 200)
    assert split(table, 0)[0].equals(train) and not split(table, 1)[0].equals(train)


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(ValueError, match="--data"):
        load(TABLES["bank"], None)
    with pytest.raises(ValueError, match=r"bank_marketing\.csv\.gz.*does not exist"):
        load(TABLES["bank"], tmp_path)


def test_a_system_that_fails_says_why(tmp_path: Path):
    system = SYSTEMS["lakesynth"]
    absent = tmp_path / "absent.parquet"
    with pytest.raises(RunFailed, match=r"absent\.parquet") as caught:
        run_system(system, python_of(system, {}), absent, tmp_path, seed=0)
    assert "Traceback" in caught.value.log


@pytest.mark.parametrize("system", SYSTEMS.values(), ids=lambda system: system.name)
def test_every_system_has_a_runner(system: System):
    assert system.runner.is_file()


def test_a_number_of_epochs_makes_a_system_of_its_own():
    whole, short = system_of("sdv-ctgan"), system_of("sdv-ctgan:7")
    assert whole is SYSTEMS["sdv-ctgan"]
    assert (short.name, short.model, short.runner) == ("sdv-ctgan:7", "ctgan:7", whole.runner)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("sdv-gan", "'sdv-gan' is not known; choose from lakesynth, "),
        ("lakesynth:7", "of sdv-ctgan, sdv-tvae; however: 'lakesynth:7'"),
        ("sdv-tvae:", "a whole number from 1 on; however: 'sdv-tvae:'"),
        ("sdv-tvae:0", "a whole number from 1 on; however: 'sdv-tvae:0'"),
        ("sdv-tvae:7.5", "a whole number from 1 on; however: 'sdv-tvae:7.5'"),
    ],
)
def test_a_wrong_system_is_named_with_the_remedy(text: str, reason: str):
    with pytest.raises(ValueError, match=reason):
        system_of(text)


def test_systems_come_in_their_order_and_shorter_trainings_first_by_epochs():
    base = {"table": "adult", "seed": 0, "cap": None, "rows": 800, "error": "no memory"}
    names = ["sdv-ctgan:70", "sdv-tvae", "sdv-ctgan:7", "lakesynth", "sdv-ctgan"]
    lines = records.lines([{**base, "system": name} for name in names])
    assert [line[2] for line in lines] == [
        "lakesynth",
        "sdv-ctgan",
        "sdv-ctgan:7",
        "sdv-ctgan:70",
        "sdv-tvae",
    ]


def test_the_latest_record_holds_and_failures_are_told(tmp_path: Path):
    base = {"table": "adult", "system": "lakesynth", "cap": None, "rows": 800, "error": None}
    found = json.loads(json.dumps(score(TRAIN, HOLDOUT, FRESH, TARGET).to_json()))
    measures = {"fit_cpu_seconds": 10.0, "sample_cpu_seconds": 2.0, "peak_bytes": 2**20}
    out = tmp_path / "out.jsonl"
    assert records.read(out) == {}
    records.append(out, {**base, "seed": 0, "error": "first try"})
    for seed, seconds in ((0, 10.0), (1, 14.0)):
        run = {"measures": {**measures, "fit_cpu_seconds": seconds}, "scores": found}
        records.append(out, {**base, "seed": seed, **run})
    records.append(out, {**base, "seed": 2, "error": "no memory"})
    text = records.markdown(records.read(out).values())
    assert "12.0 ± 2.0" in text and "| 400 ± 0 |" in text and "2 of 3" in text
    assert "adult, lakesynth, seed 2: no memory" in text and "first try" not in text


def test_the_classifier_takes_names_and_labels_of_all_signs():
    odd = TRAIN.rename(columns={"age": 'a:{"[,]}'})
    assert c2st(odd, odd.assign(grade="never seen")) > 0.99


def test_one_token_and_many_inventions_are_alike_as_unseen_labels():
    token = FRESH.assign(grade="_RARE_")
    invented = FRESH.assign(grade=[f"new {i}" for i in range(len(FRESH))])
    assert c2st(HOLDOUT, token) > 0.99
    found = [c2st(*unseen_as_one(TRAIN, HOLDOUT, rows)) for rows in (token, invented)]
    assert found[0] == found[1] > 0.99
    plain = unseen_as_one(TRAIN, HOLDOUT)[0]
    pd.testing.assert_frame_equal(plain, HOLDOUT)
