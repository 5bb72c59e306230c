"""States over learned columns, fed with the table's own."""

from functools import partial

from synth.forms.reading import Reading
from synth.profiling.table_profile import TableProfile
from tests.synth.forms.test_table_forms import BATCH, FORMS


def test_a_state_of_two_parts_is_the_state_of_the_whole() -> None:
    new = partial(TableProfile, FORMS.learned)
    load = partial(TableProfile.from_bytes, schema=FORMS.learned)
    whole, one, two = (Reading.new(FORMS, new) for _ in range(3))
    whole.update(BATCH)
    one.update(BATCH.slice(0, 2))
    two.update(BATCH.slice(2))
    one.merge(Reading.load(two.to_bytes(), FORMS, load))
    assert one.to_bytes() == whole.to_bytes()
    assert one.state["heat"].count == 2
    assert one.state["heat: other"].frequent.counts == {"warm": 1}
