import json

from synth.table.sub_column import SubColumn, groups_of

AGE = SubColumn("age", 0, 3, ranks=(0.1, 0.6, None))
PRICE = SubColumn("price", 0, 3, (0.1, 0.6, None), ((1, 0.5), (3, 2.0), None))
CITY, SHOP = SubColumn("city", 0, 7), SubColumn("city", 1, 4)


def test_a_place_belongs_to_the_group_of_the_level_before() -> None:
    week, day = SubColumn("at", 2, 9), SubColumn("at", 3, 7)
    assert groups_of([AGE, CITY, SHOP]) == (None, None, 1)
    assert groups_of([SHOP, AGE, CITY]) == (2, None, None)  # wherever the group stands
    assert groups_of([SubColumn("at", 0, 5), week, day]) == (None, None, 1)


def test_one_more_code_has_no_rank() -> None:
    assert AGE.with_one_more() == SubColumn("age", 0, 4, ranks=(0.1, 0.6, None, None))
    assert PRICE.with_one_more().intervals == ((1, 0.5), (3, 2.0), None, None)
    assert CITY.with_one_more() == SubColumn("city", 0, 8)


def test_a_sub_column_equals_itself_through_json() -> None:
    for sub in (AGE, PRICE, CITY, SHOP):
        assert SubColumn.from_json(json.loads(json.dumps(sub.to_json()))) == sub
