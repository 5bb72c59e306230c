"""Tasks: what is proposed, what is decided, and what is refused with which words."""

import numpy as np
import pyarrow as pa
import pytest

from synth.metrics.utility.task import propose_task, resolve_task
from synth.table.errors import InputError
from tests.synth.metrics.utility.tables import features, people, shuffled


def _propose(table):
    rows = features(table)[0]
    return propose_task(rows.columns, rows)


def _resolve(values, target="y", *, type_=None, sensitive=(), **options):
    rows = features(pa.table({"y": pa.array(values, type_)}), sensitive=sensitive)[0]
    return resolve_task(rows, target, **options)


def test_the_label_that_others_predict_is_proposed():
    task = _propose(people())
    assert task.target == "bought" and task.kind == "binary" and task.proposed
    assert task.metric == "roc_auc" and task.models == ("lightgbm", "linear")


def test_without_dependence_nothing_is_proposed():
    assert _propose(shuffled(people(2000))) is None


def test_a_column_that_another_determines_is_not_proposed():
    table = people()
    again = table.append_column("again", pa.array([f"-{v}" for v in table["bought"].to_pylist()]))
    assert _propose(again).target == "group"


def test_a_column_that_many_labels_determine_is_not_proposed():
    rng = np.random.default_rng(0)
    state = rng.integers(0, 60, 4000)
    spread = rng.random(4000) < 0.3
    table = pa.table(
        {
            "state": pa.array([f"state {k}" for k in state]),
            "region": pa.array([f"region {k % 4}" for k in state]),
            "coast": pa.array(np.where(spread, state % 2, (state % 4 == 1)).astype(str)),
        }
    )
    assert _propose(table).target == "coast"


def test_a_nearly_constant_column_is_not_proposed():
    table = people(1000)
    few = pa.array(["yes" if k < 5 else "no" for k in range(1000)])
    assert _propose(table.drop(["bought"]).append_column("few", few)).target == "group"


def test_a_number_is_proposed_where_no_label_is():
    task = _propose(people().select(["age", "income"]))
    assert task.kind == "number" and task.metric == "r2"


def test_few_whole_numbers_come_before_numbers():
    table = people().select(["age", "income"])
    stars = (np.nan_to_num(table["age"].to_numpy(zero_copy_only=False)) // 30).astype(int)
    task = _propose(table.append_column("stars", pa.array(stars)))
    assert task.target == "stars" and task.kind == "classes"


def test_only_the_given_columns_are_proposed():
    rows = features(people())[0]
    assert propose_task([c for c in rows.columns if c.name == "group"], rows).target == "group"
    assert propose_task((), rows) is None


@pytest.mark.parametrize("rows", [1, 3, 50])
def test_tiny_tables_are_no_matter(rows):
    task = _propose(people(rows))
    assert task is None or task.target in people(rows).column_names
    assert _propose(people(50).select(["one", "none", "void"])) is None
    assert _propose(people(50).select(["bought"])) is None


@pytest.mark.parametrize(
    ("values", "kind", "metric"),
    [
        (["a", "b", "a", None], "binary", "roc_auc"),
        ([True, False, True], "binary", "roc_auc"),
        ([0, 1, 1], "binary", "roc_auc"),
        (["a", "b", "c"], "classes", "f1_macro"),
        ([1, 2, 3], "classes", "f1_macro"),
        (list(range(30)), "number", "r2"),
        ([0.5, 1.5, 2.5], "number", "r2"),
    ],
)
def test_what_is_left_open_is_decided(values, kind, metric):
    task = _resolve(values)
    assert (task.kind, task.metric, task.proposed) == (kind, metric, False)


def test_the_rarer_label_is_positive():
    assert _resolve(["a", "a", "b"]).positive == 1
    assert _resolve([7, 7, 3]).positive == 0  # the place among the numbers
    assert _resolve([False, False, True]).positive == 1


def test_a_named_label_is_positive():
    assert _resolve(["a", "a", "b"], positive="a").positive == 0
    assert _resolve([7, 7, 3], positive="7").positive == 1
    assert _resolve([False, False, True], positive="False").positive == 0


def test_what_is_named_is_taken():
    task = _resolve([1, 2, 3], kind="number", metric="rmse", models=["linear", "linear"])
    assert (task.kind, task.metric, task.models) == ("number", "rmse", ("linear",))


@pytest.mark.parametrize(
    ("values", "options", "message"),
    [
        (["a", "b"], {"target": "x"}, r"the people table has no column 'x'.*it has 'y'|has 'y'"),
        ([None, None], {"type_": pa.string()}, "column 'y' of the people table holds nulls only"),
        (["a", "a"], {}, "column 'y' of the people table has one value only"),
        (["a", "b"], {"positive": "c"}, "has no label 'c' to count as positive: .*'a', 'b'"),
        (["a", "b", "c"], {"positive": "a"}, "classes, which has no positive label, but 'a'"),
        (["a", "b"], {"kind": "number"}, "type string and cannot be predicted as a number: use"),
        (["a", "b", "c"], {"kind": "binary"}, "has 3 values and cannot .* binary: use 'classes'"),
        (["a", "b"], {"kind": "nominal"}, "no kind of task 'nominal'"),
        (["a", "b"], {"metric": "r2"}, "cannot be judged by 'r2': .*binary has 'roc_auc'"),
        (["a", "b"], {"models": ["xgboost"]}, "no model 'xgboost'.*utility has 'lightgbm'"),
        (["a", "b"], {"models": []}, "no model is named"),
    ],
)
def test_what_cannot_be_is_refused_with_the_way_out(values, options, message):
    with pytest.raises(InputError, match=message):
        _resolve(values, **{"table": "the people table", **options})


def test_no_label_of_a_sensitive_column_is_printed():
    with pytest.raises(InputError) as caught:
        _resolve(["flu", "cold", "cold"], sensitive=["y"], positive="fever")
    assert "flu" not in str(caught.value) and "cold" not in str(caught.value)
