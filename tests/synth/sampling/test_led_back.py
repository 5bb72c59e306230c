"""What follows from given values: other values, and the codes of what is learned."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from synth import Synthesizer
from synth.sampling.conditions import read_conditions
from synth.sampling.led_back import LedBack
from synth.table.errors import InputError
from tests.synth.sampling.conditioned import ruled


@pytest.fixture(scope="module")
def fitted() -> Synthesizer:
    return ruled()


def back(fitted: Synthesizer, **given: object) -> LedBack:
    encoder = fitted.model.encoder
    return LedBack(tuple(read_conditions(given, encoder)), encoder)


def test_formulas_lead_back_to_what_values_come_from(fitted: Synthesizer) -> None:
    known = {"gross": pa.array([119.0, None]), "name": pa.array(["Italy", None])}
    found = back(fitted).led_back(known, 2)
    assert found["net"].to_pylist() == [100.0, None]
    assert "land" not in found  # a map leads forward only: its keys are weighed


def test_codes_are_given_where_a_value_leads_to_one(fitted: Synthesizer) -> None:
    encoder = fitted.model.encoder
    own = back(fitted, gross=119.0)
    known, codes, given = own.known_and_codes((np.array([0, -1, 0]),), 3)
    at = encoder.schema.names.index("net")
    place = encoder.codes_of[at]
    assert given[:, place].all(axis=1).tolist() == [True, False, True]
    assert given.sum() == 2 * (place.stop - place.start)
    coded = encoder.encodings[at].encode(pa.array([100.0]))
    assert (codes[[0, 2], place] == coded).all()
    assert known["gross"].to_pylist() == [119.0, None, 119.0]


def test_values_that_break_a_rule_together_are_refused(fitted: Synthesizer) -> None:
    own = back(fitted, total=40)
    known = {name: pa.array([value]) for name, value in {"left": 10, "right": 30}.items()}
    own.require_rules({**known, "total": pa.array([40])})
    with pytest.raises(InputError, match=r"given 'total': total is left \+ right, which these val"):
        own.require_rules({**known, "total": pa.array([41])})
