"""Rows of people with a secret, and evidence made of them."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa

from synth.metrics.evidence import Evidence
from synth.metrics.features import Features, feature_columns, read_features
from synth.metrics.metric import Metric
from synth.table.schema import Column, TableSchema, type_of_arrow


def people(rows: int, seed: int = 0) -> pa.Table:
    """Columns of several kinds, some with nulls; the illness follows from none of the others."""
    rng = np.random.default_rng(seed)
    age = rng.integers(18, 90, rows)
    return pa.table(
        {
            "age": pa.array(age, pa.int64(), mask=rng.random(rows) < 0.05),
            "height": rng.normal(170, 10, rows),
            "income": np.round(rng.lognormal(10, 0.5, rows) + 100 * age, 2),
            "town": pa.array(rng.choice(["Rome", "Oslo", "Bern", None], rows), pa.string()),
            "seen": pa.array(rng.integers(10_000, 19_000, rows).astype("int32")).cast(pa.date32()),
            "illness": rng.choice(["none", "flu", "asthma"], rows, p=[0.5, 0.3, 0.2]),
        }
    )


def schema_of(table: pa.Table) -> TableSchema:
    return TableSchema(tuple(Column(f.name, type_of_arrow(f.type)) for f in table.schema))


def features(table: pa.Table, *known: pa.Table) -> Features:
    """Labels are those of the ``known`` tables, or of the table itself."""
    return read_features(table, feature_columns(known or (table,), schema_of(table)))


def evidence_of(
    train: pa.Table, holdout: pa.Table | None, synthetic: pa.Table, **others: Any
) -> Evidence:
    real = [train] if holdout is None else [train, holdout]
    columns = feature_columns(real, schema_of(train))
    settings: dict[str, Any] = {"counts": {}, "rows_in_all": {}, "seed": 0, **others}
    return Evidence(
        read_features(train, columns),
        None if holdout is None else read_features(holdout, columns),
        read_features(synthetic, columns),
        **settings,
    )


def leaking(rows: int = 400, **others: Any) -> Evidence:
    """The synthetic table is the train part."""
    train = people(rows, 1)
    return evidence_of(train, people(rows, 2), train, **{"sensitive": ("illness",), **others})


def tight(rows: int = 400, **others: Any) -> Evidence:
    """The synthetic table is of rows that nobody has seen."""
    tables = (people(rows, seed) for seed in (1, 2, 3))
    return evidence_of(*tables, **{"sensitive": ("illness",), **others})


def posing(rows: int = 400, held: int = 400, **others: Any) -> Evidence:
    """The holdout poses as the synthetic table."""
    holdout = people(held, 2)
    given = {"sensitive": ("illness",), **others}
    return evidence_of(people(rows, 1), holdout, holdout, **given)


def half_copied(**others: Any) -> tuple[Evidence, list[Any]]:
    """Half of the synthetic rows are learned ones; without nulls, and as pandas frames as well."""
    train, holdout, fresh = (people(600, seed).drop_null().slice(0, 400) for seed in (1, 2, 3))
    tables = [train, holdout, pa.concat_tables([train.slice(0, 200), fresh.slice(0, 200)])]
    days = [table["seen"].cast(pa.int32()) for table in tables]
    place = train.column_names.index("seen")
    frames = [
        table.set_column(place, "seen", day).to_pandas()
        for table, day in zip(tables, days, strict=True)
    ]
    return evidence_of(*tables, **others), frames


def assert_finite(metrics: Iterable[Metric]) -> None:
    """Every figure is a number with an interval around it."""
    for metric in metrics:
        assert metric.interval is not None
        low, high = metric.interval
        assert np.isfinite([low, high]).all() and low <= metric.value <= high


def odd_tables() -> dict[str, Callable[[], Evidence]]:
    """Evidence that no measure may fail on, by what is odd about it."""

    def of(**changes: Any) -> Evidence:
        return replace(tight(60), **changes)

    def constant() -> Evidence:
        tables = [
            people(60, seed)
            .append_column("one", pa.array([1.0] * 60))
            .append_column("nothing", pa.array([None] * 60, pa.float64()))
            .append_column("word", pa.array(["x"] * 60))
            for seed in (1, 2, 3)
        ]
        return evidence_of(*tables, sensitive=("one", "nothing", "word", "illness", "seen"))

    def unknown() -> Evidence:
        train, holdout, made = (people(60, seed) for seed in (1, 2, 3))
        place = made.column_names.index("illness")
        strange = made.set_column(place, "illness", pa.array(["plague"] * 60))
        return evidence_of(train, holdout, strange, sensitive=("illness",))

    def infinite() -> Evidence:
        tables = []
        for seed in (1, 2, 3):
            heights = np.random.default_rng(seed).normal(size=60)
            heights[:3] = np.inf, -np.inf, np.inf
            tables.append(people(60, seed).set_column(1, "height", pa.array(heights)))
        return evidence_of(*tables, sensitive=("height",))

    def few_columns(*names: str) -> Evidence:
        tables = [people(60, seed).select(list(names)) for seed in (1, 2, 3)]
        return evidence_of(*tables, sensitive=names)

    return {
        "no holdout": lambda: of(holdout=None),
        "an empty holdout": lambda: of(holdout=tight(60).train.take(np.arange(0))),
        "three rows": lambda: tight(3),
        "one row": lambda: tight(1),
        "no rows": lambda: tight(0),
        "no synthetic rows": lambda: of(synthetic=tight(60).train.take(np.arange(0))),
        "constant and null columns": constant,
        "labels that no real row has": unknown,
        "infinite numbers": infinite,
        "one column": lambda: few_columns("town"),
        "two columns": lambda: few_columns("town", "illness"),
        "no columns": lambda: few_columns(),
        "one entity": lambda: of(
            train=replace(tight(60).train, entities=np.zeros(60, np.int64)),
        ),
        "no secrets": lambda: of(sensitive=()),
        "an absent secret": lambda: of(sensitive=("id",)),
    }
