"""Structs as trees of fields, whose leaves are columns."""

from synth.table.struct_fields import Field, all_named, in_order, note_on, wanted_of


def struct(name: str, *fields: Field, nullable: bool = True) -> Field:
    return Field(name, "struct", nullable, fields=fields)


def leaf(name: str, *, nullable: bool = True) -> Field:
    return Field(name, "int", nullable)


HOME = struct("home", leaf("city"), struct("geo", leaf("lat", nullable=False), nullable=False))


def test_leaves_have_names_that_no_other_column_has() -> None:
    home, other = all_named([HOME, struct("HOME", leaf("City"))], ["id", "home.CITY"])
    assert home.leaves == ("home.city (nested)", "home.geo.lat")
    assert other.leaves == ("HOME.City (nested) (nested)",)
    assert home.needed == ("home.geo.lat",)
    assert Field.from_json(home.to_json()) == home


def test_a_struct_stands_where_its_first_leaf_does_with_what_is_left_of_it() -> None:
    (home,) = all_named([HOME], ["id"])
    whole = in_order(["id", "home.city", "x", "home.geo.lat"], [home])
    assert [name for name, _ in whole] == ["id", "home", "x"]
    assert whole[1][1] == home and whole[0][1] is None
    ((_, left),) = in_order(["home.geo.lat"], [home])
    assert left is not None and left.leaves == ("home.geo.lat",)
    assert in_order(["id"], [home]) == (("id", None),)


def test_structs_are_wanted_by_their_leaves() -> None:
    (home,) = all_named([HOME], [])
    assert wanted_of([home], None) == (home,) == wanted_of([home], ["home.city"])
    assert wanted_of([home], ["home"]) == ()


def test_what_is_lost_of_a_struct_is_said() -> None:
    (home,) = all_named([HOME], [])
    assert note_on(home) == (
        "column 'home' is learned by its fields 'home.city', 'home.geo.lat'; where all of them are "
        "null, it is null"
    )
