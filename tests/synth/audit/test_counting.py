"""The state of the second scan is read back as it was written: by test_engine, part by part."""

from __future__ import annotations

import pyarrow as pa

from synth.audit.counting import Counting
from synth.audit.group_sizes import sets_of
from synth.audit.near_duplicates import row_sets
from synth.dependencies.finding import DependencySearch
from synth.encode import EncoderSettings
from synth.encode.fit import fit_encoder
from synth.metrics.gram import Standard
from synth.metrics.scans import number_columns
from synth.profiling.table_profile import TableProfile
from tests.synth.audit.tables import applicants


def test_bytes_are_read_back_and_add() -> None:
    table = pa.Table.from_pandas(applicants(800), preserve_index=False).combine_chunks()
    (batch,) = table.to_batches()
    profile = TableProfile.of(table)
    encoder = fit_encoder(profile, batch, EncoderSettings())
    search = DependencySearch(profile.schema, 11, 256)
    standard = Standard.of_profile(number_columns(encoder), profile)
    rules = search.candidates(batch).rules
    sets = sets_of(("sex", "city"))
    more = search.broken_candidates(batch, rules).rules
    alike = row_sets(("sex", "score"))
    counting = Counting(encoder, standard, search, rules, more, sets, alike)
    state = counting.new()
    state.update(batch)
    read = counting.load(state.to_bytes())
    assert read.to_bytes() == state.to_bytes()
    read.merge(state)
    assert read.parts[0].state.parts[0].counts[0].rows == 1600
