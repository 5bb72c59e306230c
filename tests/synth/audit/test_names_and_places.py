from synth.audit.names_and_places import FIRST_NAME, PERSON, POSTAL_ADDRESS


def test_names_of_persons_hold_a_common_first_name() -> None:
    names = ["Jane Doe", "Doe, Jane", "SMITH, JOHN", "Jean-Pierre van der Berg", "José García"]
    assert PERSON.matches(names).all()
    assert not PERSON.matches(["New York", "jane doe", "Jane", "Jane 2", "Blue Jane's car"]).any()
    assert FIRST_NAME.matches(["Jane", "José", "ANNA", "Jean-Pierre"]).all()
    assert not FIRST_NAME.matches(["Platz", "jane", "Jane Doe", "A"]).any()


def test_addresses_have_a_number_and_a_word_for_streets() -> None:
    addresses = ["221B Baker Street, London", "Hauptstraße 5a", "Lange Gasse 7, 1010 Wien"]
    addresses += ["12 bis, rue de la Paix", "Calle Mayor, 5", "Via Roma 12", "Rua Augusta 100"]
    addresses += ["ul. Długa 7/3", "Keizersgracht 12", "1600 Pennsylvania Avenue NW"]
    assert POSTAL_ADDRESS.matches(addresses).all()
    others = ["4 Door Sedan", "Main Street", "Room 12", "1st Place", "2013-01-01", "Boeing 747"]
    assert not POSTAL_ADDRESS.matches(others).any()
