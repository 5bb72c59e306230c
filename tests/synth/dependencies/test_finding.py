from synth.dependencies.finding import DependencySearch
from synth.schema import Column, TableSchema


def wide(columns: int) -> TableSchema:
    return TableSchema(tuple(Column(f"n{place}", "int") for place in range(columns)))


def test_what_is_not_looked_at_is_said() -> None:
    assert DependencySearch(wide(40), min_entities=10, direct=256).limits == ()
    pairs, sums = DependencySearch(wide(90), min_entities=10, direct=256).limits
    assert "among the 40 columns of fewest values of 90" in pairs
    assert "among the first 80 of 90 number columns" in sums
    assert DependencySearch(wide(90), min_entities=10, direct=256, find=False).limits == ()
