"""Queries against pandas' own group-by, and what is drawn."""

import numpy as np
import pytest

from synth.metrics.utility.queries import BINS, CodedTable, Filter, Grouping, Query, random_query
from tests.synth.metrics.utility.tables import features, people


@pytest.fixture(scope="module")
def rows():
    return features(people(500))[0]


@pytest.fixture(scope="module")
def coded(rows):
    groupings = [Grouping.of(column, rows.values[:, k]) for k, column in enumerate(rows.columns)]
    return CodedTable.of(rows, tuple(groupings))


def _place(rows, name):
    return rows.names.index(name)


def test_answers_are_those_of_pandas(rows, coded):
    city, job, group, income = (_place(rows, n) for n in ("city", "job", "group", "income"))
    frame = people(500).to_pandas()
    frame = frame[frame["group"] == rows.columns[group].labels[0]]
    for aggregate in ("count", "mean", "sum"):
        value = None if aggregate == "count" else income
        query = Query(aggregate, (city, job), (Filter(group, (0,)),), value)
        _, result = coded.answer(query)
        width = coded.groupings[job].groups
        asked = frame.groupby(["city", "job"], dropna=False)["income"].agg(aggregate)
        for (label, other), expected in asked.items():
            columns = rows.columns
            known = label in columns[city].labels
            first = columns[city].labels.index(label) if known else coded.groupings[city].groups - 1
            place = first * width + columns[job].labels.index(other)
            assert result[place] == pytest.approx(expected)
        assert np.count_nonzero(result) == len(asked)


def test_a_mean_is_of_the_rows_that_have_a_value(rows, coded):
    age, job = _place(rows, "age"), _place(rows, "job")
    counted, mean = coded.answer(Query("mean", (job,), (), age))
    frame = people(500).to_pandas().groupby("job")["age"]
    labels = list(rows.columns[job].labels)
    assert mean[:4] == pytest.approx(frame.mean()[labels].to_numpy())
    assert counted[:4].tolist() == frame.count()[labels].tolist()


def test_numbers_are_grouped_by_quantiles_of_the_real_rows(rows, coded):
    income = _place(rows, "income")
    counts = np.bincount(coded.codes[:, income], minlength=BINS + 1)
    assert counts[:BINS].min() > 40 and counts[BINS] == 0


def test_null_is_a_group(rows, coded):
    age = _place(rows, "age")
    null = np.isnan(rows.values[:, age])
    assert null.any() and (coded.codes[null, age] == coded.groupings[age].groups - 1).all()


def test_drawn_queries_are_of_every_sort(rows, coded):
    rng = np.random.default_rng(0)
    queries = [random_query(rows.columns, coded, rng) for _ in range(300)]
    assert {q.aggregate for q in queries} == {"count", "mean", "sum"}
    assert {len(q.by) for q in queries} == {1, 2} and {len(q.filters) for q in queries} == {0, 1, 2}
    for query in queries:
        used = [*query.by, *(one.column for one in query.filters), query.value]
        assert len(set(used)) == len(used)
        assert all(one.groups for one in query.filters)
        assert query.value is None or rows.columns[query.value].ordinal
        assert "income" in rows.names and query.in_words(rows.names)


def test_words_name_columns_only(rows):
    query = Query("mean", (1, 2), (Filter(4, (0,)),), 0)
    words = query.in_words(rows.names)
    assert words == "mean of age by city and job, filtered by group"


def test_one_column_and_labels_only():
    rows = features(people(50).select(["city"]))[0]
    coded = CodedTable.of(rows, (Grouping.of(rows.columns[0], rows.values[:, 0]),))
    query = random_query(rows.columns, coded, np.random.default_rng(0))
    assert (query.aggregate, query.by, query.filters) == ("count", (0,), ())
    assert coded.answer(query)[1].sum() == 50
