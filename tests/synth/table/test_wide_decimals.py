from decimal import Decimal

import numpy as np
import pyarrow as pa

from synth.table.wide_decimals import from_unscaled, unscaled, written

LARGEST = 10**38 - 1


def test_decimals_are_whole_numbers_of_any_size_and_back() -> None:
    texts = ["0", "-1", str(LARGEST), str(-LARGEST), str(2**64), str(-(2**64)), None, "5"]
    array = pa.array([None if t is None else Decimal(t) for t in texts], pa.decimal128(38, 0))
    values, valid = unscaled(array)
    assert values.tolist() == [int(t or 0) for t in texts]
    assert valid.tolist() == [t is not None for t in texts]
    assert from_unscaled(values, valid, array.type).equals(array)
    part, has = unscaled(array.slice(2, 3))
    assert part.tolist() == [LARGEST, -LARGEST, 2**64] and has.all()
    assert not len(unscaled(array.slice(0, 0))[0])
    none = from_unscaled(np.zeros(0, object), np.zeros(0, bool), array.type)
    assert none.equals(array.slice(0, 0))


def test_a_number_is_written_in_full() -> None:
    assert written(12345678901234567890, 2) == "123456789012345678.90"
    assert written(-LARGEST, 10) == "-9999999999999999999999999999.9999999999"
    assert (written(0, 3), written(-5, 0)) == ("0.000", "-5")
