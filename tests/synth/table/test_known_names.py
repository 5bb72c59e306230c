from synth.table.known_names import known_names, nearest


def test_the_nearest_name_is_asked_for_whatever_its_case() -> None:
    assert nearest("AGE", ["job", "age"]) == "age"
    assert nearest("agee", ["job", "Age"]) == "Age"
    assert nearest("magic", ["marginal", "age"]) is None
    assert nearest(("x", "b"), [("x", "a"), ("y", 1)]) == ("x", "a")


def test_what_there_is_follows_but_not_all_of_a_wide_table() -> None:
    assert known_names("agee", ["age", "job"]) == "did you mean 'age'? it has 'age', 'job'"
    assert known_names("zip", ["age"], "the table") == "the table has 'age'"
    assert known_names("zip", []) == "it has none"
    said = known_names("zip", [f"n{place}" for place in range(1_030)])
    assert said.endswith("'n18', 'n19' and 1,010 more")
