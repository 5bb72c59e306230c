import numpy as np
import pyarrow as pa
import pytest

from synth.statistics.pack import pack, unpack


def test_packed_fields_come_back() -> None:
    fields = {"a": np.array([1.5, np.nan]), "t": ["x", "é"], "n": 3, "none": np.zeros(0), "e": []}
    again = unpack(pack(fields))
    assert list(again) == list(fields)
    assert again["t"] == ["x", "é"] and again["n"] == 3 and again["e"] == []
    assert again["a"].tobytes() == fields["a"].tobytes()  # type: ignore[attr-defined]
    assert len(again["none"]) == 0


@pytest.mark.parametrize("kind", [np.int16, np.int64, np.uint64, np.float32, np.float64])
def test_arrays_keep_their_type_to_the_last_bit(kind: type) -> None:
    values = np.array([0, 1, 250], kind)
    again = unpack(pack({"v": values}))["v"]
    assert again.dtype == kind
    assert again.tobytes() == values.tobytes()


def test_states_inside_a_state_go_as_bytes() -> None:
    inner = pack({"n": 1.5, "s": "text"})
    assert unpack(unpack(pack({"state": inner, "more": 2}))["state"]) == {"n": 1.5, "s": "text"}


def test_other_bytes_are_refused() -> None:
    with pytest.raises(pa.ArrowInvalid):
        unpack(b"cos\nsystem\n")  # what a pickle would run is not even read
