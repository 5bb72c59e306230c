"""The codes of a row as one value, and back."""

import numpy as np
import pyarrow as pa
import pytest

from synth.encode.packed_codes import packed, unpacked

CODES = np.random.default_rng(0).integers(0, 2**15, (50, 7))


def test_codes_come_back_of_whole_arrays_and_of_slices() -> None:
    values = packed(CODES)
    assert values.type == pa.binary() and len(values[0].as_py()) == 14
    assert (unpacked(values, 7) == CODES).all()
    assert (unpacked(values.slice(13, 20), 7) == CODES[13:33]).all()
    again = pa.concat_arrays([values.slice(40), values.slice(0, 3)])
    assert (unpacked(again, 7) == np.concatenate([CODES[40:], CODES[:3]])).all()


def test_nothing_is_nothing() -> None:
    assert unpacked(packed(CODES[:0]), 7).shape == (0, 7)
    assert unpacked(packed(CODES[:, :0]), 0).shape == (50, 0)


def test_values_of_another_width_are_refused() -> None:
    for values, columns in ((packed(CODES), 6), (pa.array([b"ab", None]), 1)):
        with pytest.raises(ValueError, match="are not of"):
            unpacked(values, columns)
