import doctest

import pytest

from synth.audit import column_names
from synth.audit.column_names import named_for


def test_the_examples_hold() -> None:
    done = doctest.testmod(column_names)
    assert done.attempted == 2 and not done.failed


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        (
            "e-mail address",
            "email E-Mail customerEmail courriel correo_electronico kunde_email mail",
        ),
        ("telephone number", "phone home_phone Telefon mobile telefono telefoonnummer work_mobile"),
        ("payment card number", "card_number creditCard kreditkartennummer numero_de_tarjeta"),
        ("IBAN", "iban IBAN customer_iban"),
        ("bank account number", "kontonummer bank_account rekeningnummer"),
        ("US social security number", "ssn SocialSecurityNumber"),
        ("Dutch BSN", "bsn"),
        ("national identifier", "national_id taxId sin"),
        (
            "date of birth",
            "birthDate birth_year dob Geburtsdatum fecha_de_nacimiento data_urodzenia",
        ),
        ("first name", "nameFirst firstname Vorname prénom voornaam imię"),
        ("last name", "nameLast SURNAME Nachname apellidos cognome nazwisko"),
        ("name of a person", "full_name patientName customer_name kunde_name holder_name"),
        ("user name", "username user_name Benutzername"),
        ("postal address", "street Straße address address_line_1 billingAddress domicilio ulica"),
        ("IP address", "ip client_ip IPAddress last_login_ip"),
        ("MAC address", "mac_address"),
        ("geographic coordinates", "lat lon latitude pickup_lng gps"),
        ("vehicle number", "vin licensePlate Kennzeichen"),
        ("passport number", "passport passport_no Reisepass"),
        ("password", "password Passwort"),
    ],
)
def test_names_that_speak_of_a_kind(kind: str, names: str) -> None:
    assert {name: named_for(name) for name in names.split()} == dict.fromkeys(names.split(), kind)


OTHERS = (
    "pages email_sent emailSentAt email_opt_in is_email number_of_phone num_phone phone_type "
    "PhoneService MultipleLines mobile_app street_count username_length wall_street_index "
    "memory_address contract_address ip_count product_name company_name filename name id "
    "credit_limit credit_card_type postal_code since vintage latency long_term trace contact "
    "duration campaign tailnum origin dest birth_rate passport_country nombre_enfants genre "
    "place_of_birth direction true family_size customer_id account_number password_reset_at"
)


@pytest.mark.parametrize(
    "name",
    OTHERS.split(),
)
def test_names_that_do_not(name: str) -> None:
    assert named_for(name) is None
