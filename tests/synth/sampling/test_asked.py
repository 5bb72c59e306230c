"""What the rows of a block are asked, row by row."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from synth import Synthesizer
from synth.sampling.asked import Asked
from synth.sampling.conditions import read_conditions
from synth.sampling.passing import Passing
from tests.synth.sampling.conditioned import ruled


@pytest.fixture(scope="module")
def fitted() -> Synthesizer:
    return ruled()


def asked(fitted: Synthesizer, rows: int, **given: object) -> Asked:
    encoder = fitted.model.encoder
    passing = Passing(tuple(read_conditions(given, encoder)), encoder)
    return passing.ask(rows, np.random.default_rng(0))


def test_rows_of_one_class_are_asked_the_same(fitted: Synthesizer) -> None:
    own = asked(fitted, 400, region={"NA": 0.5}, band={"old": 0.3, "young": 0.7})
    classes = own.classes
    assert len(np.unique(classes)) == 4
    for number in np.unique(classes):
        rows = np.flatnonzero(classes == number)
        assert all(len(np.unique(choice[rows])) == 1 for choice in own.chosen)


def test_some_of_the_rows_are_asked_what_they_were(fitted: Synthesizer) -> None:
    own = asked(fitted, 50, name={"Italy": 0.5}, hour=[3, 4])
    rows = np.array([7, 7, 3])
    some = own.take(rows)
    assert (some.codes == own.codes[rows]).all() and (some.given == own.given[rows]).all()
    assert some.known["name"].to_pylist() == [own.known["name"][int(row)].as_py() for row in rows]
    assert some.classes[0] == some.classes[1]


def test_rows_are_met_that_are_what_is_asked(fitted: Synthesizer) -> None:
    own, schema = asked(fitted, 300, hour=[3, 4]), fitted.model.encoder.schema.arrow_schema()
    for given, meets in (([3, 4], True), (17, False)):
        frame = fitted.sample(300, given={"hour": given})
        batch = pa.RecordBatch.from_pandas(frame, schema=schema, preserve_index=False)
        assert own.met(batch).tolist() == [meets] * 300
        assert own.keeps_rules(batch).all()
