import json
from math import inf, isnan, nan

import numpy as np
import pytest

from synth.table.numbers_json import array_from_plain, from_plain, to_plain


def test_what_json_has_no_number_for_goes_as_text() -> None:
    assert to_plain([1, 2.5, inf, -inf, None]) == [1, 2.5, "inf", "-inf", None]
    assert to_plain([nan]) == ["nan"]


def test_numbers_come_back_through_standard_json() -> None:
    values = [0.1, 1e300, -inf, None, inf]
    assert from_plain(json.loads(json.dumps(to_plain(values), allow_nan=False))) == values
    (back,) = from_plain(to_plain([nan]))
    assert back is not None and isnan(back)


@pytest.mark.parametrize("kind", [np.int64, np.float64])
def test_arrays_keep_their_type_and_whole_numbers_their_last_digit(kind: type) -> None:
    values = np.array([2**53 + 1, -(2**62) - 1, 0]).astype(kind)
    back = array_from_plain(json.loads(json.dumps(to_plain(values.tolist()))), kind)
    assert back.dtype == kind
    assert back.tolist() == values.tolist()


def test_an_array_of_floats_holds_infinities() -> None:
    assert array_from_plain(["-inf", 1, "inf"], np.float64).tolist() == [-inf, 1.0, inf]
