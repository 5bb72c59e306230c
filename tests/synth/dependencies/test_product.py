import numpy as np
import pyarrow as pa
import pytest

from synth.dependencies.dependency import DependencyError
from synth.dependencies.product import Product
from synth.table.schema import Column, TableSchema

PRICES = {"price": pa.array([10.0, 0.35, None, 2.0]), "quantity": pa.array([3, 3, 1, 0])}


def test_a_product_is_rounded_and_null_where_a_factor_is():
    rule = Product("net", ("price", "quantity"), (1, 1), ("plain", "plain"), 1.0, 1)
    assert rule.predict(PRICES).to_pylist() in ([30.0, 1.0, None, 0.0], [30.0, 1.1, None, 0.0])
    rows = {**PRICES, "net": pa.array([30.0, 1.1, None, 5.0])}
    assert rule.holds(rows).tolist() == [True, True, True, False]
    assert rule.describe() == "net is price times quantity"


def test_a_rate_is_added_to_one_and_a_quotient_has_no_value_where_the_divisor_is_zero():
    gross = Product("gross", ("price", "tax"), (1, 1), ("plain", "one_plus"), 1.0, 2)
    made = gross.predict({"price": pa.array([10.0]), "tax": pa.array([0.19])})
    assert made.to_pylist() == [11.9]
    share = Product("share", ("price", "quantity"), (1, -1), ("plain", "plain"), 100.0, 1)
    assert share.predict(PRICES).to_pylist() == [333.3, 11.7, None, None]
    assert share.describe() == "share is 100 times price by quantity"


def test_it_is_written_and_read_and_what_does_not_fit_is_refused():
    schema = TableSchema(
        (
            Column("bmi", "double"),
            Column("kg", "double"),
            Column("m", "double"),
            Column("t", "string"),
        )
    )
    rule = Product("bmi", ("kg", "m"), (1, -2), ("plain", "plain"), 1.0, 1)
    assert Product.from_json(rule.to_json(), schema) == rule
    rule.check(schema)
    with pytest.raises(DependencyError, match="power"):
        Product.from_json(
            {"target": "bmi", "sources": ["kg", "m"], "powers": [1, 5]}, schema
        ).check(schema)
    with pytest.raises(DependencyError, match="'t'"):
        Product.from_json({"target": "bmi", "sources": ["kg", "t"]}, schema).check(schema)
    assert np.isclose(rule.predict({"kg": pa.array([80.0]), "m": pa.array([2.0])})[0].as_py(), 20)
