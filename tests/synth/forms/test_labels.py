"""Names of fields and of shapes."""

from synth.forms.labels import Labels


def test_fields_are_named_after_what_stands_before_and_in_them() -> None:
    labels = Labels()
    assert labels.of_piece("a", "", ["DE", "FR"]) == "prefix"
    assert labels.of_piece("b", "-", ["2019", "2024"]) == "year"
    assert labels.of_piece("c", "@", ["mail.org"]) == "domain"
    assert labels.of_piece("d", "https://", ["mail.org"]) == "host"
    assert labels.of_piece("e", "-", ["X"]) == "part"
    assert labels.of_piece("f", "-", ["Y"]) == "part 2"
    assert labels.of_day("g") == "day"


def test_fields_of_one_role_share_a_name() -> None:
    labels = Labels()
    assert labels.of_piece("a", "@", ["x"]) == labels.of_piece("a", "@", ["y"])
    assert labels.of_piece("b", "@", ["x"]) == "domain 2"


def test_shapes_have_names_of_their_own() -> None:
    labels = Labels()
    assert [labels.of_shape("A-9"), labels.of_shape("A-9"), labels.of_shape("")] == [
        "A-9",
        "A-9 (2)",
        "",
    ]
